"""Spans of a day, and what clock changes do to a time on the wall."""

from datetime import UTC, date, datetime, time

import pytest

from service import hours
from service.hours import Span


@pytest.mark.parametrize(
    ("span", "at", "held"),
    [
        ("09:00-17:00", "09:00", True),
        ("09:00-17:00", "16:59", True),
        ("09:00-17:00", "17:00", False),
        ("22:00-06:00", "23:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("00:00-00:00", "12:00", True),
    ],
)
def test_a_span_holds_its_opening_but_not_its_closing_minute(
    span: str, at: str, held: bool
) -> None:
    assert (time.fromisoformat(at) in Span.parse(span)) is held


def test_a_span_reads_back_what_it_writes() -> None:
    assert str(Span.parse("08:30-16:00")) == "08:30-16:00"
    with pytest.raises(ValueError, match="nine"):
        Span.parse("nine-17:00")


def test_a_time_inside_any_span_counts() -> None:
    spans = [Span.parse("09:00-12:00"), Span.parse("13:00-17:00")]
    assert hours.inside(spans, time(13))
    assert not hours.inside(spans, time(12))


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), None),
        ("America/New_York", date(2026, 3, 8), time(3, 0), "2026-03-08 07:00"),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01 05:30"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), None),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 30), "2026-10-03 15:30"),
        ("Asia/Kathmandu", date(2026, 1, 1), time(9, 50), "2026-01-01 04:05"),
        ("Pacific/Apia", date(2011, 12, 30), time(12, 0), None),
    ],
)
def test_a_lost_time_is_none_and_a_doubled_one_is_its_first(
    zone: str, day: date, at: time, moment: str | None
) -> None:
    expected = moment and datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert hours.utc(day, at, zone) == expected


def test_an_offset_is_in_minutes() -> None:
    now = datetime(2026, 7, 1, tzinfo=UTC)
    assert hours.offset(now, "Asia/Kathmandu") == 345
    assert hours.offset(now, "America/St_Johns") == -150
