"""Old history goes in small steps; what consent rests on stays."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.outbox import retention
from service.store.tables import Consent, Entry, Inbound
from tests.outbox.line import NOON, House

OLD, NEW = NOON - timedelta(days=91), NOON - timedelta(days=89)
BEFORE = NOON - timedelta(days=90)


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)


def talk(house: House, person: int, at: datetime, kind: str = "reply") -> int:
    """A text received and its answer: the answer's id."""
    with house.store.write() as session:
        inbound = Inbound(
            channel="sms", provider_id=f"{at:%j}-{person}-{kind}", address_id=person,
            at=at, intent="", topic="", rule="",
        )  # fmt: skip
        session.add(inbound)
        session.flush()
        answer = Entry(person_id=person, address_id=person, kind=kind, inbound_id=inbound.id)
        answer.created_at = answer.not_before = at
        session.add(answer)
        session.flush()
        return answer.id


def left(house: House) -> tuple[list[int], int]:
    """Ids of the texts sent, and how many received ones there are."""
    with house.store.read() as session:
        sent = session.scalars(select(Entry.id).order_by(Entry.id)).all()
        return list(sent), len(session.scalars(select(Inbound)).all())


def trim(house: House, rest: Callable[[], bool] = lambda: True) -> None:
    retention.trim(house.store, BEFORE, rest)


def test_what_is_old_goes_and_what_is_new_stays(house: House) -> None:
    people = [house.person() for _ in range(5)]
    for person in people:
        talk(house, person, OLD)
    new = [talk(house, person, NEW) for person in people]
    trim(house)
    assert left(house) == (new, 5)


def test_what_consent_rests_on_stays_with_the_text_that_it_answered(house: House) -> None:
    person = house.person()
    kept = [talk(house, person, OLD, "consent")]
    talk(house, person, OLD)
    with house.store.write() as session:
        session.add(Consent(address_id=person, at=OLD, event="given", source="text", rule="YES"))
    trim(house)
    assert left(house) == (kept, 1)
    with house.store.read() as session:
        assert session.scalars(select(Consent.event)).all() == ["given"]


def test_it_can_be_stopped_and_goes_on_where_it_was(house: House) -> None:
    person = house.person()
    for _ in range(8):
        house.put(person, "reply", text="old")
    with house.store.write() as session:
        for row in session.scalars(select(Entry)):
            row.created_at = OLD
    trim(house, lambda: False)
    assert len(left(house)[0]) == 5
    trim(house)
    assert left(house)[0] == []


def test_a_history_that_was_emptied_is_trimmed_again_later(house: House) -> None:
    person = house.person()
    for at in (OLD, OLD + timedelta(hours=1)):
        talk(house, person, at, f"reply{at:%H}")
    trim(house)
    new = talk(house, person, NEW)
    trim(house)
    assert left(house)[0] == [new]
    retention.trim(house.store, NOON, lambda: True)
    assert left(house)[0] == []
