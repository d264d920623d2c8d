"""What somebody chooses on their page, as the words that they could have texted.

Our own rules then decide what follows. A choice that is incomplete leaves the bare keyword, whose
answer says how it is used.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from service.conversation.standing import Standing
from service.store.tables import Person

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY = (60, 90, 120, 180, 240)  # minutes that are offered
PAUSES = ("", "2 days", "3 days", "7 days", "14 days", "30 days")  # "": the rest of today
ANSWERS = ("YES", "NO", "OK")
STOP, DELETE, DELETE_YES = "STOP", "DELETE", "DELETE YES"
ON, OFF = "ON", "OFF"
WAS = "was-"  # before a setting's name: what the form showed of it
_LONGEST = 60  # characters of a place's name
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_AREA = re.compile(r"[a-z ]{1,20}")

Form = MultiDict[str, str]


def text_of(form: Form) -> str | None:
    """The text that a button stands for; None for one that no page of ours has."""
    says = SAYS.get(form.get("what", ""))
    return " ".join(says(form).split()) if says else None


def _one_of(keyword: str, known: Sequence[object]) -> Callable[[Form], str]:
    def says(form: Form) -> str:
        chosen = form.get("choice", "")
        return f"{keyword} {chosen}" if chosen in map(str, known) else keyword

    return says


def _answer(form: Form) -> str:
    said = form.get("choice", "")
    return said if said in ANSWERS or re.fullmatch(r"[1-9]", said) else ""


SAYS: Mapping[str, Callable[[Form], str]] = {
    "pause": _one_of("PAUSE", PAUSES),
    "resume": lambda _form: "RESUME",
    "here": lambda _form: "HERE",
    "remind": lambda _form: "REMIND",
    "answer": _answer,
}


def _spans(form: Form, name: str) -> str:
    pairs = zip(form.getlist(f"{name}-from"), form.getlist(f"{name}-to"), strict=False)
    return " ".join(f"{a}-{b}" for a, b in pairs if _TIME.fullmatch(a) and _TIME.fullmatch(b))


def _hours(form: Form) -> str:
    return _spans(form, "hours")


def _lunch(form: Form) -> str:
    """Whoever fills in a break where there was none means it, though the box still says that there is none."""
    filled = any([*form.getlist("lunch-from"), *form.getlist("lunch-to")])
    if form.get("lunch-off") and not (filled and form.get(f"{WAS}lunch") == OFF):
        return OFF
    return _spans(form, "lunch")


def _days(form: Form) -> str:
    chosen = form.getlist("day")
    return " ".join(day for day in DAYS if day in chosen)


def _every(form: Form) -> str:
    minutes = form.get("every", "")
    return minutes if re.fullmatch(r"[1-9]\d{0,3}", minutes, re.ASCII) else ""


def _written(name: str) -> Callable[[Form], str]:
    return lambda form: " ".join(form.get(name, "")[:_LONGEST].split())


def _switch(name: str) -> Callable[[Form], str]:
    return lambda form: ON if form.get(name) else OFF


def _areas(form: Form) -> str:
    return ",".join(sorted({area for area in form.getlist("without") if _AREA.fullmatch(area)}))


def _said(keyword: str) -> Callable[[str, str], Sequence[str]]:
    return lambda _was, chosen: [f"{keyword} {chosen}".strip()]


def _left_out(was: str, chosen: str) -> Sequence[str]:
    """An area is left out by its name; all come back at once, so that those that stay out are named anew."""
    before, after = _listed(was), _listed(chosen)
    if before <= after:
        return [f"NO {area}" for area in sorted(after - before)]
    return ["NO OFF", *(f"NO {area}" for area in sorted(after))]


def _listed(areas: str) -> set[str]:
    return set(filter(None, areas.split(",")))


@dataclass(frozen=True, slots=True)
class Setting:
    """`chosen`: what a form says of it, on one line; `texts`: that bring it from what it was to that."""

    chosen: Callable[[Form], str]
    texts: Callable[[str, str], Sequence[str]]


SETTINGS: Mapping[str, Setting] = {
    "hours": Setting(_hours, _said("HOURS")),
    "lunch": Setting(_lunch, _said("LUNCH")),
    "days": Setting(_days, _said("DAYS")),
    "every": Setting(_every, _said("EVERY")),
    "language": Setting(_written("language"), _said("LANGUAGE")),
    "seated": Setting(_switch("seated"), _said("SEATED")),
    "discreet": Setting(_switch("discreet"), _said("DISCREET")),
    "pictures": Setting(_switch("pictures"), _said("PICTURES")),
    "without": Setting(_areas, _left_out),
    "country": Setting(_written("country"), _said("COUNTRY")),
    "zone": Setting(_written("zone"), _said("ZONE")),
}
REMINDERS = "reminders"
# The settings that have one Save together, in the order in which they are sent: answers come in the
# language that is chosen, a city is looked for in the country that is, and it may be asked back.
CARDS: Mapping[str, Sequence[str]] = {
    REMINDERS: ("days", "hours", "lunch", "every"),
    "settings": (
        "language", "seated", "discreet", "pictures", "without", "country", "zone",
    ),
}  # fmt: skip


def present(stands: Standing, person: Person, *, pictures: bool) -> Mapping[str, str]:
    """How each setting stands, in the words of `Setting.chosen`."""
    rhythm = stands.rhythm
    days = (day for day, on in zip(DAYS, rhythm.days, strict=True) if on == "1")
    return {
        "hours": " ".join(str(span) for span in rhythm.hours),
        "lunch": str(rhythm.lunch or OFF),
        "days": " ".join(days),
        "every": str(rhythm.every),
        "language": person.language,
        "seated": ON if person.seated else OFF,
        "discreet": ON if person.discreet else OFF,
        "pictures": ON if pictures else OFF,
        "without": ",".join(sorted(person.left_out)),
        "country": stands.country,
        "zone": stands.zone,
    }


def changed(
    form: Form, now: Mapping[str, str], sent: Callable[[str], bool]
) -> dict[str, list[str]]:
    """The texts for each setting of a card that its form changes, against what it showed.

    What changed elsewhere since the form was opened stays. What this very form changed before, and
    now shows as it was at first again (`sent` knows its texts), goes back.
    """
    found: dict[str, list[str]] = {}
    for name in CARDS.get(form.get("what", ""), ()):
        setting, was = SETTINGS[name], form.get(f"{WAS}{name}")
        if was is None:
            continue
        chosen = setting.chosen(form)
        if chosen == was and now[name] != was and all(map(sent, setting.texts(was, now[name]))):
            was = now[name]
        if chosen != was:
            found[name] = [" ".join(text.split()) for text in setting.texts(was, chosen)]
    return found


def rhythm(form: Form, names: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What the form says of these settings, and what it showed of all that it has."""
    shown = {name: form[WAS + name] for name in CARDS[REMINDERS] if WAS + name in form}
    return {name: SETTINGS[name].chosen(form) for name in names}, shown
