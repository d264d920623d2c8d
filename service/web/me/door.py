"""Who comes to a page: whom the signed link names, how often, and as what their choice goes in."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, abort, request
from flask_limiter import Limiter
from sqlalchemy.orm import Session

from service.conversation import history
from service.envelopes import Address, Inbound, Reply
from service.people.directory import Known
from service.people.page_links import NoEntry
from service.web import here, speech

OFTEN = "60 per minute"  # for each link: a page and its picture are two
ONCE = "once"  # a form's own token, so that a form sent twice is one text
_LONGEST_ONCE = 64


def throttle(app: Flask) -> Limiter:
    """By the link, not by the client's address, which behind a proxy is the same for all."""
    return Limiter(_link, app=app, storage_uri="memory://")


def _link() -> str:
    """Hashed, since what is refused is logged by it."""
    link = str((request.view_args or {}).get("link", ""))
    return hashlib.sha256(link.encode(errors="replace")).hexdigest()[:16]


@contextmanager
def opened(link: str) -> Iterator[tuple[Session, Known]]:
    """Whose page it is, for reading; from here on the page speaks their language. Raises NoEntry."""
    with here.runtime().store.read() as session:
        known = here.runtime().house.pages.open(session, link, here.runtime().now())
        speech.speak_to(known.person.language)
        yield session, known


def choose(link: str, text: str) -> tuple[str, list[Reply]]:
    """Take a choice in as a text from there: its id, and what answers it. Raises NoEntry."""
    chosen = text_id(link, text)
    with opened(link) as (_, known):
        address = Address(known.address.channel, known.address.handle)
    return chosen, here.runtime().receive(Inbound(address, chosen, text, page=True))


def text_id(link: str, text: str) -> str:
    """The same for the same choice on the same page; nobody finds one for somebody else's."""
    return hashlib.sha256(f"{link}:{once()}:{text}".encode()).hexdigest()[:32]


def once() -> str:
    """The token of the form that was sent."""
    given = request.form.get(ONCE, "")
    if not 0 < len(given) <= _LONGEST_ONCE:
        abort(400)
    return given


def gone(link: str) -> bool:
    """Does the link open nothing any more?"""
    try:
        with opened(link):
            return False
    except NoEntry:
        return True


def erased_before(chosen: str) -> list[str] | None:
    """What answered this erasure, when the form comes a second time."""
    with here.runtime().store.read() as session:
        return history.answers_on_page(session, None, chosen)
