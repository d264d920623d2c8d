"""Somebody at the page /join, with the browser that they fill it in with."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.app import create_app
from service.runtime import Runtime
from service.store.tables import AddressRow, Consent, Entry, Person, Plan
from tests.phone import Phone, Wall

NUMBER = "+12125550100"
FILLED: dict[str, Any] = {
    "country": "US",
    "number": "(212) 555-0100",
    "language": "en",
    "place": "",
    "opens": "09:00",
    "closes": "17:00",
    "days": ["0", "1", "2", "3", "4"],
    "agree": "1",
}


@dataclass(frozen=True)
class Visitor:
    runtime: Runtime
    wall: Wall
    client: FlaskClient
    path: str = "/join"
    address: str = "203.0.113.7"

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(self.path).text)
        assert found
        return found[1]

    def send(self, token: str = "", **changes: Any) -> TestResponse:
        """The form as it is filled in, with changes; None leaves a field out."""
        form = {"csrf_token": token or self.token(), **FILLED, **changes}
        given = {name: value for name, value in form.items() if value is not None}
        return self.client.post(
            self.path, data=given, environ_overrides={"REMOTE_ADDR": self.address}
        )

    def join(self, **changes: Any) -> str:
        """Send it, and read the page that follows."""
        sent = self.send(**changes)
        assert sent.status_code == 303, sent.text
        return self.client.get(sent.headers["Location"]).text

    def elsewhere(self, address: str) -> "Visitor":
        return replace(self, address=address)

    @property
    def phone(self) -> Phone:
        return Phone(self.runtime, self.wall, NUMBER)

    def arrived(self) -> list[str]:
        """What the phone has got by now."""
        self.runtime.drain()
        return [each.text for each in self.phone.entries() if each.state in {"sent", "delivered"}]

    def queued(self) -> list[Entry]:
        with self.runtime.store.read() as session:
            return list(session.scalars(select(Entry).order_by(Entry.id)))

    def consents(self) -> list[Consent]:
        with self.runtime.store.read() as session:
            return list(session.scalars(select(Consent).order_by(Consent.id)))

    def people(self) -> int:
        with self.runtime.store.read() as session:
            return len(session.scalars(select(Person)).all())


def visitor(runtime: Runtime, wall: Wall, path: str = "/join") -> Visitor:
    return Visitor(runtime, wall, create_app(runtime).test_client(), path)


def plan(page: Visitor) -> Plan:
    return plan_of(page.runtime, page.phone)


def plan_of(runtime: Runtime, phone: Phone) -> Plan:
    with runtime.store.read() as session:
        return session.get_one(Plan, phone.person.plan_id)


def standing(page: Visitor) -> str:
    with page.runtime.store.read() as session:
        return session.scalars(select(AddressRow.standing)).one()
