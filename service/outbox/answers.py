"""Answers that can't stand in the answer to a request: the outbox sends them.

What mustn't wait for it is handed over by whoever took the text in. Its row is an attempt under way
from the start: should nobody tell how it ended, the sweep looks it up.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from service.envelopes import Inbound, Press, State, in_one
from service.outbox.claim import LEASE
from service.outbox.entries import ASKED, CONFIRM, KINDS, PAUSE, keeps

EDITS = "edits"  # among the parameters of an entry: the text into which it is written

_Row = Mapping[str, Any]


def elsewhere(
    rows: Sequence[_Row], inbound: Inbound, now: datetime, *, asked: bool
) -> list[dict[str, Any]]:
    """The rows of an answer, made for the request's own answer, as they go without one.

    One text, so that it keeps its order and a chat its pace; in danger what to do goes alone and
    first. `asked`: had they left, or couldn't they be reached, when they wrote?
    """
    if not rows:
        return []
    first, *rest = rows
    if first["person_id"] is None:  # erased: the outbox wouldn't find them
        return [_handed_over(_joined(rows), now)]
    if first["kind"] == "emergency":
        later = [_queued(_joined(rest), now, now + PAUSE, asked)] if rest else []
        return [_handed_over(first, now), *later]
    row = _queued(_joined(rows), now, now, asked)
    if inbound.press and inbound.press.once and inbound.press.message:
        row["params"] = {**row["params"], EDITS: _noted(inbound.press)}
    return [row]


def edits_of(params: _Row) -> Press | None:
    """The button that an answer belongs to."""
    noted = params.get(EDITS)
    return Press(**noted, once=True) if noted else None


def _noted(press: Press) -> dict[str, Any]:
    return {"message": press.message, "text": press.text, "pictured": press.pictured}


def _joined(rows: Sequence[_Row]) -> dict[str, Any]:
    """As one row, which is called after the last; of what stands beside them, as in `as_one`."""
    return {
        **rows[-1],
        "kind": min((row["kind"] for row in rows), key=KINDS.index),
        "params": {name: value for row in rows for name, value in row["params"].items()},
        "text": in_one(row["text"] for row in rows),
        "segments": sum(row["segments"] for row in rows),
    }


def _queued(row: _Row, now: datetime, goes: datetime, asked: bool) -> dict[str, Any]:
    best_before = now + (CONFIRM if asked else keeps(row["kind"]))
    params = {**row["params"], ASKED: True} if asked else row["params"]
    return {**row, "state": State.QUEUED, "attempt": None, "settled_at": None} | {
        "not_before": goes,
        "best_before": best_before,
        "params": params,
    }


def _handed_over(row: _Row, now: datetime) -> dict[str, Any]:
    return {**row, "state": State.SENDING, "settled_at": None, "attempts": 1} | {
        "claimed_at": now,
        "lease_until": now + LEASE,
    }
