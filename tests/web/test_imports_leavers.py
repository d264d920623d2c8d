"""A list brings back nobody who left, wherever and however they did."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from service.imports import known
from service.runtime import Runtime
from tests.conversation.linked import another, link
from tests.phone import Phone, Wall
from tests.web.doors import REAL
from tests.web.lists import AGREED, counts, listed, looked_through, reasons
from tests.web.operators import signed_in

ADA, BEN = "+12125550177", "+12125550188"


@pytest.fixture
def runtime(service: Callable[..., Runtime]) -> Runtime:
    """Lists reach people by SMS."""
    return service(**REAL)


def refused(runtime: Runtime, number: str = ADA) -> list[str]:
    """Why a list with this number brings nobody in."""
    path = looked_through(signed_in(runtime), listed(f"{number},,,,{AGREED}"))
    assert counts(runtime) == (0, 0, 1, 0), path
    return [reason for _, _, reason in reasons(runtime)]


def test_who_was_erased_on_whatsapp_is_not_brought_back_by_sms(
    runtime: Runtime, wall: Wall
) -> None:
    Phone(runtime, wall, ADA, "whatsapp").join().texts("DELETE", "DELETE YES")
    assert refused(runtime) == [known.ERASED]


def test_who_was_erased_before_the_key_changed_is_not_brought_back(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    before = service(**REAL, suppression_key=SecretStr("of last year"))
    Phone(before, wall, ADA, "sms").join().texts("DELETE", "DELETE YES")
    after = service(**REAL, suppression_key=SecretStr("of this year, of last year"))
    assert refused(after) == [known.ERASED]


def test_who_left_on_whatsapp_and_stays_elsewhere_is_not_brought_back_by_sms(
    runtime: Runtime, wall: Wall
) -> None:
    ada = Phone(runtime, wall, ADA, "whatsapp").join()
    chat = another(ada, "4711", "telegram").join()
    link(ada, chat)
    ada.text("STOP")
    assert chat.person.state == "active"
    assert refused(runtime) == [known.OUT]


def test_who_left_is_not_brought_back_at_another_number_of_theirs(
    runtime: Runtime, wall: Wall
) -> None:
    ada = Phone(runtime, wall, ADA, "sms").join()
    link(ada, another(ada, BEN, "sms"))  # where they never agreed to reminders
    ada.text("STOP")
    assert refused(runtime, BEN) == [known.OUT]
