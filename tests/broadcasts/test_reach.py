"""On a channel that takes texts of ours for a while only, a broadcast is for whoever wrote lately."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from service.broadcasts import progress
from service.broadcasts.audience import Audience
from service.broadcasts.estimate import Estimate, Means, estimate
from service.outbox.budget import Budget
from service.outbox.gate import BEST_BEFORE, DEAD
from service.outbox.windows import Window, reach
from service.store.broadcast_tables import Broadcast
from service.store.tables import Entry, Inbound
from tests.broadcasts.group import QUIET, WORDS, Group
from tests.outbox.line import NOON

DAY = timedelta(hours=24)
CHANNELS = ("sms", "whatsapp")


def wrote(group: Group, person: int, at: datetime) -> int:
    row = {"address_id": person, "channel": "whatsapp", "intent": "topic", "topic": "", "rule": ""}
    with group.store.write() as session:
        session.add(Inbound(provider_id=f"SM{person}", at=at, **row))
    return person


def asked(group: Group, number: int) -> Estimate:
    means = Means(QUIET, group.reach, {}, Decimal("0.01"), Budget())
    with group.store.read() as session:
        found = session.get_one(Broadcast, number)
        return estimate(session, found, WORDS, means, group.clock.now)


@pytest.mark.parametrize("notices", [False, True], ids=["no template", "a template"])
def test_who_wrote_too_long_ago_is_neither_counted_nor_written_to(
    group: Group, notices: bool
) -> None:
    group.reach = reach(CHANNELS, {"whatsapp": Window(DAY, notices=notices)})
    reached = [
        group.person(),
        wrote(group, group.person(channel="whatsapp"), NOON - DAY + timedelta(seconds=1)),
    ]
    others = [
        wrote(group, group.person(channel="whatsapp"), NOON - DAY),
        group.person(channel="whatsapp"),
    ]
    number = group.draft()
    found = asked(group, number)
    group.send(number)
    group.write()
    expected = [*reached, *others] if notices else reached
    assert (found.people, found.unreached) == (len(expected), 4 - len(expected))
    assert group.written_to() == expected


def test_who_was_not_asked_for_is_not_told_to_be_out_of_reach(group: Group) -> None:
    group.reach = reach(CHANNELS, {"whatsapp": Window(DAY)})
    group.person(channel="whatsapp", language="zh")
    group.person(channel="whatsapp", state="stopped")
    group.person()
    found = asked(group, group.draft(audience=Audience(languages=("en",))))
    assert (found.people, found.unreached) == (1, 0)


def test_a_broadcast_says_why_some_did_not_get_there(group: Group) -> None:
    people = [group.person() for _ in range(4)]
    number = group.begin()
    group.write()
    for person, state in zip(people, ("expired", "dropped", "dropped", "queued"), strict=True):
        with group.store.write() as session:
            row = session.query(Entry).filter(Entry.person_id == person).one()
            row.state, row.error = state, {"expired": BEST_BEFORE, "dropped": DEAD}.get(state, "")
    with group.store.read() as session:
        told = progress.of(session, session.get_one(Broadcast, number))
    assert told.reasons == [(DEAD, 2), (BEST_BEFORE, 1)]
