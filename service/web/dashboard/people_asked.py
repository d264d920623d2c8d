"""What an address of the list of people asks for. What it can't mean is left out, never an error.

An address finds nobody by more of a number than every viewer sees; see people_find.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from messages.catalogue import Catalogue
from service import cursors, places
from service.envelopes import CHANNELS
from service.people import searching
from service.people.searching import Place, Wanted
from service.people.written_numbers import Sought, glimpsed

ANY = "any"
_CODE = 2  # letters
_LONGEST = 64  # characters that somebody looks for


@dataclass(frozen=True, slots=True)
class Asked:
    wanted: Wanted
    after: Place | None
    shown: Mapping[str, str] = field(
        default_factory=dict
    )  # what the form shows again, and links keep


def choices(catalogue: Catalogue) -> Mapping[str, Sequence[str]]:
    """What the fields of the form may be."""
    return {
        "state": searching.STATES,
        "consent": searching.STANDINGS,
        "channel": CHANNELS,
        "language": catalogue.languages,
        "held": (ANY, *searching.HOLDS),
        "order": searching.ORDERS,
    }


def read(args: Mapping[str, str], catalogue: Catalogue) -> Asked:
    known = choices(catalogue)
    chosen = {name: args.get(name, "") for name in known if args.get(name, "") in known[name]}
    find = args.get("find", "").strip()[:_LONGEST]
    found = glimpsed(find) if find else None
    country, silent = args.get("country", "").strip()[:_LONGEST], _day(args.get("silent", ""))
    plan = _number(args.get("plan", ""))
    wanted = Wanted(
        sought=found,
        state=chosen.get("state", ""),
        standing=chosen.get("consent", ""),
        channel=chosen.get("channel", ""),
        language=chosen.get("language", ""),
        country=_country(country),
        held=chosen.get("held", ""),
        silent_since=datetime.combine(silent, time(0), UTC) if silent else None,
        plan=plan,
        order=chosen.get("order", searching.NEWEST),
    )
    shown = {
        **chosen,
        "find": "" if found == Sought() else find,  # which may be a number, that no link repeats
        "country": country,
        "silent": silent.isoformat() if silent else "",
        "plan": str(plan) if plan is not None else "",
    }
    shown = {name: value for name, value in shown.items() if value}
    return Asked(wanted, place(args.get("after", "")), shown)


def written(place: Place | None) -> str:
    """A place in the list, for the address of the page behind it."""
    if place is None:
        return ""
    return cursors.written(place.heard, place.id) if place.heard else str(place.id)


def place(text: str) -> Place | None:
    """Back from what `written` made; None for the beginning, and for nonsense."""
    try:
        heard, number = (None, text) if text.isdecimal() else cursors.read(text)
    except ValueError:
        return None
    id_ = _number(number)
    return None if id_ is None else Place(id_, heard)


def _country(text: str) -> str:
    """A code is one as it stands: names are looked up in an atlas, which takes a moment to open."""
    if len(text) <= _CODE:
        return text.upper()
    return places.country_called(text) or text


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if fits else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
