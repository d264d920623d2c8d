"""The web doors of a service with a real channel, and what it has stored."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select

from service.runtime import Runtime
from service.store.tables import AddressRow, Consent, Entry, Inbound, Person
from tests.channels import slack_api, updates
from tests.signed import ACCOUNT, PUBLIC_URL, SERVICE_NUMBER, TOKEN

REAL: dict[str, Any] = {
    "twilio_account_sid": ACCOUNT,
    "twilio_auth_token": SecretStr(TOKEN),
    "twilio_from": SERVICE_NUMBER,
    "public_url": PUBLIC_URL,
    "twilio_whatsapp_from": "+14155550177",
    "telegram_bot_token": SecretStr(updates.TOKEN),
    "telegram_webhook_secret": SecretStr(updates.SECRET),
    "slack_bot_token": SecretStr(slack_api.TOKEN),
    "slack_signing_secret": SecretStr(slack_api.SECRET),
}


@dataclass(frozen=True)
class Doors:
    runtime: Runtime
    client: FlaskClient

    def rows(self) -> int:
        """How many rows tell of anybody."""
        tables = (Inbound, Entry, Person, AddressRow, Consent)
        with self.runtime.store.read() as session:
            return sum(session.scalar(select(func.count()).select_from(t)) or 0 for t in tables)

    def entries(self) -> list[Entry]:
        with self.runtime.store.read() as session:
            return list(session.scalars(select(Entry).order_by(Entry.id)))
