"""What doctor may find in the settings and the messages: what, why, and how to mend it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from config.addresses import LOOPBACK
from config.settings import Settings, SettingsError
from messages import catalogue as catalogues
from messages.catalogue import FOLDER
from messages.check import check
from messages.review_sheet import HOLDS, overdue
from service import places
from service.alerts import Alerts
from service.web import ways_in

AGREED = 8  # reminders a day that joining agrees to: the default of Person.agreed


@dataclass(frozen=True, slots=True)
class Finding:
    """`error`: people are not served as they should be; `warning`: they may not be; `note`: know it."""

    level: Literal["error", "warning", "note"]
    what: str
    why: str
    mend: str


class Reviews(NamedTuple):
    """How many texts there are, and of how many no clinician's name stands or holds."""

    all: int
    unsigned: int
    overdue: int


def of_settings(settings: Settings) -> Iterator[Finding]:
    if not settings.real:
        yield Finding(
            "note",
            "no real channel is set up",
            "only the phone page and upright say reach the service",
            "to text real phones set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM and PUBLIC_URL; "
            "for WhatsApp TWILIO_WHATSAPP_FROM; for Telegram TELEGRAM_BOT_TOKEN; for Slack "
            "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET (docs/channels.md)",
        )
    else:
        yield from _of_real_channel(settings)
    yield from _of_alerts(settings)
    yield from _of_pages(settings)


def _of_pages(settings: Settings) -> Iterator[Finding]:
    if settings.telegram and not settings.telegram_name:
        yield Finding(
            "note",
            "TELEGRAM_NAME is empty",
            "the front page and the posters can't link to the bot",
            "set it to the bot's user name without @, as BotFather shows it",
        )
    if settings.real and ways_in.line(settings) is None:
        yield Finding(
            "note",
            "nobody can join at /join",
            "it asks people by text, and no number of ours is known from which, or to which countries",
            "set TWILIO_FROM, or with a messaging service JOIN_COUNTRIES; without SMS people join by "
            "writing to us",
        )


def _of_real_channel(settings: Settings) -> Iterator[Finding]:
    if urlsplit(settings.public_url).hostname in LOOPBACK:
        yield Finding(
            "error",
            "PUBLIC_URL is an address of this machine only",
            "no provider can call it, so no text arrives",
            "set it to the public https address that leads here",
        )
    if urlsplit(settings.public_url).path:
        yield Finding(
            "warning",
            "PUBLIC_URL has a path",
            "signatures fit only if the proxy passes this path on to the service",
            "set the bare address, such as https://upright.example.org",
        )
    if not settings.support_contact:
        yield Finding(
            "warning",
            "SUPPORT_CONTACT is empty",
            "HELP must name whom to turn to (CTIA); carriers block senders for less",
            "set it to a help page, mail address or number of at most 24 characters",
        )
    if settings.phone:
        yield Finding(
            "warning",
            "the phone page is on beside a real channel",
            "whoever reaches /phone can text the service as any number",
            "unset PHONE_PAGE, or let the proxy guard /phone",
        )


def _of_alerts(settings: Settings) -> Iterator[Finding]:
    given = settings.alert_urls.get_secret_value().split()
    try:
        Alerts(" ".join(given))
    except SettingsError as error:
        yield Finding(
            "error",
            str(error),
            "the service doesn't start: an alert would not reach anybody there",
            "correct them; https://github.com/caronc/apprise/wiki shows how each is written",
        )
    if not given and settings.real:
        yield Finding(
            "warning",
            "nobody is alerted",
            "a failed emergency answer or a blocked sender stands in the log only",
            "set ALERT_URLS, such as mailto://user:password@example.org",
        )


def of_messages(today: date, folder: Path = FOLDER) -> Iterator[Finding]:
    wrong = check(folder)
    if wrong:
        yield Finding(
            "error",
            f"{len(wrong)} of the messages are not as they must be",
            str(wrong[0]),
            "run upright check and mend what it names",
        )
    texts = reviews(today, folder)
    if texts.unsigned:
        yield Finding(
            "warning",
            f"no clinician's name stands on {texts.unsigned} of {texts.all} texts",
            "people act on them with a hurting back",
            "have a clinician read messages/ and fill reviewer and reviewed",
        )
    if texts.overdue:
        yield Finding(
            "warning",
            f"{texts.overdue} of {texts.all} texts are past their review date",
            f"a clinician's word holds for {HOLDS.days} days: medicine moves on",
            "have them read again; /dashboard/words?state=overdue lists them",
        )
    numbers = [row for row in _tables(_read(folder / "numbers.toml")) if "checked" in row]
    unchecked = sum(not row["checked"] for row in numbers)
    if unchecked:
        yield Finding(
            "warning",
            f"{unchecked} of {len(numbers)} emergency numbers and crisis lines are unchecked",
            "a wrong number costs the minutes that matter",
            "look each up on an official page; fill checked and link in messages/numbers.toml",
        )


def reviews(today: date, folder: Path = FOLDER) -> Reviews:
    paths = [path for name in ("replies", "stretches") for path in folder.glob(f"*/{name}.toml")]
    rows = [row for path in paths for row in _tables(_read(path)) if "reviewer" in row]
    signed = [row["reviewed"] for row in rows if row["reviewer"] and row.get("reviewed")]
    late = sum(overdue(each, today) for text in signed if (each := _date(text)))
    return Reviews(len(rows), len(rows) - len(signed), late)


def _date(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):  # which check names; TOML has dates of its own
        return None


def _read(path: Path) -> dict[str, Any]:
    """An unreadable file is what check reports; here it only has nothing to count."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _tables(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every table in a TOML document, however deep."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from _tables(item)


def keyword_texts(settings: Settings) -> str:
    """Our answers to the words that Twilio answers itself, for Advanced Opt-Out."""
    catalogue = catalogues.load(settings.programme_name, settings.support_contact)
    country = places.country_of(settings.twilio_from) if settings.twilio_from else ""
    texts = (
        (word, catalogue.say(key, country=country, N=AGREED))
        for word, key in (("STOP", "STOP_OK"), ("START", "START_OK"), ("HELP", "HELP"))
    )
    return "\n".join(f"  {word:<6}{text}" for word, text in texts)
