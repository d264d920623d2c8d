"""Twilio's error codes, as decisions."""

import tomllib
from pathlib import Path

import pytest

from service.channels.twilio_errors import TABLE, read_faults
from service.envelopes import Verdict

ROWS = tomllib.loads(TABLE.read_text("utf-8"))["error"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["codes"][0]))
def test_every_row_decides_and_says_why_and_what_to_do(row: dict[str, object]) -> None:
    verdict, reason, hint = (str(row[part]) for part in ("verdict", "reason", "hint"))
    assert verdict in list(Verdict)
    assert reason.endswith(".")
    assert hint.endswith(".")


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("21610", Verdict.OPTED_OUT),
        ("30005", Verdict.DEAD),
        ("30006", Verdict.DEAD),
        ("30003", Verdict.REFUSED),
        ("30007", Verdict.REFUSED),
        ("30022", Verdict.SLOW_DOWN),
        ("30034", Verdict.SET_UP),
        ("30032", Verdict.SET_UP),
        ("30002", Verdict.SET_UP),
        ("30410", Verdict.DOUBTFUL),
        ("30500", Verdict.RETRY),
        ("", Verdict.REFUSED),
        ("77777", Verdict.REFUSED),
    ],
)
def test_a_receipts_code_asks_one_decision(code: str, verdict: Verdict) -> None:
    assert read_faults().of(code).verdict is verdict


@pytest.mark.parametrize("code", ["21211", "21408", "21608", "21612", "30005", "30024"])
def test_one_recipient_never_stops_everybodys_texts(code: str) -> None:
    assert read_faults().of(code).verdict is not Verdict.SET_UP


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.REFUSED),
        (401, Verdict.SET_UP),
        (404, Verdict.SET_UP),
        (307, Verdict.SET_UP),
        (408, Verdict.DOUBTFUL),
        (429, Verdict.SLOW_DOWN),
        (500, Verdict.DOUBTFUL),
        (599, Verdict.DOUBTFUL),
    ],
)
def test_a_refusal_without_a_code_is_judged_by_its_status(status: int, verdict: Verdict) -> None:
    refusal = read_faults().refusal(status, status)
    assert (refusal.verdict, refusal.code) == (verdict, str(status))
    assert str(status) in refusal.reason


def test_an_unknown_code_leads_to_its_page() -> None:
    assert "docs/api/errors/99999" in read_faults().refusal(400, 99999).reason


def test_a_code_in_two_rows_is_a_clear_error(tmp_path: Path) -> None:
    row = '[[error]]\ncodes = [1]\nverdict = "dead"\nreason = "A."\nhint = "B."\n'
    path = tmp_path / "errors.toml"
    path.write_text(row * 2)
    with pytest.raises(ValueError, match="code 1 stands in two rows"):
        read_faults(path)
