"""Somebody's own page, as they come to it: by the link that PREFS answers with."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.app import create_app
from service.runtime import Runtime
from service.store.tables import Consent
from tests.phone import Phone, Wall
from tests.web.doors import REAL

_HIDDEN = r'name="{}" value="([^"]+)"'


def link_of(phone: Phone) -> str:
    """What follows the host in the link that PREFS brings."""
    found = re.search(r"(/me/\S+)", phone.text("PREFS"))
    assert found
    return found[1]


@dataclass(frozen=True)
class OwnPage:
    """A browser at one person's page."""

    client: FlaskClient
    link: str

    def get(self, under: str = "") -> TestResponse:
        return self.client.get(self.link + under)

    def fields(self, under: str = "") -> dict[str, str]:
        """The hidden fields that each form of a page has."""
        shown = self.get(under).text
        found = {name: re.search(_HIDDEN.format(name), shown) for name in ("csrf_token", "once")}
        return {name: match[1] for name, match in found.items() if match}

    def send(self, under: str = "", **form: str) -> TestResponse:
        """Fill a form in and send it."""
        return self.client.post(self.link + under, data={**self.fields(under), **form})

    def choose(self, what: str, **form: str) -> str:
        """The page after a choice: what is answered stands on it."""
        sent = self.send(what=what, **form)
        assert sent.status_code == 303, sent.text
        return self.client.get(sent.headers["Location"]).text


def own_page(phone: Phone) -> OwnPage:
    return OwnPage(create_app(phone.runtime).test_client(), link_of(phone))


def events(phone: Phone) -> list[tuple[str, str, str]]:
    with phone.runtime.store.read() as session:
        rows = session.scalars(select(Consent).order_by(Consent.id))
        return [(row.event, row.source, row.used) for row in rows]


def count(phone: Phone, table: type[Any]) -> int:
    with phone.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def as_sms(service: Callable[..., Runtime], wall: Wall) -> Phone:
    """Somebody at a service with real channels, where the carriers' words are Twilio's to answer."""
    phone = Phone(service(**REAL), wall, channel="sms")
    phone.join()
    return phone
