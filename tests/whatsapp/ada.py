"""Somebody on WhatsApp, and what she hears."""

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import count

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.runtime import Runtime
from service.store.base import Base
from service.store.tables import AddressRow, Entry
from tests.channels.whatsapp_line import SID, case
from tests.loopback import Loopback
from tests.phone import Phone
from tests.signed import ACCOUNT, PUBLIC_URL, SERVICE_NUMBER, post_signed

NUMBER = "+12125550123"
_ids = count(1)
ONLY_REMINDERS = json.dumps({"en": {"sid": SID, "variables": {"1": "{text}"}}})


@dataclass
class Ada:
    """Somebody who writes on WhatsApp, and by SMS from the same number."""

    runtime: Runtime
    client: FlaskClient
    api: Loopback
    phone: Phone

    def post(self, form: dict[str, str]) -> TestResponse:
        return post_signed(self.client, "/in/twilio", form)

    def hears(self, words: str, number: str = NUMBER, **fields: str) -> str:
        """What a WhatsApp text brings at once."""
        sid = f"SM{next(_ids):032x}"
        sender = {"From": f"whatsapp:{number}", "Body": words, "MessageSid": sid, "SmsSid": sid}
        return said(self.post(case("in.text")["form"] | sender | fields))

    def media(self, words: str) -> list[str]:
        """The addresses of the pictures that a WhatsApp text brings at once."""
        sid = f"SM{next(_ids):032x}"
        form = {"From": f"whatsapp:{NUMBER}", "Body": words, "MessageSid": sid, "SmsSid": sid}
        answer = self.post(case("in.text")["form"] | form)
        return [media.text or "" for media in ET.fromstring(answer.data).iter("Media")]

    def hears_by_sms(self, words: str, number: str = NUMBER, **fields: str) -> str:
        sid = f"SM{next(_ids):032x}"
        form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": number, "To": SERVICE_NUMBER}
        return said(self.post(form | {"Body": words} | fields))

    def joins(self) -> "Ada":
        self.hears("REMIND")
        self.hears("YES")
        return self

    def rests_until(self, hour: int, minute: int = 55, day: int = 2) -> list[dict[str, str]]:
        """Let time pass; what went out at Twilio meanwhile."""
        before = len(self.api.sent)
        self.phone.until(2026, 3, day, hour, minute)
        return self.api.sent[before:]

    def told(self, receipt: str, attempt: int = -1, **fields: str) -> None:
        """Twilio's receipt for a text that went out."""
        callback = self.api.sent[attempt]["StatusCallback"].partition("#")[0]
        form = case(f"status.{receipt}")["form"] | fields
        form |= {"MessageSid": self.api.messages[attempt]["sid"]}
        answer = post_signed(self.client, callback.removeprefix(PUBLIC_URL), form)
        assert answer.status_code == 204

    def standing(self, channel: str = "whatsapp") -> str:
        with self.runtime.store.read() as session:
            wanted = select(AddressRow.standing).where(AddressRow.channel == channel)
            return session.scalars(wanted).one()

    def primary(self) -> list[str]:
        """Where reminders go."""
        with self.runtime.store.read() as session:
            return list(session.scalars(select(AddressRow.channel).where(AddressRow.primary)))

    def count(self, table: type[Base]) -> int:
        with self.runtime.store.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def started(self) -> list[Entry]:
        return [entry for entry in self.phone.entries() if entry.slot]


def said(response: TestResponse) -> str:
    assert response.status_code == 200
    return "\n".join("".join(each.itertext()) for each in ET.fromstring(response.data))
