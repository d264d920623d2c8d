"""What somebody chooses on their page, as the words that they could have texted.

Our own rules then decide what follows. A choice that is incomplete leaves the bare keyword, whose
answer says how it is used.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from werkzeug.datastructures import MultiDict

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY = (60, 90, 120, 180, 240)  # minutes that are offered
PAUSES = ("", "2 days", "3 days", "7 days", "14 days", "30 days")  # "": the rest of today
ANSWERS = ("YES", "NO", "OK")
STOP, DELETE, DELETE_YES = "STOP", "DELETE", "DELETE YES"
_LONGEST = 60  # characters of a place's name
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)

Form = MultiDict[str, str]


def text_of(form: Form) -> str | None:
    """The text that a form stands for; None for a form that no page of ours holds."""
    says = SAYS.get(form.get("what", ""))
    return " ".join(says(form).split()) if says else None


def _spans(form: Form) -> str:
    pairs = zip(form.getlist("from"), form.getlist("to"), strict=False)
    return " ".join(f"{a}-{b}" for a, b in pairs if _TIME.fullmatch(a) and _TIME.fullmatch(b))


def _lunch(form: Form) -> str:
    return "LUNCH OFF" if form.get("off") else f"LUNCH {_spans(form)}"


def _days(form: Form) -> str:
    chosen = form.getlist("day")
    return f"DAYS {' '.join(day for day in DAYS if day in chosen)}"


def _named(keyword: str) -> Callable[[Form], str]:
    return lambda form: f"{keyword} {form.get('name', '')[:_LONGEST]}"


def _one_of(keyword: str, known: Sequence[object]) -> Callable[[Form], str]:
    def says(form: Form) -> str:
        chosen = form.get("choice", "")
        return f"{keyword} {chosen}" if chosen in map(str, known) else keyword

    return says


def _left_out(form: Form) -> str:
    area = form.get("choice", "")
    return f"NO {area}" if re.fullmatch(r"[a-z ]{1,20}", area) else "NO OFF"


def _answer(form: Form) -> str:
    said = form.get("choice", "")
    return said if said in ANSWERS or re.fullmatch(r"[1-9]", said) else ""


_ON_OFF = ("ON", "OFF")
SAYS: Mapping[str, Callable[[Form], str]] = {
    "hours": lambda form: f"HOURS {_spans(form)}",
    "days": _days,
    "every": _one_of("EVERY", EVERY),
    "lunch": _lunch,
    "zone": _named("ZONE"),
    "country": _named("COUNTRY"),
    "language": lambda form: f"LANGUAGE {form.get('choice', '')[:_LONGEST]}",
    "pause": _one_of("PAUSE", PAUSES),
    "resume": lambda _form: "RESUME",
    "here": lambda _form: "HERE",
    "remind": lambda _form: "REMIND",
    "seated": _one_of("SEATED", _ON_OFF),
    "discreet": _one_of("DISCREET", _ON_OFF),
    "pictures": _one_of("PICTURES", _ON_OFF),
    "without": _left_out,
    "answer": _answer,
}
