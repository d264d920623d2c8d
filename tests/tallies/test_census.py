"""People are counted each day, and today's count follows them."""

from datetime import timedelta

from sqlalchemy import select

from service.counting import Counting
from service.store.tally_tables import Census
from tests.outbox.line import NOON, House
from tests.tallies.conftest import another


def counted(house: House) -> list[tuple[int, str, str, str, int]]:
    with house.store.read() as session:
        rows = session.scalars(select(Census))
        return sorted(
            ((row.day - NOON.date()).days, row.state, row.language, row.channel, row.people)
            for row in rows
        )


def test_people_are_counted_by_state_language_and_channel(house: House, counting: Counting) -> None:
    house.person()
    house.person(channel="telegram")
    house.person(state="stopped", language="es")
    counting.roll(NOON)
    assert counted(house) == [
        (0, "active", "en", "sms", 1), (0, "active", "en", "telegram", 1), (0, "stopped", "es", "sms", 1),
    ]  # fmt: skip


def test_todays_count_follows_and_yesterdays_stays(house: House, counting: Counting) -> None:
    person = house.person()
    counting.roll(NOON)
    house.change(person, state="stopped")
    another(house).roll(NOON + timedelta(days=1))
    assert counted(house) == [(0, "active", "en", "sms", 1), (1, "stopped", "en", "sms", 1)]
    house.change(person, state="active")
    another(house).roll(NOON + timedelta(days=1, minutes=1))
    assert counted(house)[1:] == [(1, "active", "en", "sms", 1)]


def test_a_costly_census_is_taken_seldom(house: House, counting: Counting) -> None:
    counting.roll(NOON)
    counting._census_took = 3600.0
    house.person()
    counting.roll(NOON + timedelta(minutes=1))
    assert counted(house) == []
    counting.roll(NOON + timedelta(days=1))
    assert counted(house) == [(1, "active", "en", "sms", 1)]
