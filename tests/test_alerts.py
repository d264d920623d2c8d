"""What operators hear, and how often."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apprise.decorators import notify
from pydantic import SecretStr

from config.settings import SettingsError
from service.alerts import Alerts
from service.envelopes import Receipt, State, Verdict
from service.runtime import Runtime
from tests.phone import Phone, Wall

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Pager:
    """An operator's pager, reached through Apprise like any other."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.rang = threading.Semaphore(0)

    @property
    def address(self) -> str:
        return f"pager{id(self)}://duty"

    def ring(self, body: str, title: str, *_: Any, **__: Any) -> bool:
        self.heard.append(f"{title}: {body}")
        self.rang.release()
        return True


@pytest.fixture
def pager() -> Pager:
    made = Pager()
    notify(on=f"pager{id(made)}")(made.ring)  # type: ignore[no-untyped-call]
    return made


def test_the_same_alert_is_sent_once_an_hour_and_logged_each_time(
    pager: Pager, caplog: pytest.LogCaptureFixture
) -> None:
    alerts = Alerts(pager.address)
    for minutes in (0, 30, 61):
        alerts.send("the channel is down", "30034", NOON + timedelta(minutes=minutes))
    assert pager.rang.acquire(timeout=5)
    assert pager.rang.acquire(timeout=5)
    assert pager.heard == ["Upright: the channel is down: 30034"] * 2
    assert caplog.text.count("the channel is down") == 3


def test_a_failed_emergency_answer_reaches_the_operator_in_words_without_the_number(
    service: Callable[..., Runtime], wall: Wall, pager: Pager, caplog: pytest.LogCaptureFixture
) -> None:
    phone = Phone(service(alert_urls=SecretStr(pager.address)), wall)
    phone.text("chest pain")
    attempt = phone.entries()[0].attempt or ""
    failed = Receipt(
        attempt, "SM1", State.UNDELIVERED, Verdict.REFUSED, "30007", "filtered by the carrier"
    )
    phone.runtime.record(failed)
    assert pager.rang.acquire(timeout=5)
    assert "emergency answer did not arrive" in pager.heard[0]
    assert "filtered by the carrier" in pager.heard[0]
    assert phone.number not in caplog.text + pager.heard[0]


def test_an_address_that_apprise_cannot_use_stops_the_start_without_naming_its_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(SettingsError, match="address number 1 can't be used") as refused:
        Alerts("nonsense://secret@place")
    assert "secret" not in caplog.text + str(refused.value)
