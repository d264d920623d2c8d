"""What doctor may find at Twilio: account, number and where its texts go."""

from collections.abc import Iterator

from config.settings import Settings
from service.channels.twilio_account import Account, Console, Hook
from service.commands import whatsapp_findings
from service.commands.findings import Finding
from service.envelopes import SendFailed

PATH = "/in/twilio"
OVERRIDES = "#rc=2&rp=ct,rt,5xx"  # two more tries when we can't be reached, are slow or fail


def of_account(settings: Settings) -> Iterator[Finding]:
    console = Console(
        account_sid=settings.twilio_account_sid,
        token=settings.twilio_auth_token.get_secret_value().split(",")[0].strip(),
        api_url=settings.twilio_api_url,
    )
    try:
        yield from _of_status(console.account())
        if settings.sms:
            hooks = console.hooks(
                sender=settings.twilio_from, service_sid=settings.twilio_messaging_service_sid
            )
            yield from _of_hooks(hooks, webhook(settings))
        if settings.whatsapp:
            yield from whatsapp_findings.of_templates(settings, console)
    except SendFailed as failure:
        yield Finding(
            "error",
            f"Twilio doesn't answer our questions ({failure.code})",
            failure.reason,
            "check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and the way to api.twilio.com",
        )


def webhook(settings: Settings) -> str:
    """The address to paste at Twilio under "a message comes in"."""
    return f"{settings.public_url}{PATH}{OVERRIDES}"


def _of_status(account: Account) -> Iterator[Finding]:
    if account.status != "active":
        yield Finding(
            "error",
            f"the Twilio account is {account.status}",
            "nothing is sent or received",
            "see the console's billing and support pages",
        )
    if account.trial:
        yield Finding(
            "warning",
            "the Twilio account is a trial",
            "it texts only numbers that you have verified (21608), with a notice before each text",
            "upgrade it in the console before others join",
        )


def _of_hooks(hooks: list[Hook], wanted: str) -> Iterator[Finding]:
    if not hooks:
        yield Finding(
            "error",
            "the sender is not in this Twilio account",
            "it can neither send nor receive for us",
            "check TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID against the console",
        )
    for hook in hooks:
        if hook.url.partition("#")[0] != wanted.partition("#")[0]:
            yield Finding(
                "error",
                f"texts to {hook.place} go to {hook.url or 'no address'}",
                "they don't reach this service",
                f'enter {wanted} there under "a message comes in"',
            )
        elif hook.method != "POST":
            yield Finding(
                "error",
                f"texts to {hook.place} come by {hook.method}",
                "we take POST only, since GET leaves numbers in the logs on the way",
                "choose HTTP POST beside the address at Twilio",
            )
        elif "#" not in hook.url:
            yield Finding(
                "note",
                f"texts to {hook.place} are tried again only when no connection is made",
                "a text that comes during a restart may be lost",
                f"enter {wanted} there; what stands after # asks for two more tries",
            )
