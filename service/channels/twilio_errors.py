"""Twilio's error codes as decisions. The codes themselves are data, in twilio_errors.toml."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twilio.base.exceptions import TwilioException
from twilio.http.response import Response

from service.envelopes import SendFailed, Verdict

TABLE = Path(__file__).with_suffix(".toml")
PAGE = "https://www.twilio.com/docs/api/errors/"
_TOLL_FREE = re.compile(r"\+18(00|33|44|55|66|77|88)\d{7}", re.ASCII)
_NOT_OURS = frozenset({401, 403, 404})  # who we are, or where we knock, is wrong


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the table; `toll_free` is its verdict for a toll-free sender, where that differs."""

    verdict: Verdict
    sentence: str
    toll_free: Verdict | None = None


class Faults:
    def __init__(self, rows: Mapping[str, Fault]) -> None:
        self._rows = rows

    def of(self, code: str, sender: str = "") -> Fault:
        """What a code in a receipt means for a text from `sender`; unknown codes are "refused"."""
        fault = self._rows.get(code) or _unknown(code, Verdict.REFUSED)
        if fault.toll_free and _TOLL_FREE.fullmatch(sender):
            return Fault(fault.toll_free, fault.sentence)
        return fault

    def raised(self, error: TwilioException) -> SendFailed:
        """What an exception of the SDK means. Its own words name numbers: none of them are kept."""
        status, code = getattr(error, "status", 0), getattr(error, "code", None)
        answer = error.args[-1] if error.args else None
        if isinstance(answer, Response):  # of a listing the SDK hands the whole answer over
            status, code = answer.status_code, _code_in(answer.text)
        if not status:
            return SendFailed(Verdict.DOUBTFUL, "unreadable", "Twilio's answer can't be read.")
        return self.refusal(status, code)

    def refusal(self, status: int, code: object) -> SendFailed:
        """What an HTTP status means together with the code in its body, if any."""
        number = str(code or status)
        fault = self._rows.get(number) or _unknown(number, _by_status(status))
        verdict = Verdict.DOUBTFUL if status >= 500 else fault.verdict
        return SendFailed(verdict, number, fault.sentence)


def read_faults(path: Path = TABLE) -> Faults:
    rows: dict[str, Fault] = {}
    for row in tomllib.loads(path.read_text("utf-8"))["error"]:
        toll_free = Verdict(row["toll_free"]) if "toll_free" in row else None
        fault = Fault(Verdict(row["verdict"]), f"{row['reason']} {row['hint']}", toll_free)
        for code in row["codes"]:
            if str(code) in rows:
                raise ValueError(f"{path.name}: code {code} stands in two rows; keep one")
            rows[str(code)] = fault
    return Faults(rows)


def _code_in(body: str) -> object:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer.get("code") if isinstance(answer, dict) else None


def _by_status(status: int) -> Verdict:
    if status == 429:
        return Verdict.SLOW_DOWN
    if status == 408 or status >= 500:
        return Verdict.DOUBTFUL
    return Verdict.SET_UP if status < 400 or status in _NOT_OURS else Verdict.REFUSED


def _unknown(code: str, verdict: Verdict) -> Fault:
    if not code:
        return Fault(verdict, "Twilio gave no reason.")
    if len(code) < 4:
        return Fault(verdict, f"Twilio answered with HTTP status {code} and no code of its own.")
    return Fault(verdict, f"Twilio's code {code} is not in our table: see {PAGE}{code}.")
