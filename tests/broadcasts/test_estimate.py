"""What a broadcast comes to, before it goes."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from service.broadcasts.audience import Audience
from service.broadcasts.estimate import Estimate, Means, estimate
from service.broadcasts.moments import Clock, Stretch, first
from service.broadcasts.wording import Refused
from service.outbox.budget import Budget
from tests.broadcasts.crowd import settle
from tests.broadcasts.group import QUIET, WORDS, Group
from tests.outbox.line import NOON

MEANS = Means(QUIET, {"sms": 2.0, "telegram": None}, Decimal("0.01"), Budget(monthly=1_000))
LONG = "We are closed on Friday, and come back to you on Monday morning. " * 3


def asked(group: Group, means: Means = MEANS, **changes: Any) -> Estimate:
    broadcast = group.broadcast(group.draft(**changes))
    with group.store.read() as session:
        return estimate(session, broadcast, WORDS, means, group.clock.now)


def test_it_says_to_whom_how_much_how_long_and_when(group: Group) -> None:
    for language in ("en", "en", "es"):
        group.person(language=language)
    group.person(channel="telegram")
    group.person(zone="America/New_York")
    group.clock.now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    found = asked(group, texts={"en": LONG, "es": "Cerramos."})
    assert (found.people, found.languages) == (5, {"en": 4, "es": 1})
    assert (found.channels["sms"].people, found.channels["sms"].segments) == (4, 7)
    assert (found.segments, found.longest, found.billed) == (9, 2, 7)
    assert (found.cost, found.left) == (Decimal("0.07"), 1_000)
    assert found.lasts == timedelta(seconds=3.5)
    assert found.starts == Counter({found_at(10): 4, found_at(14): 1})


def found_at(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def test_it_counts_exactly_whom_it_then_writes_to(group: Group) -> None:
    settle(group.store, 500, NOON)
    found = asked(group)
    group.begin()
    group.write(size=200)
    assert found.channels["sms"].people == len(group.rows()) > 100


def test_past_the_budget_it_is_refused(group: Group) -> None:
    for _ in range(3):
        group.person()
    found = asked(group, Means(QUIET, {"sms": 2.0}, Decimal(0), Budget(monthly=2)))
    with pytest.raises(Refused, match="needs 3 segments and the budget has 2 left"):
        found.require()


@pytest.mark.parametrize(
    ("now", "own", "days", "begins", "ends"),
    [
        ("02 12:00", "", 1, "02 12:00", "02 18:00"),
        ("02 07:00", "", 1, "02 09:00", "02 18:00"),
        ("02 19:00", "", 1, None, None),
        ("02 19:00", "", 2, "03 09:00", "03 18:00"),
        ("02 13:00", "09:00-12:00 14:00-16:00", 1, "02 14:00", "02 16:00"),
        ("02 23:00", "22:00-06:00", 2, "02 23:00", "03 06:00"),
        ("02 03:00", "22:00-06:00", 1, "02 03:00", "02 06:00"),
        ("29 00:30", "01:00-05:00", 1, "29 01:00", "29 04:00"),  # clocks go forward
    ],
)
def test_when_somebody_may_be_texted_next(
    now: str, own: str, days: int, begins: str | None, ends: str | None
) -> None:
    clock = Clock(QUIET, days, time(18))
    expected = Stretch(march(begins), march(ends)) if begins and ends else None
    assert first(clock, "Europe/London", own, march(now)) == expected


def march(written: str) -> datetime:
    return datetime.strptime(f"2026-03-{written} +0000", "%Y-%m-%d %H:%M %z")


def test_a_slice_reads_no_more_than_its_own_people(group: Group) -> None:
    settle(group.store, 3_000, NOON)
    number = group.begin(rest_days=7, audience=Audience(countries=("ZA",)))
    assert group.write(slices=3, size=50) == 3
    assert group.broadcast(number).cursor == 150
    with group.store.read() as session:
        assert session.scalar(text("SELECT count(*) FROM entry")) == 0
