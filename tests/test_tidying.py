"""Once an hour: who is reminded when is counted, and old history goes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from service.operators import accounts, audit, sign_ins, throttle
from service.runtime import Runtime
from service.store.base import Base
from service.store.operator_tables import Audit, SignIn
from service.store.tables import Consent, Minute
from tests.conftest import BOTH
from tests.phone import Phone, Wall

pytestmark = BOTH

REAL = {
    "twilio_account_sid": "AC" + "1" * 32,
    "twilio_auth_token": SecretStr("token"),
    "twilio_from": "+14155550100",
    "public_url": "https://upright.example.org",
}


def test_who_left_makes_room_within_the_hour(phone: Phone) -> None:
    phone.join()
    phone.text("STOP")
    with phone.runtime.store.read() as session:
        assert sum(session.scalars(select(Minute.people))) == 1
    phone.runtime.tidy()
    with phone.runtime.store.read() as session:
        assert sum(session.scalars(select(Minute.people))) == 0


def test_history_goes_after_its_days_and_consent_stays(phone: Phone) -> None:
    phone.join()
    phone.text("POSTURE")
    phone.wall.moment += timedelta(days=89)
    phone.runtime.tidy()
    assert {entry.kind for entry in phone.entries()} == {"consent", "reply"}
    phone.wall.moment += timedelta(days=2)
    phone.runtime.tidy()
    assert {entry.kind for entry in phone.entries()} == {"consent"}
    with phone.runtime.store.read() as session:
        assert list(session.scalars(select(Consent.event))) == ["asked", "given"]


def test_sign_ins_that_ended_and_old_attempts_go_and_what_operators_did_stays(
    phone: Phone, wall: Wall
) -> None:
    runtime = phone.runtime
    with runtime.store.write() as session:
        ana = accounts.enrol(session, "ana", "operator", "kept", wall.moment)
        sign_ins.begin(session, ana, wall.moment)
        for action in (audit.REFUSED, audit.WRONG_CODE, audit.SIGNED_IN):
            audit.note(session, action, ana, wall.moment)
    runtime.tidy()
    assert (count_of(phone, SignIn), count_of(phone, Audit)) == (1, 3)
    wall.moment += sign_ins.LASTS
    runtime.tidy()
    assert (count_of(phone, SignIn), count_of(phone, Audit)) == (0, 3)
    wall.moment += throttle.KEPT
    runtime.tidy()
    assert (count_of(phone, SignIn), count_of(phone, Audit)) == (0, 1)


def test_a_demos_moved_clock_ends_no_sign_in(phone: Phone, wall: Wall) -> None:
    runtime = phone.runtime
    with runtime.store.write() as session:
        ana = accounts.enrol(session, "ana", "operator", "kept", wall.moment)
        sign_ins.begin(session, ana, wall.moment)
    runtime.skip(phone.number, "1h")
    runtime.skip(phone.number, "1h")
    runtime.tidy()
    assert count_of(phone, SignIn) == 1


def count_of(phone: Phone, table: type[Base]) -> int:
    with phone.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("rate", "alerts"), [(1.0, 0), (1 / 60, 1)])
def test_operators_hear_that_a_sender_is_too_slow_for_its_people(
    service: Callable[..., Runtime],
    wall: Wall,
    caplog: pytest.LogCaptureFixture,
    rate: float,
    alerts: int,
) -> None:
    runtime = service(**REAL)
    for number in range(2):
        Phone(runtime, wall, f"+1212555010{number}").join()
    slow = service(**REAL, sender_rate=rate)
    slow.tidy()
    said = [line for line in caplog.messages if "too slow" in line]
    assert len(said) == alerts
