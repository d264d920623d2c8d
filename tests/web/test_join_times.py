"""The page /join and time: nights, questions that close, and people who never answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from service.runtime import Runtime
from tests.conftest import BOTH
from tests.phone import Wall
from tests.web.joining import Visitor, plan, standing, visitor

pytestmark = BOTH


@pytest.fixture
def page(service: Callable[..., Runtime], wall: Wall) -> Visitor:
    return visitor(service(), wall)


def test_no_phone_rings_at_night(page: Visitor, wall: Wall) -> None:
    wall.moment += timedelta(hours=14)  # 23:00 in New York
    assert "outside texting hours there (09:00-20:00)" in page.join()
    assert page.arrived() == []
    wall.moment += timedelta(hours=9, minutes=59)
    assert page.arrived() == []
    wall.moment += timedelta(minutes=1)
    assert len(page.arrived()) == 1
    wall.moment += timedelta(hours=23)
    page.phone.text("YES")  # the day begins when it was asked
    assert standing(page) == "in"


def test_who_joins_by_text_at_night_isnt_asked_again_in_the_morning(
    page: Visitor, wall: Wall
) -> None:
    wall.moment += timedelta(hours=14)
    page.join(opens="10:00", closes="18:00")
    page.phone.texts("JOIN", "YES")
    wall.moment += timedelta(hours=10)
    assert page.arrived() == []
    assert plan(page).hours == "10:00-18:00"


@pytest.mark.parametrize(("place", "texts"), [("", 0), ("Perth", 1), ("Sydney", 0)])
def test_a_number_of_several_zones_waits_for_all_of_them(
    page: Visitor, wall: Wall, place: str, texts: int
) -> None:
    wall.moment += timedelta(hours=-4)  # 21:00 in Sydney, 18:00 in Perth
    page.join(country="AU", number="0491 570 156", place=place)
    page.runtime.drain()
    assert sum(each.state == "delivered" for each in page.queued()) == texts


def test_a_day_later_the_question_is_closed(page: Visitor, wall: Wall) -> None:
    page.join()
    page.arrived()
    wall.moment += timedelta(hours=25)
    page.phone.text("YES")
    assert standing(page) == "none"


def test_whom_only_the_page_knows_is_forgotten_after_a_month(page: Visitor, wall: Wall) -> None:
    page.join()
    page.arrived()
    wall.moment += timedelta(days=30)
    page.runtime.tidy()
    assert page.people() == 1
    wall.moment += timedelta(days=2)
    page.runtime.tidy()
    assert (page.people(), page.queued()) == (0, [])
    (asked,) = page.consents()
    assert (asked.event, asked.address_id, asked.used) == ("asked", None, "")
    assert asked.handle_hash
    page.join()
    assert len(page.arrived()) == 1  # no opt-out: they may be asked anew


def test_who_answered_is_not_forgotten(page: Visitor, wall: Wall) -> None:
    page.join()
    page.phone.text("NO")
    wall.moment += timedelta(days=40)
    page.runtime.tidy()
    assert page.people() == 1
