"""Poster and cards for this installation: made once for what is set, and kept."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from config.settings import Settings
from messages.catalogue import Catalogue
from messages.page_words import PageWords
from messages.paper.cards import cards
from messages.paper.ink import Sheet
from messages.paper.leaflet import Leaflet, Way, leaflet
from messages.paper.pdf import pdf
from messages.paper.poster import poster
from messages.paper.preview import preview
from service import places
from service.people import phone_numbers

KINDS: Mapping[str, Callable[[Leaflet], Sheet]] = {"poster": poster, "cards": cards}
UNSET = (
    "There is nothing to print yet, for the code on it must lead somewhere: "
    "set TWILIO_FROM beside TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or PUBLIC_URL."
)
_KEPT = 32  # both kinds in several languages


class Unset(Exception):
    """Neither a number nor an address is set: see UNSET."""


def way_in(settings: Settings) -> Way | None:
    """How people get in; None where there is neither a number nor an address."""
    number = settings.twilio_from if settings.sms else ""
    if not number and not settings.site_url:
        return None
    return Way(
        number=number,
        shown=phone_numbers.shown(number),
        country=places.country_of(number) if number else "",
        site=settings.site_url,
        sample=not settings.real,
    )


def told(settings: Settings, catalogue: Catalogue, words: PageWords, language: str) -> Leaflet:
    """What the sheets say in a language. Raises Unset."""
    way = way_in(settings)
    if way is None:
        raise Unset(UNSET)
    return leaflet(words, catalogue, language, way)


@lru_cache(maxsize=_KEPT)
def pdf_of(kind: str, said: Leaflet) -> bytes:
    return pdf(KINDS[kind](said))


@lru_cache(maxsize=_KEPT)
def preview_of(kind: str, said: Leaflet) -> str:
    """The same sheet as SVG."""
    return preview(KINDS[kind](said))
