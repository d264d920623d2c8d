"""The reminders to come, against the rules that write them one by one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import insert, select, text

from messages.catalogue import Catalogue
from service import hours
from service.hours import Span
from service.reminders import schedule
from service.reminders.crowds import Chosen, counted, crowds
from service.reminders.forecast import Crowd, Forecast, foresee
from service.reminders.rhythm import Rhythm
from service.runtime import Runtime
from service.store.engine import Store
from service.store.tables import AddressRow, Person, Plan
from tests.conftest import BOTH
from tests.phone import Phone, Wall
from tests.reminders.people import join

NOW = datetime(2026, 3, 2, 14, 20, tzinfo=UTC)
QUIET = time(9), time(20)
USUAL = Rhythm.default("America/New_York", "US")


def spans(*texts: str) -> tuple[Span, ...]:
    return tuple(Span.parse(each) for each in texts)


RHYTHMS = [
    USUAL,
    Rhythm.default("Asia/Kolkata", "IN"),
    Rhythm.default("Australia/Lord_Howe", "AU"),
    replace(USUAL, zone="Europe/Berlin", holidays="DE", every=45, minute=13),
    replace(USUAL, zone="America/St_Johns", every=30, days="1111111"),
    replace(USUAL, hours=spans("22:00-06:00"), lunch=None, own=True),
    replace(USUAL, hours=spans("00:00-00:00"), lunch=None, own=True, every=100, days="1111111"),
    replace(USUAL, hours=spans("05:00-23:00"), lunch=None),
    replace(USUAL, zone="Pacific/Kiritimati", hours=spans("07:00-12:00", "15:00-19:30")),
]


def by_rules(rhythm: Rhythm, now: datetime, days: int) -> Counter[int]:
    """The same minutes, slot by slot, as the tick goes from one to the next."""
    begins = datetime.combine(now.date(), time(), UTC)
    after = now.replace(minute=0) + timedelta(minutes=59)
    found: Counter[int] = Counter()
    for slot in schedule.slots(rhythm, after, quiet=QUIET):
        minute = int((slot - begins).total_seconds()) // 60
        if minute >= days * hours.DAY:
            return found
        found[minute] += 1
    return found


@pytest.mark.parametrize("now", [NOW, datetime(2026, 10, 23, 22, 5, tzinfo=UTC)])
@pytest.mark.parametrize("rhythm", RHYTHMS, ids=lambda rhythm: f"{rhythm.zone} {rhythm.every}")
def test_it_foresees_what_the_rules_bring(rhythm: Rhythm, now: datetime) -> None:
    found = foresee([Crowd(rhythm, 1, 1.0)], now, 28, QUIET)
    got = Counter({minute: many for minute, many in enumerate(found.minutes) if many})
    want = by_rules(rhythm, now, 28)
    unlike = (got - want) + (want - got)
    # Round the clock, an interval that doesn't divide the day drifts from one day into the next.
    assert unlike.total() <= (28 * 2 if rhythm.every == 100 else 0), sorted(unlike)
    assert sum(found.utc.reminders) == sum(found.minutes)


def test_hours_are_those_of_a_persons_own_clock_or_of_utc() -> None:
    found = foresee([Crowd(USUAL, 5, 7.5)], NOW, 1, QUIET)
    assert {hour: many for hour, many in enumerate(found.local.reminders) if many} == dict.fromkeys(
        (10, 11, 13, 14, 15, 16), 5
    )
    assert {hour: many for hour, many in enumerate(found.utc.reminders) if many} == dict.fromkeys(
        (15, 16, 18, 19, 20, 21), 5
    )
    assert found.utc.segments[15] == 7.5


def foreseen(runtime: Runtime, chosen: Chosen = Chosen(), days: int = 7) -> tuple[Forecast, int]:  # noqa: B008
    with runtime.store.read() as session:
        found, held = crowds(session, runtime.catalogue, runtime.now(), chosen)
    return foresee(found, runtime.now(), days, runtime.settings.quiet), held


@BOTH
def test_what_is_foreseen_is_what_comes(phone: Phone, wall: Wall) -> None:
    phone.join()
    wall.moment = NOW
    found, held = foreseen(phone.runtime)
    phone.after(days=6.5)
    came = [at for at in phone.arrivals() if at > NOW + timedelta(minutes=40)]
    assert (sum(found.minutes), held) == (len(came), 0)


@BOTH
def test_who_left_or_paused_is_left_out(
    phone: Phone, service: Callable[..., Runtime], wall: Wall
) -> None:
    runtime = phone.join().runtime
    for number, words in (("+12125550111", "STOP"), ("+12125550112", "PAUSE 2 days")):
        Phone(runtime, wall, number).join().text(words)
    found, held = foreseen(runtime)
    assert (max(found.minutes), held) == (1, 1)


@BOTH
def test_one_language_country_channel_or_person_can_be_chosen(phone: Phone, wall: Wall) -> None:
    phone.join()
    Phone(phone.runtime, wall, "+34612345678").texts("REMIND", "YES", "LANGUAGE ES")
    everybody = sum(foreseen(phone.runtime)[0].minutes)
    for one, other in (
        (Chosen(language="en"), Chosen(language="es")),
        (Chosen(country="US"), Chosen(country="ES")),
        (Chosen(person=phone.person.id), Chosen(country="ES")),
        (Chosen(channel="simulator"), Chosen(channel="sms")),
    ):
        shares = [sum(foreseen(phone.runtime, each)[0].minutes) for each in (one, other)]
        assert (sum(shares), shares[0] > 0) == (everybody, True)


@pytest.mark.parametrize(
    ("channel", "paid"),
    [("sms", 2.5), ("simulator", 2.5), ("whatsapp", 1.0), ("telegram", 0.0), ("slack", 0.0)],
)
def test_a_reminder_costs_what_its_channel_asks(store: Store, channel: str, paid: float) -> None:
    """By segments, by texts, or nothing; what is made up costs as much as by SMS."""
    with store.write() as session:
        for _ in range(2):
            person = join(session, NOW)
            session.scalars(
                select(AddressRow).filter_by(person_id=person.id)
            ).one().channel = channel
    with store.read() as session:
        rows = session.execute(counted({"en": 2.5}, NOW, Chosen())).all()
    assert sum(row.people for row in rows) == 2
    assert sum(row.segments for row in rows) == 2 * paid


def fill(store: Store, people: int) -> None:
    with store.write() as session:
        zones = [{"cursor": 0, "next_at": NOW, **USUAL.at_minute(m).columns()} for m in range(50)]
        session.execute(insert(Plan), zones)
        plans = list(session.scalars(select(Plan.id)))
        session.execute(
            insert(Person),
            [
                {"id": each + 1, "created_at": NOW, "state": "active", "plan_id": plans[each % 50]}
                for each in range(people)
            ],
        )
        session.execute(
            insert(AddressRow),
            [
                {"person_id": each + 1, "channel": "sms", "handle": f"+1{each}", "standing": "in"}
                for each in range(people)
            ],
        )


def test_the_database_counts_people_in_one_pass(store: Store, catalogue: Catalogue) -> None:
    """A row for each plan comes back, and no step is taken anew for each person but one look by key."""
    fill(store, 5_000)
    asked = counted({"en": 1.0}, NOW, Chosen())
    spelt = asked.compile(store.engine, compile_kwargs={"literal_binds": True})
    with store.engine.connect() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("ANALYZE person, address, plan"))
        explain = "EXPLAIN QUERY PLAN " if store.dialect == "sqlite" else "EXPLAIN "
        steps = [str(row) for row in connection.execute(text(f"{explain}{spelt}"))]
    plan = "\n".join(steps)
    assert "ix_person_plan_id_state_id" not in plan
    assert "SubPlan" not in plan
    assert plan.count("SCAN") <= 2 if store.dialect == "sqlite" else "Nested Loop" not in plan
    with store.read() as session:
        found, _ = crowds(session, catalogue, NOW, Chosen())
    assert [crowd.people for crowd in found] == [100] * 50
