"""What a broadcast comes to, before it goes."""

from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.broadcasts import drafts
from service.broadcasts.audience import Audience
from service.broadcasts.estimate import Estimate, Means, estimate
from service.broadcasts.moments import Clock, Stretch, first
from service.broadcasts.wording import Refused
from service.outbox.budget import Budget
from service.outbox.windows import Reach
from tests.broadcasts.crowd import settle
from tests.broadcasts.group import QUIET, WORDS, Group
from tests.outbox.line import NOON


def reach(*channels: str) -> Reach:
    return dict.fromkeys(channels)


MEANS = Means(
    QUIET,
    reach("sms", "telegram"),
    {"sms": 2.0, "telegram": None},
    Decimal("0.01"),
    Budget(monthly=1_000),
)
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


@pytest.mark.parametrize("hour", [12, 18])  # by 18:00 many are past the hours that they set
def test_it_counts_exactly_whom_it_then_writes_to(group: Group, hour: int) -> None:
    group.clock.now = found_at(hour)
    settle(group.store, 500, NOON)
    found = asked(group, Means(QUIET, reach("sms"), {"sms": 2.0}, Decimal(0), Budget()))
    number = group.begin()
    group.write(size=200)
    assert found.starts == Counter(row.not_before for row in group.rows())
    assert found.people == len(group.rows()) > 100
    assert found.too_late == group.broadcast(number).too_late > 0


def test_somebody_with_two_numbers_gets_it_once_where_reminders_go(group: Group) -> None:
    person = group.person()
    group.another_number(person)
    found = asked(group)
    group.begin()
    group.write()
    assert found.people == 1
    assert [row.address_id for row in group.rows()] == [person]


def test_a_long_text_is_one_to_pay_and_to_wait_for_where_texts_are_billed_whole(
    group: Group,
) -> None:
    for channel in ("sms", "whatsapp", "whatsapp"):
        group.person(channel=channel)
    found = asked(
        group,
        Means(
            QUIET,
            reach("sms", "whatsapp"),
            {"sms": 1.0, "whatsapp": 1.0},
            Decimal("0.01"),
            Budget(),
        ),
        texts={"en": LONG},
    )
    by_sms, by_whatsapp = found.channels["sms"], found.channels["whatsapp"]
    assert (by_sms.segments, by_sms.billed, by_sms.seconds) == (2, 2, 2.0)
    assert (by_whatsapp.segments, by_whatsapp.billed, by_whatsapp.seconds) == (4, 2, 2.0)
    assert found.cost == Decimal("0.04")


def test_past_the_budget_it_is_refused(group: Group) -> None:
    for _ in range(3):
        group.person()
    found = asked(group, Means(QUIET, reach("sms"), {"sms": 2.0}, Decimal(0), Budget(monthly=2)))
    with pytest.raises(Refused, match="needs 3 segments and the budget has 2 left"):
        found.require()


def test_what_another_one_is_going_to_take_of_the_budget_is_not_there(group: Group) -> None:
    for _ in range(3):
        group.person()
    means = Means(QUIET, reach("sms"), {"sms": 2.0}, Decimal(0), Budget(monthly=5))
    first_one = group.draft()
    with group.store.write() as session:
        assert drafts.begin(session, first_one, 3, 3, group.clock.now) is not None
    found = asked(group, means)
    assert (found.billed, found.left) == (3, 2)
    with pytest.raises(Refused, match="budget has 2 left"):
        found.require()
    group.write()
    group.deliver(budget=means.budget)
    assert asked(group, means).left == 2  # which its texts have taken by now


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


@pytest.mark.parametrize(
    ("whom", "rows", "slices"),
    [
        (Audience(people=(290,)), 1, 1),
        (Audience(people=(280, 4, 292, 4)), 2, 2),  # who is out, at 280, takes a place
        (Audience(countries=("ZA",)), 0, 1),
        (Audience(zones=("Europe/London",), languages=("zh",), channels=("sms",)), 10, 6),
    ],
)
def test_it_is_written_in_as_few_transactions_as_its_people_need(
    group: Group, monkeypatch: pytest.MonkeyPatch, whom: Audience, rows: int, slices: int
) -> None:
    settle(group.store, 300, NOON)
    number = group.begin(rest_days=7, audience=whom)
    begun: list[None] = []
    write = group.store.write

    def counted() -> AbstractContextManager[Session]:
        begun.append(None)
        return write()

    monkeypatch.setattr(group.store, "write", counted)
    group.write(size=2)
    assert (len(group.rows()), len(begun)) == (rows, slices + 1)  # and one to end it
    assert group.broadcast(number).written_at == NOON
