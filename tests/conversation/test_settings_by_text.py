"""HOURS, DAYS, EVERY, LUNCH, ZONE and what people like: each confirms in words what is now set."""

from datetime import UTC, datetime

import pytest

from tests.conftest import BOTH
from tests.phone import Phone

pytestmark = BOTH

FULL_DAY = ["09:50", "10:50", "11:50", "13:50", "14:50", "15:50", "16:50"]


def times(phone: Phone) -> list[str]:
    return [f"{moment:%H:%M}" for moment in phone.arrivals()]


def test_a_working_day_brings_seven_reminders(phone: Phone) -> None:
    phone.join()
    assert len(phone.until(2026, 3, 2, 23, 0)) == 7
    assert times(phone) == FULL_DAY


@pytest.mark.parametrize(
    ("words", "confirmed", "arrivals"),
    [
        ("HOURS 12-16", "12:00-16:00 Mon-Fri", ["13:50", "14:50", "15:50"]),
        (
            "hours 9-12 13-15",
            "09:00-12:00 13:00-15:00",
            ["09:50", "10:50", "11:50", "13:50", "14:50"],
        ),
        ("HOURS 8am to 11am", "08:00-11:00", ["09:50", "10:50"]),
        ("EVERY 2h", "every 2 h", ["09:50", "11:50", "13:50", "15:50"]),
        ("EVERY 90", "every 90 min", ["09:50", "11:20", "13:50", "15:20", "16:50"]),
        ("LUNCH OFF", "over lunch", [*FULL_DAY[:3], "12:50", *FULL_DAY[3:]]),
        ("LUNCH 11:30-13", "11:30-13:00", ["09:50", "10:50", "13:50", "14:50", "15:50", "16:50"]),
        ("DAYS tue-thu", "Tue-Thu", []),
    ],
)
def test_the_rhythm_follows_what_they_text(
    phone: Phone, words: str, confirmed: str, arrivals: list[str]
) -> None:
    assert confirmed in phone.join().text(words)
    phone.until(2026, 3, 2, 23, 0)
    assert times(phone) == arrivals


def test_hours_may_cross_midnight(phone: Phone) -> None:
    assert "22:00-06:00" in phone.join().text("HOURS 22-6")
    phone.until(2026, 3, 3, 12, 0)
    assert times(phone)[0] == "22:50"
    assert times(phone)[-1] == "05:50"


@pytest.mark.parametrize(
    ("words", "example"),
    [
        ("HOURS soon", "HOURS 8-16"),
        ("EVERY 5", "EVERY 90"),
        ("DAYS none", "DAYS mon-thu"),
        ("LUNCH maybe", "LUNCH 12:30-13:30"),
        ("PAUSE until soon", "PAUSE 3h"),
        ("PAUSE whenever", "PAUSE 3h"),
        ("SNOOZE soon", "SNOOZE 15"),
        ("SNOOZE 500", "SNOOZE 15"),
        ("SEATED perhaps", "SEATED ON"),
        ("ZONE Nowhereville", "ZONE Berlin"),
        ("COUNTRY Narnia", "COUNTRY India"),
    ],
)
def test_what_cannot_be_read_gets_an_example_and_changes_nothing(
    phone: Phone, words: str, example: str
) -> None:
    before = phone.join().text("STATUS")
    assert example in phone.text(words)
    assert phone.text("STATUS") == before


def test_hours_without_room_for_a_reminder_change_nothing(phone: Phone) -> None:
    assert "no room" in phone.join().text("HOURS 9:00-9:10")
    assert "09:00-17:00" in phone.text("STATUS")


def test_more_reminders_a_day_than_agreed_want_a_new_yes(phone: Phone) -> None:
    assert "up to 14 reminders a day" in phone.join().text("HOURS 6-21")
    assert "09:00-17:00" in phone.text("STATUS")
    assert "up to 14" in phone.texts("HOURS 6-21", "YES")
    assert "06:00-21:00" in phone.text("STATUS")


def test_no_to_more_reminders_changes_nothing(phone: Phone) -> None:
    assert "nothing changed" in phone.join().texts("HOURS 6-21", "NO")
    assert "09:00-17:00" in phone.text("STATUS")


def test_a_zone_is_set_by_city(phone: Phone) -> None:
    assert "Berlin" in phone.join().text("ZONE Berlin")
    assert "Berlin" in phone.text("STATUS")


def test_a_place_that_several_fit_is_asked_back(phone: Phone) -> None:
    answer = phone.join().text("ZONE Portland")
    assert "Reply with the number" in answer
    assert "Set:" in phone.text("1")


def test_a_setting_of_a_stranger_leads_to_remind(phone: Phone) -> None:
    assert "REMIND" in phone.text("HOURS 8-16")


def test_status_names_settings_next_reminder_and_number(phone: Phone) -> None:
    phone.join().text("DONE")
    status = phone.text("STATUS")
    for part in ("Mon-Fri 09:00-17:00", "every 1 h", "New York", "09:50", "Moves today: 1", "911"):
        assert part in status


def test_seated_people_get_only_seated_moves(phone: Phone) -> None:
    assert "seated" in phone.join().text("SEATED ON")
    phone.until(2026, 3, 6, 17, 0)
    moves = {move.id: move for move in phone.runtime.catalogue.stretches("en")}
    keys = [entry.key for entry in phone.entries() if entry.kind == "reminder"]
    assert keys
    assert all(moves[key].seated for key in keys)
    assert "standing moves come too" in phone.text("SEATED OFF")


def test_discreet_people_get_only_moves_that_hardly_show(phone: Phone) -> None:
    assert "hardly show" in phone.join().text("DISCREET ON")
    phone.until(2026, 3, 4, 17, 0)
    moves = {move.id: move for move in phone.runtime.catalogue.stretches("en")}
    keys = [entry.key for entry in phone.entries() if entry.kind == "reminder"]
    assert keys
    assert all(moves[key].discreet for key in keys)
    assert not all(moves[key].seated for key in keys)
    assert "big ones too" in phone.text("DISCREET OFF")


def test_an_area_can_be_left_out(phone: Phone) -> None:
    assert "no neck moves" in phone.join().text("NO NECK")
    phone.until(2026, 3, 13, 17, 0)
    moves = {move.id: move for move in phone.runtime.catalogue.stretches("en")}
    keys = [entry.key for entry in phone.entries() if entry.kind == "reminder"]
    assert len(keys) > 50
    assert not any("neck" in moves[key].areas for key in keys)
    assert "every area" in phone.text("NO OFF")


def test_public_holidays_are_off(phone: Phone) -> None:
    phone.wall.moment = datetime(2026, 7, 2, 13, 0, tzinfo=UTC)
    phone.join()
    assert len(phone.until(2026, 7, 3, 8, 0)) == 7
    assert phone.until(2026, 7, 3, 20, 0) == []  # the 4th of July is a Saturday: observed today
