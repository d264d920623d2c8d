"""The signed link to somebody's own page. It names an address, since consent is per address, and ends in a week."""

import base64
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.people.directory import Known
from service.store.tables import AddressRow, Dialogue, Person

WEB = "/me"
LASTS = timedelta(days=7)
_BODY = struct.Struct(">II")  # the address, and the second in which the link was made
_MARK = 12  # bytes of the signature
# Letters and digits alone: no chat takes the end of the link for a full stop or a sign of its own.
_TOKEN = re.compile(r"[a-z2-7]{32}")
_LINK = re.compile(rf"({WEB}/)[a-z2-7]{{32}}")


class NoEntry(Exception):
    """The link opens nothing: it was made up, or whom it named has erased themself or moved away."""


class Expired(NoEntry):
    """It is older than a week, whomever it named."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Where the pages are, and the key that signs their links."""

    url: str = ""  # of the service; "" while nobody knows it: there are no links then
    secret: bytes = b""

    def to(self, person: Person, address: AddressRow, now: datetime) -> str:
        """The address of this person's page, for whoever texts from there; "" where there is none."""
        if not self.url:
            return ""
        body = _BODY.pack(address.id, int(now.timestamp()))
        token = base64.b32encode(body + self._mark(body, person, address))
        return f"{self.url}{WEB}/{token.decode().lower()}"

    def open(self, session: Session, token: str, now: datetime) -> Known:
        """Whose page it is. Raises Expired, NoEntry."""
        if not _TOKEN.fullmatch(token):
            raise NoEntry
        given = base64.b32decode(token.upper())
        body, mark = given[: _BODY.size], given[_BODY.size :]
        address_id, made = _BODY.unpack(body)
        # By its date alone, so that an old link doesn't tell whether its person is still there.
        if now >= datetime.fromtimestamp(made, UTC) + LASTS:
            raise Expired
        address = session.get(AddressRow, address_id)
        if address is None:
            raise NoEntry
        person = session.get_one(Person, address.person_id)
        if not hmac.compare_digest(mark, self._mark(body, person, address)):
            raise NoEntry
        return Known(person, address, session.get(Dialogue, person.id))

    def _mark(self, body: bytes, person: Person, address: AddressRow) -> bytes:
        """Over whoever has the address now: it may have gone over to somebody else since."""
        came = person.created_at.astimezone(UTC).isoformat()
        who = f"{address.channel}:{address.handle}:{person.id}:{came}"
        key = hmac.digest(self.secret, b"a person's own page", hashlib.sha256)
        return hmac.digest(key, body + who.encode(), hashlib.sha256)[:_MARK]


NOWHERE = PageLinks()


def hidden(text: str) -> str:
    """The text without what opens a page: for whoever reads what was said to somebody else."""
    return _LINK.sub(r"\1***", text)
