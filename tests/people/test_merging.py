"""Of two people one stays: no slot has two rows, nothing that went is forgotten, nobody waits for ever."""

from collections.abc import Collection
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select

from service.envelopes import State
from service.outbox import entries
from service.people import merging
from service.store.engine import Store
from service.store.states import MOVES
from service.store.tables import AddressRow, Entry, Person
from tests.outbox.line import NOON, House

CARRIERS = frozenset({"sms", "chat"})
# How a row gets from queued to a state.
_WAYS = {
    "queued": [],
    "sending": ["sending"],
    "doubtful": ["sending", "doubtful"],
    "sent": ["sending", "sent"],
    "delivered": ["sending", "delivered"],
    "failed": ["sending", "failed"],
    "lost": ["sending", "doubtful", "lost"],
    "expired": ["expired"],
    "dropped": ["dropped"],
}
_FURTHER = [
    "dropped",
    "expired",
    "failed",
    "queued",
    "lost",
    "doubtful",
    "sending",
    "sent",
    "delivered",
]


def row(house: House, person: int, state: str) -> int:
    entry_id = house.put(person)
    with house.store.write() as session:
        entry = session.get_one(Entry, entry_id)
        for way in _WAYS[state]:
            entry.state = way
            session.flush()
    return entry_id


def join(
    store: Store,
    stays: int,
    goes: int,
    keeper: int | None = None,
    carriers: Collection[str] = CARRIERS,
) -> None:
    with store.write() as session:
        people = {number: session.get_one(Person, number) for number in (stays, goes)}
        merging.join(session, people[stays], people[goes], people[keeper or stays], NOON, carriers)


def test_the_ways_are_those_that_the_database_allows() -> None:
    for ways in _WAYS.values():
        steps = list(zip(["queued", *ways], ways, strict=False))
        assert all((State(before), State(after)) in MOVES for before, after in steps)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        pair
        for pair in product(_FURTHER, repeat=2)
        if abs(_FURTHER.index(pair[0]) - _FURTHER.index(pair[1])) == 1
    ]
    + [("queued", "sent"), ("sent", "queued"), ("queued", "queued"), ("dropped", "delivered")],
)
def test_of_two_rows_for_a_slot_the_one_that_got_further_stays(
    house: House, here: str, there: str
) -> None:
    stays, goes = house.person(), house.person()
    ours, theirs = row(house, stays, here), row(house, goes, there)
    join(house.store, stays, goes)
    further = _FURTHER.index(there) > _FURTHER.index(here)
    with house.store.read() as session:
        [kept] = session.scalars(select(Entry))
    assert (kept.id, kept.state) == ((theirs, there) if further else (ours, here))
    assert kept.person_id == stays


def test_rows_of_other_slots_and_answers_all_come_along(house: House) -> None:
    stays, goes = house.person(), house.person()
    house.put(stays)
    house.put(goes, slot=NOON + timedelta(hours=1))
    house.put(goes, "reply")
    join(house.store, stays, goes)
    with house.store.read() as session:
        assert {entry.person_id for entry in session.scalars(select(Entry))} == {stays}
        assert session.scalar(select(func.count(Entry.id))) == 3
        assert session.scalars(select(Person.id)).all() == [stays]


def test_an_attempt_in_flight_is_settled_after_the_join(house: House) -> None:
    stays, goes = house.person(), house.person()
    mine = house.put(goes)
    house.line.on_send = lambda _: join(house.store, stays, goes)
    house.deliver()
    assert (house.entry(mine).state, house.entry(mine).person_id) == ("sent", stays)


@pytest.mark.parametrize(
    ("ours", "theirs", "state", "primary"),
    [
        ({"standing": "in"}, {"standing": "in"}, "active", 1),
        ({"standing": "out"}, {"standing": "in"}, "active", 2),
        ({"standing": "none"}, {"standing": "in"}, "active", 2),
        ({"standing": "in", "dead": "30005"}, {"standing": "in"}, "active", 2),
        ({"standing": "in", "dead": "30005"}, {"standing": "out"}, "active", 1),
        ({"standing": "out"}, {"standing": "none"}, "stopped", 1),
        ({"standing": "none"}, {"standing": "out"}, "stopped", 1),
        ({"standing": "none"}, {"standing": "none"}, "stranger", 1),
    ],
)
def test_one_address_is_the_one_for_reminders_and_consent_stays_where_it_was_given(
    house: House, ours: dict[str, str], theirs: dict[str, str], state: str, primary: int
) -> None:
    states = {"in": "active", "out": "stopped", "none": "stranger"}
    stays, goes = (house.person(state=states[row["standing"]], **row) for row in (ours, theirs))
    join(house.store, stays, goes)
    with house.store.read() as session:
        rows = session.scalars(select(AddressRow).order_by(AddressRow.id)).all()
        assert session.get_one(Person, stays).state == state
    assert [row.standing for row in rows] == [ours["standing"], theirs["standing"]]
    assert [row.id for row in rows if row.primary] == [primary]
    assert {row.person_id for row in rows} == {stays}


def test_reminders_go_where_one_can_be_promised(house: House) -> None:
    stays, goes = house.person(channel="chat"), house.person()
    join(house.store, stays, goes, carriers={"sms"})
    with house.store.read() as session:
        rows = session.scalars(select(AddressRow).where(AddressRow.primary))
        assert [row.channel for row in rows] == ["sms"]


@pytest.mark.parametrize(
    ("keeper", "other", "kept"),
    [
        ({"channel": "chat", "pictures": False}, {"channel": "sms"}, False),
        ({"channel": "sms"}, {"channel": "chat", "pictures": False}, False),
        ({"channel": "sms", "pictures": False}, {"channel": "chat", "pictures": True}, False),
        ({"channel": "sms", "pictures": True}, {"channel": "chat", "pictures": False}, True),
        ({"channel": "chat", "pictures": True}, {"channel": "sms", "pictures": False}, None),
        ({"channel": "sms"}, {"channel": "chat", "pictures": True}, None),
        ({"channel": "chat"}, {"channel": "sms", "pictures": True}, True),
        ({"channel": "chat"}, {"channel": "sms"}, None),
    ],
)
@pytest.mark.parametrize("stays", ["keeper", "other"])
def test_pictures_are_as_the_keeper_of_the_schedule_set_them_but_none_is_paid_for_unasked(
    house: House, keeper: dict[str, Any], other: dict[str, Any], kept: bool | None, stays: str
) -> None:
    theirs = {"keeper": house.person(**keeper), "other": house.person(**other)}
    goes = "other" if stays == "keeper" else "keeper"
    join(house.store, theirs[stays], theirs[goes], theirs["keeper"])
    with house.store.read() as session:
        assert session.get_one(Person, theirs[stays]).pictures is kept


def test_the_longer_hold_stays_and_an_emergency_remains_one(house: House) -> None:
    hour, day = NOON + timedelta(hours=1), NOON + timedelta(days=1)
    stays = house.person(held_until=hour, held_why="emergency")
    goes = house.person(held_until=day, held_why="pause")
    join(house.store, stays, goes)
    with house.store.read() as session:
        person = session.get_one(Person, stays)
        assert (person.held_until, person.held_why) == (day, "emergency")


def test_the_earlier_doubt_ends_first(house: House) -> None:
    soon, later = NOON + timedelta(hours=1), NOON + timedelta(hours=9)
    stays, goes = house.person(doubt_until=later), house.person(doubt_until=soon)
    join(house.store, stays, goes)
    with house.store.read() as session:
        assert session.get_one(Person, stays).doubt_until == soon


def test_a_reminder_written_for_whoever_went_is_not_sent_to_a_stranger(house: House) -> None:
    """A tick that looked at people before the join writes after it."""
    stays, goes = house.person(), house.person()
    join(house.store, stays, goes)
    with house.store.write() as session:
        entries.put(
            session, person_id=goes, address_id=goes, channel="sms", kind="reminder",
            now=NOON, slot=NOON,
        )  # fmt: skip
    house.deliver()
    assert house.line.given == []
    assert house.states() == ["dropped"]
