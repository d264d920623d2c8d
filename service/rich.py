"""What a chat shows beside the words: buttons for what one may answer, and the drawing of a stretch.

An entry keeps it among its parameters, so that a text that is given again looks the same.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from messages import pictures
from messages.catalogue import Catalogue
from service import places
from service.envelopes import Picture

CHOICES, PICTURE = "choices", "picture"  # among the parameters of an entry
WEB = "/pictures"
SMS = "sms"
MMS_SEGMENTS = 3  # that a text with a picture costs about as much as, whatever its length
_TOKEN = 22  # characters: 128 bits


@dataclass(frozen=True, slots=True)
class Showcase:
    """What each channel can show, and under which address a drawing is found."""

    catalogue: Catalogue
    buttons: frozenset[str] = frozenset()  # channels that have them
    pictures: frozenset[str] = frozenset()  # channels on which a picture costs nothing
    apart: frozenset[str] = frozenset()  # channels on which one can't stand in a webhook's answer
    mms: frozenset[str] = frozenset()  # countries to whose numbers pictures may go by SMS
    public_url: str = ""
    key: bytes = b""  # makes addresses unguessable

    def may_show(self, channel: str, handle: str) -> bool:
        """Can somebody there have pictures at all? By SMS it is the number that decides what they cost."""
        if channel in self.pictures:
            return True
        return channel == SMS and bool(self.mms) and places.country_of(handle) in self.mms

    def shows(self, channel: str, handle: str, wanted: bool | None) -> bool:
        """`wanted`: what the person set; unset, they come where they cost nothing."""
        if channel in self.pictures:
            return wanted is not False
        return bool(wanted) and self.may_show(channel, handle)

    def beside(
        self,
        key: str,
        language: str,
        *,
        channel: str,
        handle: str,
        wanted: bool | None,
        unasked: bool = False,
        offered: Sequence[str] = (),
    ) -> dict[str, Any]:
        """What stands beside the text under this key, as parameters of its entry.

        `unasked`: we send it, rather than answer; `offered`: keywords that the text itself names.
        """
        beside: dict[str, Any] = {}
        if channel not in self.buttons and channel not in self.pictures and wanted is None:
            return beside  # by SMS, where nobody asked for pictures
        if channel in self.buttons:
            choices = self.catalogue.choices(key, language, unasked=unasked, offered=offered)
            if choices:
                beside[CHOICES] = list(choices)
        if self.catalogue.is_stretch(key) and self.shows(channel, handle, wanted):
            beside[PICTURE] = f"{language}/{key}"
        return beside

    def cost(self, channel: str, params: Mapping[str, Any], segments: int) -> int:
        """Segments, with what a picture costs by SMS."""
        return max(segments, MMS_SEGMENTS) if PICTURE in params and channel == SMS else segments

    def picture(self, params: Mapping[str, Any]) -> Picture | None:
        """The drawing that an entry's parameters name."""
        named = params.get(PICTURE)
        if not named:
            return None
        language, _, key = str(named).partition("/")
        stretch = self.catalogue.stretch(key, language)
        if stretch is None:  # a move that was taken out of the catalogue since
            return None
        return Picture(key, stretch.picture, self.address(key), partial(pictures.png_of, key))

    def address(self, key: str) -> str:
        """Where a drawing can be fetched; "" while the service has no public address."""
        return f"{self.public_url}{WEB}/{self.token(key)}/{key}.png" if self.public_url else ""

    def token(self, key: str) -> str:
        """The same for as long as SECRET_KEY is, so that a chat shows it for years."""
        digest = hmac.new(self.key, f"picture:{key}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()[:_TOKEN]


def choices_of(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params.get(CHOICES, ()))
