from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import messages
from messages.keywords import read
from service.conversation import times

WORDS = read(Path(messages.__file__).parent / "en").times
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 10, 14, 20, tzinfo=BERLIN)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("8-16", "08:00-16:00"), ("9-12 13-17", "09:00-12:00 13:00-17:00"), ("22-6", "22:00-06:00"),
        ("8am-4pm", "08:00-16:00"), ("9 to 5", "09:00-17:00"), ("9-5", "09:00-17:00"), ("8-4", "08:00-16:00"),
        ("9:30-17:45", "09:30-17:45"), ("9.30am to 5pm", "09:30-17:00"), ("８-１６", "08:00-16:00"),  # noqa: RUF001
        ("9 a.m. to 5 p.m.", "09:00-17:00"), ("9 am to 5 pm", "09:00-17:00"), ("0830-1730", "08:30-17:30"),
        ("9h30-17h", "09:30-17:00"), ("10pm-6am", "22:00-06:00"), ("1-5", "13:00-17:00"), ("1-5pm",
        "13:00-17:00"),
        ("8-4pm", "08:00-16:00"), ("12-8", "12:00-20:00"), ("9-12 1-5", "09:00-12:00 13:00-17:00"),
        ("9-12,13-17", "09:00-12:00 13:00-17:00"), ("9-12 and 1-5", "09:00-12:00 13:00-17:00"),
        ("noon-8pm", "12:00-20:00"), ("9-noon", "09:00-12:00"), ("8-24", "08:00-00:00"),
        ("from 9 to 5 please", "09:00-17:00"),
        ("between 9 and 5", "09:00-17:00"), ("8–16", "08:00-16:00"), ("13-5", "13:00-17:00"),  # noqa: RUF001
        ("20-8", "20:00-08:00"),
    ],
)  # fmt: skip
def test_spans_of_a_day(text: str, spans: str) -> None:
    assert " ".join(map(str, times.spans(text, WORDS) or ())) == spans


@pytest.mark.parametrize(
    "text",
    ["", "8", "25-99", "9-9", "8:60-9", "0-24", "9-17-20", "9-12 11-17", "8-16 mon", "banana",
    "13pm-5", "-", "8-16%", "1-2 3-4 5-6 7-8 9-10", "2026-01-01"],
)  # fmt: skip
def test_nonsense_is_no_span(text: str) -> None:
    assert times.spans(text, WORDS) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("mon-thu", "1111000"), ("mon wed fri", "1010100"), ("weekdays", "1111100"), ("every day", "1111111"),
        ("Mon to Fri", "1111100"), ("sat,sun", "0000011"), ("fri-mon", "1000111"), ("m-f", "1111100"),
        ("mon-fri except wed", "1101100"), ("every day except sunday", "1111110"),
        ("monday, tuesday and friday", "1100100"),
        ("weekdays and sat", "1111110"), ("blah", None), ("", None), ("mon-", None), ("-fri", None),
        ("5", None),
    ],
)  # fmt: skip
def test_days_of_the_week(text: str, digits: str | None) -> None:
    assert times.days(text, WORDS) == digits


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90), ("2h", 120), ("every 2 hours", 120), ("1.5h", 90), ("1,5h", 90), ("1h30", 90), ("1h 30m", 90),
        ("90 min", 90), ("an hour", 60), ("half an hour", 30), ("hourly", 60), ("every other hour", 120),
        ("an hour and a half", 90), ("two hours", 120), ("a couple of hours", 120), ("2 hours 15 minutes", 135),
        ("0", None), ("-5", None), ("5 apples", None), ("", None), ("99999999", None), ("2 2", None),
    ],
)  # fmt: skip
def test_lengths_of_time(text: str, minutes: int | None) -> None:
    assert times.minutes(text, WORDS) == minutes


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3h", "2026-06-10 17:20"), ("15", "2026-06-10 14:35"), ("for an hour", "2026-06-10 15:20"),
        ("in 10 minutes", "2026-06-10 14:30"),
        ("2 days", "2026-06-12 00:00"), ("a week", "2026-06-17 00:00"), ("until friday", "2026-06-12 00:00"),
        ("friday", "2026-06-12 00:00"), ("until wednesday", "2026-06-17 00:00"), ("until 3pm",
        "2026-06-10 15:00"),
        ("until 3", "2026-06-10 15:00"), ("until noon", "2026-06-11 12:00"), ("until midnight",
        "2026-06-11 00:00"),
        ("until monday 10am", "2026-06-15 10:00"), ("tomorrow", "2026-06-11 00:00"),
        ("until tomorrow 9am", "2026-06-11 09:00"),
        ("today", "2026-06-11 00:00"), ("rest of today", "2026-06-11 00:00"), ("this week", "2026-06-15 00:00"),
        ("next week", "2026-06-15 00:00"), ("until 14 june", "2026-06-14 00:00"), ("until june 14th",
        "2026-06-14 00:00"),
        ("until the 14th", "2026-06-14 00:00"), ("until 1 may", "2027-05-01 00:00"),
        ("until 2026-07-01", "2026-07-01 00:00"),
    ],
)  # fmt: skip
def test_when_a_pause_ends(text: str, moment: str) -> None:
    found = times.moment(text, NOW, WORDS)
    assert found == datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "", "until", "blah", "for a bit", "until 25:00", "30 feb", "until 2026-02-30", "0", "until 99",
    ],
)  # fmt: skip
def test_what_names_no_moment(text: str) -> None:
    assert times.moment(text, NOW, WORDS) is None


def test_hours_count_through_a_clock_change_and_days_by_the_calendar() -> None:
    before = datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN)  # 02:00 becomes 03:00
    assert str(times.moment("3h", before, WORDS)) == "2026-03-29 04:30:00+02:00"
    assert str(times.moment("1 day", before, WORDS)) == "2026-03-30 00:00:00+02:00"
    assert str(times.moment("until 2:30", before, WORDS)) == "2026-03-29 03:30:00+02:00"


@given(st.text(max_size=60) | st.text("0123456789:-.,hampt ounilmdfr", max_size=40))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_any_text_can_be_read(text: str) -> None:
    times.spans(text, WORDS)
    times.days(text, WORDS)
    minutes = times.minutes(text, WORDS)
    assert minutes is None or minutes > 0
    times.moment(text, NOW, WORDS)
