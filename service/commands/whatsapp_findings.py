"""What doctor may find about WhatsApp: whether reminders can be promised, and how their templates stand."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from config.whatsapp import PLACEHOLDERS
from service.channels import whatsapp
from service.channels.twilio_account import Approval, Console
from service.commands.findings import Finding
from service.store.tables import Inbound

CONSOLE = "Twilio's console, Content Template Builder"
_MEND = {
    "": f"copy the Content SID from {CONSOLE} into WHATSAPP_TEMPLATES",
    "pending": "wait: Meta decides within minutes, at times within a day",
    "received": "wait: Meta decides within minutes, at times within a day",
    "unsubmitted": f"submit it for WhatsApp approval in {CONSOLE}",
    "paused": "Meta pauses what people block or report: wait, or have another wording approved",
}
_ANOTHER = (
    f"have another wording approved in {CONSOLE} and put its Content SID into WHATSAPP_TEMPLATES"
)


def of_templates(settings: Settings, console: Console) -> Iterator[Finding]:
    """Raises SendFailed when Twilio can't be asked."""
    templates = settings.templates
    if not templates:
        yield Finding(
            "warning",
            "no reminder is promised on WhatsApp",
            "a day after somebody's last text only templates that Meta approved may go, and "
            "WHATSAPP_TEMPLATES is empty; keywords are answered",
            "have one approved and set it (docs/channels.md, WhatsApp)",
        )
        return
    if not templates.notices:
        yield Finding(
            "note",
            "whoever is silent on WhatsApp for 60 days isn't asked whether they still want reminders",
            'WHATSAPP_TEMPLATES has no "notice": their reminders go on, two a day by template',
            "have a second template approved (docs/channels.md, WhatsApp)",
        )
    for kind, found in (("", templates.reminders), (" notice", templates.notices)):
        for language, template in found.items():
            name = f"the WhatsApp template {template.sid} ({language}{kind})"
            yield from _of_template(name, console.template(template.sid))
            if PLACEHOLDERS[1] not in "".join(template.variables.values()):
                yield Finding(
                    "note",
                    f"{name} has no place for our text",
                    f"no variable holds {PLACEHOLDERS[1]}, so each such text says the same",
                    "give it a variable in WHATSAPP_TEMPLATES, unless that is what you want",
                )


def _of_template(name: str, approval: Approval) -> Iterator[Finding]:
    if approval.status != "approved":
        why = f" ({approval.reason})" if approval.reason else ""
        yield Finding(
            "error",
            f"{name} is {approval.status or 'not in this account'}{why}",
            "reminders to whoever hasn't written for a day are refused",
            _MEND.get(approval.status, _ANOTHER),
        )
    elif approval.category.upper() == "MARKETING":
        yield Finding(
            "warning",
            f"{name} counts as marketing",
            "Meta delivers none of it to numbers of the USA, few to others (63049), and bills more",
            f"have it approved as utility: it says what somebody asked for, and offers nothing; {CONSOLE}",
        )


def of_texts(session: Session, settings: Settings) -> Iterator[Finding]:
    """Whether WhatsApp's texts reach us: Twilio's API for numbers doesn't tell where they go."""
    came = select(Inbound.id).where(Inbound.channel == whatsapp.NAME).limit(1)
    if settings.whatsapp and session.scalars(came).first() is None:
        yield Finding(
            "note",
            "no text has come by WhatsApp yet",
            "its sender has an address of its own for texts that come in",
            f'enter {settings.public_url}/in/twilio at the sender, "a message comes in", and write to it',
        )
