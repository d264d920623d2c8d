"""Many newcomers at once get their plans as if one came after the other, at the cost of a few questions."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from service.reminders import plans
from service.reminders.rhythm import Rhythm
from service.store.engine import Store
from service.store.tables import Plan
from tests.reminders.people import QUIET, WEEKDAYS, at, join, tick

TOKYO = replace(WEEKDAYS, zone="Asia/Tokyo")
HOURLY = [replace(WEEKDAYS, every=60 * hours) for hours in (1, 2, 3, 4)]
ONE_A_MINUTE = 1 / 60


def placed(session: Session, rhythms: Sequence[Rhythm], rate: float) -> list[tuple[str, int, int]]:
    ids = plans.places(session, rhythms, at("08:00"), rate, QUIET)
    return [described(session.get_one(Plan, each)) for each in ids]


def described(plan: Plan) -> tuple[str, int, int]:
    return plan.zone, plan.every, plan.minute


def test_many_get_the_plans_that_one_after_the_other_would(store: Store) -> None:
    rhythms = [WEEKDAYS, TOKYO, WEEKDAYS, *HOURLY, TOKYO]
    with store.write() as session:
        join(session, at("08:00"), rhythm=WEEKDAYS, rate=ONE_A_MINUTE)
        with session.begin_nested() as tried:
            people = [
                join(session, at("08:00"), rhythm=each, rate=ONE_A_MINUTE) for each in rhythms
            ]
            expected = [described(session.get_one(Plan, person.plan_id)) for person in people]
            tried.rollback()
        assert placed(session, rhythms, ONE_A_MINUTE) == expected
        assert len(set(expected)) == len(rhythms)


def test_a_new_plan_and_an_idle_one_are_due(store: Store) -> None:
    with store.write() as session:
        [idle] = plans.places(session, [WEEKDAYS], at("08:00"), 1.0, QUIET)
        session.get_one(Plan, idle).next_at = None
        session.flush()
        again, new = plans.places(session, [WEEKDAYS, TOKYO], at("08:00"), 1.0, QUIET)
        assert again == idle
        assert session.get_one(Plan, again).next_at == at("09:50")
        assert session.get_one(Plan, new).next_at is not None


@pytest.mark.parametrize("made_before", [False, True])
def test_the_questions_grow_with_nobody(store: Store, made_before: bool) -> None:
    asked: list[str] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement)
    )
    many = [replace(WEEKDAYS, zone=zone) for zone in ("Asia/Tokyo", "Europe/London", "UTC")]
    with store.write() as session:
        if made_before:
            placed(session, [*many, *HOURLY], 1.0)
            session.flush()
        counted = []
        for rhythms in (many[:1], [*many[1:], *HOURLY]):
            asked.clear()
            plans.places(session, rhythms, at("08:00"), 1.0, QUIET)
            session.flush()
            counted.append(len(asked))
    assert counted[1] <= counted[0] + 1


@pytest.mark.server("postgresql")
def test_a_plan_doesnt_go_to_rest_while_newcomers_join_it(server_store: Store) -> None:
    with server_store.write() as session:
        gone = join(session, at("08:00"))
        gone.state = "stopped"
    with server_store.write() as joining:
        [plan] = plans.places(joining, [WEEKDAYS], at("09:49"), 1.0, QUIET)
        assert tick(server_store, at("09:50")) == 1
    with server_store.read() as session:
        assert session.get_one(Plan, plan).next_at == at("10:50")
