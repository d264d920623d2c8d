"""A person's days with the service, from the first text to the last."""

from datetime import timedelta

from sqlalchemy import select

from messages.render import segments
from service.store.tables import Entry
from tests.conftest import BOTH
from tests.phone import Phone

pytestmark = BOTH


def test_a_week_of_reminders_is_one_segment_each_and_never_repeats_within_a_day(
    phone: Phone,
) -> None:
    phone.join()
    texts = phone.until(2026, 3, 6, 23, 0)
    assert len(texts) == 35
    assert all(text.startswith("Upright: ") for text in texts)
    assert all(segments(text).count == 1 for text in texts)
    for day in range(5):
        assert len(set(texts[day * 7 : day * 7 + 7])) == 7


def test_the_first_reminder_of_a_day_says_how_to_answer_it(phone: Phone) -> None:
    phone.join()
    texts = phone.until(2026, 3, 3, 23, 0)
    told = [number for number, text in enumerate(texts) if "Reply DONE or SNOOZE" in text]
    assert told == [0, 7]


def test_reminders_keep_local_time_over_the_clock_change(phone: Phone) -> None:
    phone.join()
    phone.until(2026, 3, 9, 12, 0)  # New York's clocks went forward on the 8th
    assert {f"{moment:%H:%M}" for moment in phone.arrivals() if moment.hour == 9} == {"09:50"}


def test_nothing_is_sent_in_a_burst_after_an_outage(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 10, 0)
    phone.wall.moment += timedelta(hours=5)  # 15:00: the service was down at 10:50 ... 14:50
    phone.runtime.tick()
    phone.runtime.drain()
    states = [entry.state for entry in phone.entries() if entry.kind == "reminder"]
    assert states == ["delivered", "expired", "expired", "expired", "expired"]
    assert len(phone.until(2026, 3, 2, 16, 0)) == 1


def test_a_clock_set_back_sends_nothing_twice(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 12, 0)
    phone.wall.moment -= timedelta(hours=2)
    phone.runtime.tick()
    phone.runtime.drain()
    phone.until(2026, 3, 2, 23, 0)
    slots = [entry.slot for entry in phone.entries() if entry.kind == "reminder"]
    assert len(slots) == len(set(slots)) == 7
    assert "Next reminder" in phone.text("DONE")


def test_frequency_and_stop_are_restated_once_a_month(phone: Phone) -> None:
    phone.join().texts("DAYS mon", "EVERY 240")
    phone.until(2026, 4, 20, 17, 0)
    notices = [entry for entry in phone.entries() if entry.key == "MONTHLY"]
    assert len(notices) == 1
    assert "STOP to end" in notices[0].text


def test_sixty_silent_days_ask_and_silence_ends_reminders(phone: Phone) -> None:
    phone.join().texts("DAYS mon", "EVERY 240")
    phone.until(2026, 5, 20, 9, 0)
    assert [entry.key for entry in phone.entries() if entry.key == "STILL_YOU"] == ["STILL_YOU"]
    assert phone.person.state == "stopped"


def test_a_yes_to_still_you_keeps_the_reminders(phone: Phone) -> None:
    phone.join().texts("DAYS mon", "EVERY 240")
    while not any(entry.key == "STILL_YOU" for entry in phone.entries()):
        phone.after(days=1)
    assert "go on" in phone.text("YES")
    phone.after(days=10)
    assert phone.person.state == "active"


def test_everything_said_is_kept_as_it_was_sent(phone: Phone) -> None:
    answer = phone.text("POSTURE")
    with phone.runtime.store.read() as session:
        row = session.scalars(select(Entry)).one()
    assert (row.text, row.key, row.segments) == (answer, "POSTURE.sms", 2)


def test_a_clock_that_was_years_ahead_for_a_moment_ends_nobodys_reminders(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 10, 0)
    today = phone.wall.moment
    phone.wall.moment = today.replace(year=2036)
    phone.runtime.tick()
    phone.wall.moment = today
    phone.until(2026, 3, 2, 13, 0)
    assert [f"{moment:%d %H:%M}" for moment in phone.arrivals()] == [
        "02 09:50", "02 10:50", "02 11:50",
    ]  # fmt: skip
