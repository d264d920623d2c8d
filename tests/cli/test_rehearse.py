import io
import re

import pytest

from service.commands import rehearse
from tests.cli.conftest import Upright

WEEK = ("rehearse", "--from", "2026-03-02")


def reminders(output: str) -> list[str]:
    """Local times of what came after joining, as `Mon 2026-03-02 09:50`."""
    stamps = re.findall(r"^(\w{3} \d{4}-\d\d-\d\d \d\d:\d\d)  \[\d\]  Upright: ", output, re.M)
    return [stamp for stamp in stamps if not stamp.endswith("08:00")]


def test_a_day_has_seven_reminders_and_no_lunch(upright: Upright) -> None:
    shown = upright(*WEEK, "--days", "1").stdout
    times = [stamp[-5:] for stamp in reminders(shown)]
    assert times == ["09:50", "10:50", "11:50", "13:50", "14:50", "15:50", "16:50"]


def test_a_week_has_five_working_days(upright: Upright) -> None:
    shown = reminders(upright(*WEEK, "--days", "7").stdout)
    assert len(shown) == 35
    assert {stamp[:3] for stamp in shown} == {"Mon", "Tue", "Wed", "Thu", "Fri"}


def test_what_they_text_after_joining_holds(upright: Upright) -> None:
    shown = upright(*WEEK, "--days", "1", "--say", "EVERY 120", "--say", "LUNCH OFF").stdout
    assert [stamp[-5:] for stamp in reminders(shown)] == ["09:50", "11:50", "13:50", "15:50"]


def test_local_time_holds_across_a_clock_change(upright: Upright) -> None:
    shown = upright("rehearse", "--from", "2026-03-27", "--days", "4", "--country", "DE").stdout
    assert {stamp[-5:] for stamp in reminders(shown) if stamp[:3] in {"Fri", "Mon"}} == {
        "09:50", "10:50", "11:50", "13:50", "14:50", "15:50", "16:50",
    }  # fmt: skip


def test_a_summary_counts_texts_segments_and_cost(upright: Upright) -> None:
    shown = upright(*WEEK, "--people", "3", segment_price="0.01", currency="CHF").stdout
    assert re.search(r"^reminder +105 +105 +1\.05$", shown, re.M)
    assert "3 people, 5 days" in shown
    assert "at 0.01 CHF a segment" in shown


def test_the_operators_own_database_is_left_alone(upright: Upright) -> None:
    upright(*WEEK, "--days", "1")
    assert "0 in all" in upright("people", "list").stderr


@pytest.mark.parametrize(
    ("options", "hint"),
    [(("--country", "QQ"), "QQ"), (("--zone", "Nowhereville"), "IANA"), (("--days", "0"), "days")],
)
def test_what_cannot_be_played_is_said(
    upright: Upright, options: tuple[str, ...], hint: str
) -> None:
    result = upright(*WEEK, *options)
    assert result.exit_code == 2
    assert hint in result.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("watched", "shown"), [(True, True), (True, False), (False, True)])
def test_a_long_rehearsal_shows_its_progress_to_whoever_watches(
    monkeypatch: pytest.MonkeyPatch, watched: bool, shown: bool
) -> None:
    screen = Terminal() if watched else io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    with rehearse._bar("Playing", 2, shown=shown) as bar:
        bar.update(1)
        bar.update(1)
    assert ("100%" in screen.getvalue()) == (watched and shown)
