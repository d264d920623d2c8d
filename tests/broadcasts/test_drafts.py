"""What an operator may do with a draft: send it once, and try its text where reminders go."""

import pytest

from service.broadcasts import drafts
from service.broadcasts.wording import Refused
from service.store.broadcast_tables import Broadcast
from service.store.tables import AddressRow
from tests.broadcasts.group import QUIET, WORDS, Group
from tests.outbox.line import NOON


def begun(group: Group, number: int, people: int) -> bool:
    with group.store.write() as session:
        return drafts.begin(session, number, people, people, group.clock.now) is not None


def test_what_was_sent_off_before_is_not_sent_off_again(group: Group) -> None:
    number = group.draft()
    assert begun(group, number, people=3)
    group.clock.forward(minutes=1)
    assert not begun(group, number, people=5)
    kept = group.broadcast(number)
    assert (kept.people, kept.slot) == (3, NOON)


def test_what_was_thrown_away_is_not_sent_off(group: Group) -> None:
    number = group.draft()
    assert group.cancel(number)
    assert not begun(group, number, people=3)
    assert group.broadcast(number).state == "cancelled"


def try_out(group: Group, number: int, address: int) -> None:
    with group.store.write() as session:
        drafts.show(
            session,
            WORDS,
            session.get_one(Broadcast, number),
            session.get_one(AddressRow, address),
            "en",
            group.clock.now,
            QUIET,
        )


def test_a_text_to_try_goes_only_where_reminders_go(group: Group) -> None:
    person, stopped = group.person(), group.person(state="stopped")
    left = group.person(standing="out")
    number = group.draft()
    for address in (group.another_number(person), stopped, left):
        with pytest.raises(Refused, match="only where reminders go"):
            try_out(group, number, address)
    try_out(group, number, person)
    group.deliver()
    assert len(group.line.given) == 1
