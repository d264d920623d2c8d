"""The audit finds what it is there to find."""

from dataclasses import replace

import pytest

from tests.chaos.ledger import IN_FLIGHT, Ledger, Row, Taken, audit

NUMBER = "+447700000001"
ROW = Row(7, "reminder", NUMBER, "sent", claimed=100.0, best_before=700.0)
TAKEN = Taken("0af3-7", NUMBER, came=101.0, at=101.5)


def audited(row: Row | None, *taken: Taken, stopped: float | None = None) -> Ledger:
    stops = {} if stopped is None else {NUMBER: stopped}
    return audit([NUMBER], [row] if row else [], taken, stops)


def test_a_reminder_that_was_taken_once_is_in_order() -> None:
    ledger = audited(ROW, TAKEN)
    assert (ledger.faults, ledger.outcomes) == ([], {"sent": 1})


@pytest.mark.parametrize("state", ["expired", "dropped", "failed", "lost"])
def test_one_that_was_not_taken_needs_a_reason(state: str) -> None:
    ledger = audited(replace(ROW, state=state, error="best-before"))
    assert (ledger.faults, ledger.outcomes) == ([], {f"{state}: best-before": 1})
    assert audited(replace(ROW, state=state)).faults == [f"row 7 is {state} without a reason"]


@pytest.mark.parametrize("state", ["queued", "sending", "doubtful"])
def test_nothing_may_be_left_open(state: str) -> None:
    assert audited(replace(ROW, state=state)).faults == [f"row 7 is left {state} (taken 0 times)"]


def test_twice_is_found() -> None:
    assert audited(ROW, TAKEN, TAKEN).faults == ["row 7 (reminder) was taken 2 times"]
    again = replace(TAKEN, attempt="99ff-7")
    assert audited(ROW, TAKEN, again).faults == ["row 7 (reminder) was taken 2 times"]


def test_a_wrong_record_is_found() -> None:
    assert audited(ROW).faults == ["row 7 is sent, but the provider never took it"]
    lost = replace(ROW, state="lost", error="no trace")
    assert audited(lost, TAKEN).faults == ["row 7 is lost (no trace), but the provider took it"]


def test_a_reminder_that_nobody_wrote_is_found_unless_its_person_left() -> None:
    assert audited(None).faults == [f"{NUMBER}: no row was written, and they didn't leave"]
    assert audited(None, stopped=50.0).faults == []


def test_a_text_that_no_row_knows_is_found() -> None:
    assert audited(None, TAKEN, stopped=50.0).faults != []


def test_what_comes_after_its_best_before_is_found() -> None:
    late = replace(TAKEN, came=700.0 + IN_FLIGHT + 0.5)
    assert audited(ROW, late).faults == ["row 7 came 5.5 s after its best-before"]


def test_after_stop_only_what_was_in_flight_may_come() -> None:
    assert audited(ROW, TAKEN, stopped=102.0).faults == []
    in_flight = audited(ROW, TAKEN, stopped=100.5)
    assert (in_flight.faults, in_flight.in_flight) == ([], [0.5])
    claimed_later = replace(ROW, claimed=100.8)
    assert audited(claimed_later, TAKEN, stopped=100.5).faults == [
        "row 7 came 0.5 s after STOP was answered"
    ]
    too_late = replace(TAKEN, came=100.5 + IN_FLIGHT + 1)
    assert audited(ROW, too_late, stopped=100.5).faults == [
        "row 7 came 6.0 s after STOP was answered"
    ]


def test_a_confirmation_of_stop_may_come_after_it() -> None:
    consent = replace(ROW, id=8, kind="consent")
    reminder = replace(ROW, state="dropped", error="opted out")
    came = replace(TAKEN, attempt="0af3-8", came=103.0)
    assert audit([NUMBER], [reminder, consent], [came], {NUMBER: 100.5}).faults == []
