"""Addresses that hold what no row can: a sentence, not a failure."""

from collections.abc import Callable

import pytest

from service.runtime import Runtime
from tests.conftest import BOTH
from tests.phone import Phone, Wall
from tests.web.operators import Desk, signed_in

pytestmark = BOTH
HUGE = 2**63


@pytest.fixture
def desk(service: Callable[..., Runtime], wall: Wall) -> Desk:
    runtime = service()
    Phone(runtime, wall).join()
    return signed_in(runtime)


@pytest.mark.parametrize(
    "path",
    [
        f"people/{HUGE}",
        f"people/{2**31}",
        f"people/imports/{HUGE}",
        f"messages/{HUGE}",
        f"messages/broadcasts/{HUGE}",
        f"messages?person={HUGE}",
        f"messages?after={HUGE}",
        "messages?day=9999-12-31",
        "messages?error=%00",
        "people?country=%00",
        f"messages?state=sent&after=2026-01-01T00:00:00Z~{HUGE}",
        "messages?state=sent&after=0001-01-01T00:00:00%2B23:59~1",
        "people?order=silent&after=0001-01-01T00:00:00%2B23:59~1",
        f"people?order=silent&after=2026-01-01T00:00:00Z~{HUGE}",
        f"people?after={HUGE}",
        "people/1?behind=0001-01-01T00:00:00%2B23:59~1~1",
        "audit?after=0001-01-01T00:00:00%2B23:59~1",
        "audit?who=%00",
        "audit/audit.csv?who=%00",
        "rehearsal?language=%00",
        "unread?after=2026-01-01T00:00:00Z~%00",
        "unread?after=0001-01-01T00:00:00%2B23:59~a",
    ],
)
def test_what_no_row_can_hold_is_refused_with_a_sentence(desk: Desk, path: str) -> None:
    answer = desk.client.get(f"/dashboard/{path}")
    assert answer.status_code in {200, 303, 400, 404}
    assert answer.text
