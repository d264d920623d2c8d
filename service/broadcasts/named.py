"""People whom an operator names: by our number for them, or by the phone number or handle they write from."""

import re
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.tables import AddressRow, Person

_ID = re.compile(r"#?(\d{1,9})", re.ASCII)
_PADDING = re.compile(r"[\s().\u2011-]+")  # that people write into a phone number


def split(typed: str) -> list[str]:
    """One name a line, or parted by commas."""
    return [name.strip() for name in re.split(r"[,;\n]+", typed) if name.strip()]


def find(session: Session, names: Sequence[str]) -> tuple[list[int], list[int]]:
    """Ids of the people named, and which of the names, counted from 1, stand for nobody."""
    numbers = {name: int(found[1]) for name in names if (found := _ID.fullmatch(name))}
    handles = {name: _PADDING.sub("", name) for name in names if name not in numbers}
    known = set(session.scalars(select(Person.id).where(Person.id.in_(set(numbers.values())))))
    theirs = defaultdict[str, list[int]](list)
    wanted = AddressRow.handle.in_(set(handles.values()))
    for handle, person_id in session.execute(
        select(AddressRow.handle, AddressRow.person_id).where(wanted)
    ):
        theirs[handle].append(person_id)
    people: list[int] = []
    strangers: list[int] = []
    for place, name in enumerate(names, 1):
        number = numbers.get(name)
        if name in handles:
            people += theirs[handles[name]]
        elif number in known:
            people.append(numbers[name])
        if number not in known and not theirs.get(handles.get(name, "")):
            strangers.append(place)
    return list(dict.fromkeys(people)), strangers
