"""How people reach this installation: the links of the front page and of /join."""

from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote

import segno

from config.settings import Settings
from messages import links
from service import places
from service.people import phone_numbers

SMS, SIMULATOR = "sms", "simulator"


@dataclass(frozen=True, slots=True)
class Line:
    """By which a number that is given on the page is texted."""

    channel: str
    countries: tuple[str, ...]  # whose numbers

    @property
    def made_up(self) -> bool:
        """Does nothing leave the house?"""
        return self.channel == SIMULATOR


def line(settings: Settings) -> Line | None:
    """None where nothing is set up that texts phones, or nobody said which countries' phones."""
    if settings.sms:
        own = places.country_of(settings.twilio_from)
        countries = tuple(settings.join_countries.split()) or ((own,) if own else ())
        return Line(SMS, countries) if countries else None
    if settings.real:
        return None
    return Line(SIMULATOR, tuple(phone_numbers.calling_codes()))


def sms(settings: Settings, word: str) -> str:
    """A link that opens a text to our number; "" where it isn't known."""
    if not (settings.sms and settings.twilio_from):
        return ""
    return links.sms(settings.twilio_from, word)


def whatsapp(settings: Settings, word: str) -> str:
    if not settings.whatsapp:
        return ""
    return f"https://wa.me/{settings.twilio_whatsapp_from.removeprefix('+')}?text={quote(word)}"


def telegram(settings: Settings) -> str:
    """ "" where the bot's name isn't set: asking Telegram for it would hold the page up."""
    if not (settings.telegram and settings.telegram_name):
        return ""
    return f"https://t.me/{settings.telegram_name}"


def qr_code(link: str) -> bytes:
    """As SVG: black on white with its quiet zone, so that it can be read on dark pages, too."""
    drawn = BytesIO()
    segno.make(link, error="m").save(
        drawn, kind="svg", border=4, dark="#000", light="#fff", omitsize=True
    )
    return drawn.getvalue()
