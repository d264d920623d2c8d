"""WhatsApp by Twilio: the wire, signature and errors of SMS, approved templates once a session is over.

A session lasts 24 hours from a person's last text; in it we write freely.
"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from config.whatsapp import Template, Templates
from service.channels.twilio import Twilio, letters
from service.channels.twilio_signature import Form
from service.envelopes import Outgoing, SendFailed, Verdict

NAME = "whatsapp"
PREFIX = "whatsapp:"
SESSION = timedelta(hours=24) - timedelta(minutes=5)  # their clock isn't ours, and texts queue
SESSION_OVER = frozenset({"63016"})  # codes by which we learn that it had ended after all


class WhatsApp(Twilio):
    prefix = PREFIX
    pictures = True

    def __init__(self, *, programme: str, templates: Templates, **account: Any) -> None:
        """`programme` opens our texts, and is a variable of its own in a template."""
        super().__init__(name=NAME, **account)
        self._programme = programme
        self._templates = templates

    def _words(self, form: Form) -> str:
        """A button says what it stands for; its label may be in any language."""
        return form.first("ButtonPayload") or form.first("ButtonText") or form.first("Body")

    def _payload(self, outgoing: Outgoing) -> str:
        if outgoing.cold is None:
            return super()._payload(outgoing)
        template = self._templates.of(outgoing.cold.language, notice=outgoing.cold.notice)
        if template is None:
            raise SendFailed(
                Verdict.MEND, "no_template", "WHATSAPP_TEMPLATES has no template for this text."
            )
        form = {"ContentSid": template.sid}
        if template.variables:
            form["ContentVariables"] = self._filled(template, outgoing.text)
        return urlencode(form)

    def _filled(self, template: Template, text: str) -> str:
        """As JSON. Meta refuses a variable with a line break, a tab or four blanks in a row."""
        filled = {}
        for number, wanted in template.variables.items():
            value = wanted.replace("{programme}", self._programme)
            value = value.replace("{text}", self._unsigned(text))
            filled[number] = " ".join(value.split())
        return json.dumps(filled, ensure_ascii=False)

    def _unsigned(self, text: str) -> str:
        """Without the programme's name, which opens each text that we start."""
        return text.removeprefix(f"{self._programme}: ")

    def carries(self, body: str, outgoing: Outgoing) -> bool:
        """The words of a template stand around ours."""
        if outgoing.cold is None:
            return super().carries(body, outgoing)
        wanted = letters(self._unsigned(outgoing.text))
        return bool(wanted) and wanted in letters(body)
