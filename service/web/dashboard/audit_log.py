"""Who did what when."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.operators import accounts, changes, trail
from service.operators.accounts import VIEWER
from service.operators.trail import Asked, Place
from service.store.engine import Store
from service.store.operator_tables import Audit
from service.web import spreadsheet
from service.web.dashboard import doors

PAGE = 50  # lines
DAYS = (1, 7, 30, 90)
_BATCH = 1_000  # lines of a file that are read at once
_COLUMNS = ("when", "who", "what", "person", "origin", "detail")
_LARGEST = 2**31 - 1  # number of a person

blueprint = Blueprint("audit", __name__, url_prefix="/dashboard/audit")
blueprint.after_request(doors.not_kept)


@blueprint.get("")
@doors.wants(VIEWER)
def listed() -> ResponseReturnValue:
    asked, after = _asked(), Place.read(request.args.get("after", ""))
    with doors.runtime().store.read() as reading:
        found = list(trail.page(reading, asked, after, PAGE + 1))
        actions = trail.actions(reading)
        operators = [each.name for each in accounts.everybody(reading)]
    lines = found[:PAGE]
    return render_template(
        "dashboard/audit.html",
        lines=lines,
        older=str(Place.of(lines[-1])) if len(found) > PAGE else "",
        newest=after is None,
        kept=_kept(),
        actions=actions,
        names=[changes.COMMAND_LINE, changes.SETTINGS, *operators],
        days=DAYS,
    )


@blueprint.get("/audit.csv")
@doors.wants(VIEWER)
def download() -> ResponseReturnValue:
    """All of what was asked for, read as it is sent."""
    asked, store = _asked(), doors.runtime().store
    with store.write() as writing:
        doors.note(writing, "audit downloaded", asked=_kept())
    return spreadsheet.download(f"audit-{doors.wall():%Y-%m-%d}", _COLUMNS, _rows(store, asked))


def _kept() -> dict[str, str]:
    """What is asked for, as it stands in the address."""
    given = {key: request.args.get(key, "").strip() for key in ("who", "action", "person", "days")}
    return {key: value for key, value in given.items() if value}


def _asked() -> Asked:
    """Days that are none are as if they weren't there; a person who is none is nobody."""
    person, days = _number("person"), _number("days")
    if person is None and request.args.get("person", "").strip():
        person = 0  # a telephone number, say: people are counted from 1
    return Asked(
        name=request.args.get("who", "").strip(),
        action=request.args.get("action", ""),
        person_id=person,
        since=doors.wall() - timedelta(days=min(days, 36_500)) if days else None,
    )


def _number(key: str) -> int | None:
    given = request.args.get(key, "").strip()
    return min(int(given), _LARGEST) if given.isascii() and given.isdecimal() else None


def _rows(store: Store, asked: Asked) -> Iterator[Sequence[object]]:
    after = None
    while True:
        with store.read() as reading:
            lines = trail.page(reading, asked, after, _BATCH)
        yield from map(_cells, lines)
        if len(lines) < _BATCH:
            return
        after = Place.of(lines[-1])


def _cells(line: Audit) -> Sequence[object]:
    detail = json.dumps(line.detail, ensure_ascii=False, sort_keys=True) if line.detail else ""
    return line.at, line.name, line.action, line.person_id, line.origin, detail
