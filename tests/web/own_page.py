"""Somebody's own page, as they come to it: by the link that PREFS answers with."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
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
Fields = dict[str, list[str]]
# What the form with this setting sends when it is switched on, and off again.
SEATED = {"what": "settings", "was-seated": "OFF", "seated": "ON"}
NOT_SEATED = {"what": "settings", "was-seated": "OFF"}


class Forms(HTMLParser):
    """The forms of a page, each with what a browser would send of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Fields] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.found.append({})
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.found[-1].setdefault(name, []).append(value)
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in self.found[-1]):
            self.found[-1][self._select] = [value]


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
        return self._answered(self.send(what=what, **form))

    def form(self, card: str) -> Fields:
        """What the form of a card would send now."""
        forms = Forms(self.get().text).found
        [found] = [each for each in forms if each.get("what") == [card]]
        return found

    def save(self, card: str, **changes: str | Sequence[str]) -> str:
        """The page after the form of a card was changed and saved; `hours_from` is the field hours-from."""
        return self._answered(self.client.post(self.link, data=changed(self.form(card), **changes)))

    def _answered(self, sent: TestResponse) -> str:
        assert sent.status_code == 303, sent.text
        return self.client.get(sent.headers["Location"]).text


def changed(form: Fields, **changes: str | Sequence[str]) -> Fields:
    return form | {
        name.replace("_", "-"): [value] if isinstance(value, str) else list(value)
        for name, value in changes.items()
    }


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
