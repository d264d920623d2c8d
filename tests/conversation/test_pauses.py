"""PAUSE, SNOOZE, SKIP, DONE and RESUME."""

import pytest

from tests.conftest import BOTH
from tests.phone import Phone

pytestmark = BOTH


def times(phone: Phone) -> list[str]:
    return [f"{moment:%H:%M}" for moment in phone.arrivals()]


def test_pause_holds_for_the_rest_of_today(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 10, 0)
    assert "tomorrow 09:50" in phone.text("PAUSE")
    assert phone.until(2026, 3, 2, 23, 0) == []
    assert len(phone.until(2026, 3, 3, 10, 0)) == 1


@pytest.mark.parametrize(
    ("words", "resumes"),
    [
        ("PAUSE 3h", "13:50"),
        ("PAUSE until friday", "Fri 09:50"),
        ("pause for 2 days", "Wed 09:50"),
        ("PAUSE until 3pm", "15:50"),
        ("PAUSE tomorrow", "tomorrow 09:50"),
        ("PAUSE 7", "Mon 9 Mar 09:50"),
    ],
)
def test_pause_says_until_when(phone: Phone, words: str, resumes: str) -> None:
    assert resumes in phone.join().text(words)


def test_a_pause_that_ends_gives_one_reminder_then_the_rhythm_goes_on(phone: Phone) -> None:
    phone.join().text("PAUSE 5h")
    phone.until(2026, 3, 2, 17, 0)
    assert times(phone) == ["14:50", "15:50", "16:50"]


def test_a_pause_of_over_90_days_is_refused(phone: Phone) -> None:
    assert "90 days" in phone.join().text("PAUSE 200 days")
    assert "09:50" in phone.text("STATUS")


@pytest.mark.parametrize(
    "words", ["pause my reminders", "pause it", "could you pause everything for me"]
)
def test_pause_is_understood_in_a_sentence(phone: Phone, words: str) -> None:
    assert "tomorrow 09:50" in phone.join().text(words)


def test_resume_ends_a_pause_at_once(phone: Phone) -> None:
    phone.join().text("PAUSE until friday")
    assert "09:50" in phone.text("RESUME")
    assert len(phone.until(2026, 3, 2, 10, 0)) == 1


def test_snooze_gives_one_reminder_after_its_time_then_the_rhythm_goes_on(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 9, 52)
    assert "10:07" in phone.text("SNOOZE 15")
    phone.until(2026, 3, 2, 12, 0)
    assert times(phone) == ["09:50", "10:07", "10:50", "11:50"]


def test_a_snooze_takes_the_place_of_a_slot_within_20_minutes(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 9, 52)
    assert "10:37" in phone.text("SNOOZE 45")
    phone.until(2026, 3, 2, 12, 0)
    assert times(phone) == ["09:50", "10:37", "11:50"]


def test_a_second_snooze_replaces_the_first(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 9, 52)
    phone.texts("SNOOZE 15", "SNOOZE 30")
    phone.until(2026, 3, 2, 10, 40)
    assert times(phone) == ["09:50", "10:22"]


def test_a_snooze_past_the_end_of_the_day_leads_to_the_next_slot(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 16, 55)
    assert "tomorrow 09:50" in phone.text("SNOOZE 30")


def test_skip_leaves_out_the_next_reminder_only(phone: Phone) -> None:
    phone.join()
    answer = phone.text("SKIP")
    assert "skip 09:50" in answer
    assert "10:50" in answer
    phone.until(2026, 3, 2, 12, 0)
    assert times(phone) == ["10:50", "11:50"]


def test_who_moved_a_moment_ago_is_not_nudged(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 10, 40)
    assert "That is 1 today. Next reminder: 11:50" in phone.text("DONE")
    phone.until(2026, 3, 2, 12, 0)
    assert times(phone) == ["09:50", "11:50"]


@pytest.mark.parametrize(("minute", "comes"), [(24, True), (26, False)])
def test_25_minutes_after_a_move_the_next_reminder_comes(
    phone: Phone, minute: int, comes: bool
) -> None:
    phone.join().until(2026, 3, 2, 10, minute)
    phone.text("DONE")
    phone.until(2026, 3, 2, 11, 0)
    assert ("10:50" in times(phone)) == comes


def test_done_is_counted_by_day(phone: Phone) -> None:
    phone.join().texts("DONE", "DONE")
    assert "That is 3 today" in phone.text("done")
    phone.until(2026, 3, 3, 9, 0)
    assert "That is 1 today" in phone.text("DONE")


def test_stretch_sends_a_move_at_once_to_anybody(phone: Phone) -> None:
    assert "Stop if it hurts more" in phone.text("STRETCH")
