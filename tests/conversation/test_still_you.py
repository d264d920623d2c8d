"""Whoever was silent for two months is asked whether they go on: what NO and silence mean, and when."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from service.outbox import entries
from service.store.tables import AddressRow, Dialogue, Entry
from tests.phone import Phone


def test_no_to_still_you_is_an_opt_out(phone: Phone) -> None:
    phone.join().texts("DAYS mon", "EVERY 240")
    while not any(entry.key == "STILL_YOU" for entry in phone.entries()):
        phone.after(days=1)
    assert "unsubscribed" in phone.text("NO")


def ask_whether_still_there(phone: Phone, *ways: str) -> None:
    """The question after long silence, whose text got that far."""
    person, now = phone.person, phone.wall.moment
    with phone.runtime.store.write() as session:
        address = session.scalars(select(AddressRow)).one()
        entry_id = entries.put(
            session, person_id=person.id, address_id=address.id, channel=address.channel,
            kind="notice", slot=now, key="STILL_YOU", now=now,
        )  # fmt: skip
        entry = session.get_one(Entry, entry_id)
        for way in ways:
            entry.state = way
            session.flush()
        session.execute(delete(Dialogue))
        closes_at = now + timedelta(days=7)
        session.add(
            Dialogue(person_id=person.id, question="still_you", data={}, closes_at=closes_at)
        )


@pytest.mark.parametrize(
    "ways",
    [
        ("sending",),
        ("sending", "sent"),
        ("sending", "sent", "undelivered"),
        ("sending", "failed"),
        ("sending", "doubtful"),
        ("sending", "doubtful", "lost"),
    ],
    ids=lambda ways: ways[-1],
)
def test_no_to_still_you_counts_unless_it_certainly_never_went(
    phone: Phone, ways: tuple[str, ...]
) -> None:
    ask_whether_still_there(phone.join(), *ways)
    assert "unsubscribed" in phone.text("NO")


@pytest.mark.parametrize("ways", [(), ("dropped",), ("expired",)])
def test_no_is_no_answer_to_a_question_that_never_went(phone: Phone, ways: tuple[str, ...]) -> None:
    ask_whether_still_there(phone.join(), *ways)
    phone.text("NO")
    assert phone.person.state == "active"


@pytest.mark.parametrize(
    ("ways", "state"),
    [(("sending", "sent"), "stopped"), (("sending", "doubtful"), "active")],
    ids=["sent", "doubtful"],
)
def test_silence_counts_only_after_a_question_that_went(
    phone: Phone, ways: tuple[str, ...], state: str
) -> None:
    ask_whether_still_there(phone.join(), *ways)
    phone.wall.moment += timedelta(days=8)
    phone.runtime.tick()
    assert phone.person.state == state
