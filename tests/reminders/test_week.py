"""Somebody's last seven days, by their own calendar."""

from datetime import date, datetime, timedelta

import pytest

from service.reminders.week import week
from tests.conftest import BOTH
from tests.phone import NEW_YORK, Phone

pytestmark = BOTH


def counted(phone: Phone) -> dict[date, tuple[int, int]]:
    with phone.runtime.store.read() as session:
        days = week(session, phone.person, phone.runtime.now())
    return {each.day: (each.reminders, each.moved) for each in days}


def test_a_week_counts_what_arrived_and_every_done(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 10, 55)
    phone.texts("DONE", "DONE")
    phone.until(2026, 3, 3, 9, 55)
    days = counted(phone)
    assert list(days) == [date(2026, 2, 25) + timedelta(days=ahead) for ahead in range(7)]
    assert days[date(2026, 3, 2)] == (len([a for a in phone.arrivals() if a.day == 2]), 2)
    assert days[date(2026, 3, 3)] == (1, 0)


def test_what_did_not_go_out_is_not_counted(phone: Phone) -> None:
    phone.join().text("PAUSE 2 days")
    phone.until(2026, 3, 3, 17)
    assert set(counted(phone).values()) == {(0, 0)}


@pytest.mark.parametrize(("hour", "day"), [(23, 2), (24, 3)])
def test_a_day_ends_at_the_persons_midnight(phone: Phone, hour: int, day: int) -> None:
    phone.join()
    midnight = datetime(2026, 3, 2, tzinfo=NEW_YORK)
    phone.wall.moment = midnight + timedelta(hours=hour, minutes=30)
    phone.text("DONE")
    assert counted(phone)[date(2026, 3, day)][1] == 1
