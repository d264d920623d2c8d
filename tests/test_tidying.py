"""Once an hour: who is reminded when is counted, and old history goes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from service.runtime import Runtime
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
