"""People whom an operator names: by our number for them, or by the phone number or handle they write from."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.people.written_numbers import sought
from service.store.tables import AddressRow, Person

_ID = re.compile(r"#?(\d{1,9})", re.ASCII)


def split(typed: str) -> list[str]:
    """One name a line, or parted by commas."""
    return [name.strip() for name in re.split(r"[,;\n]+", typed) if name.strip()]


def handles(name: str) -> tuple[str, ...]:
    """As what a number or handle may stand in the table."""
    return tuple(dict.fromkeys((name.strip(), *sought(name).handles)))


def still_there(session: Session, people: Collection[int]) -> list[int]:
    """Those of these ids that are somebody's yet, in order."""
    return list(session.scalars(select(Person.id).where(Person.id.in_(people)).order_by(Person.id)))


def find(session: Session, names: Sequence[str]) -> tuple[list[int], list[int]]:
    """Ids of the people named, and which of the names, counted from 1, stand for nobody.

    #12 is our number for somebody. Digits alone are it where no chat knows them as a handle.
    """
    typed = {name: handles(name) for name in names if not name.startswith("#")}
    theirs = defaultdict[str, list[int]](list)
    wanted = AddressRow.handle.in_({handle for each in typed.values() for handle in each})
    for handle, person_id in session.execute(
        select(AddressRow.handle, AddressRow.person_id).where(wanted)
    ):
        theirs[handle].append(person_id)
    numbers = {name: int(found[1]) for name in names if (found := _ID.fullmatch(name))}
    known = set(still_there(session, numbers.values()))
    people: list[int] = []
    strangers: list[int] = []
    for place, name in enumerate(names, 1):
        found_at = [each for handle in typed.get(name, ()) for each in theirs.get(handle, ())]
        if not found_at and numbers.get(name) in known:
            found_at = [numbers[name]]
        people += found_at
        if not found_at:
            strangers.append(place)
    return list(dict.fromkeys(people)), strangers
