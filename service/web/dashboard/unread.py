"""What wasn't understood, masked, and what the matcher thought of it."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service import cursors
from service.conversation import unread_texts
from service.conversation.explain import think
from service.conversation.masking import PLACEHOLDERS, readable
from service.conversation.unread_texts import Place
from service.operators.accounts import OPERATOR
from service.store.unread_tables import Unread
from service.web import spreadsheet
from service.web.dashboard import doors

PAGE = 50
EXPORTED = 5_000  # rows of a file
_HEADER = (
    "text", "language (guessed)", "times", "last seen (UTC, day)", "read as", "rule", "confidence",
    "nearest", "topic that it means", "language",
)  # fmt: skip

blueprint = Blueprint("unread", __name__, url_prefix="/dashboard/unread")
blueprint.after_request(doors.not_kept)


@blueprint.get("")
@doors.wants(OPERATOR)
def newest() -> ResponseReturnValue:
    rows = _rows(PAGE + 1, _after())
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    following = (
        url_for(".newest", language=_language() or None, after=_place_of(more)) if more else ""
    )
    return render_template(
        "dashboard/unread.html",
        rows=rows[:PAGE],
        following=following,
        later=bool(request.args.get("after")),
        language=_language(),
        languages=doors.runtime().catalogue.languages,
        kept=doors.runtime().settings.keeps_unread,
        days=unread_texts.KEPT.days,
        most=EXPORTED,
    )


@blueprint.get("/text/<likeness>")
@doors.wants(OPERATOR)
def thought(likeness: str) -> ResponseReturnValue:
    runtime = doors.runtime()
    with runtime.store.read() as reading:
        row = unread_texts.find(reading, likeness) if runtime.settings.keeps_unread else None
        if row is None:
            abort(404)
        reading.expunge(row)
    return render_template(
        "dashboard/unread_text.html",
        row=row,
        thought=think(readable(row.text), runtime.catalogue.vocabulary),
        masked=any(placeholder in row.text for placeholder in PLACEHOLDERS),
    )


@blueprint.get("/unread.csv")
@doors.wants(OPERATOR)
def export() -> ResponseReturnValue:
    """For translators: what they add to the examples stands in the last two columns."""
    with doors.runtime().store.write() as session:
        doors.note(session, "unread texts exported")
    table = (
        (
            row.text, row.language, row.times, f"{row.last_at:%Y-%m-%d}", row.topic, row.rule,
            row.confidence, row.nearest, "", "",
        )
        for row in _rows(EXPORTED, None)
    )  # fmt: skip
    return spreadsheet.download("upright-not-understood", _HEADER, table)


def _rows(size: int, after: Place | None) -> Sequence[Unread]:
    runtime = doors.runtime()
    if not runtime.settings.keeps_unread:  # what is there still is about to go
        return []
    with runtime.store.read() as reading:
        rows = unread_texts.newest(reading, size, language=_language(), after=after)
        reading.expunge_all()
    return rows


def _language() -> str:
    asked = request.args.get("language", "")
    return asked if asked in doors.runtime().catalogue.languages else ""


def _place_of(row: Unread) -> str:
    return cursors.written(row.last_at, row.likeness)


def _after() -> Place | None:
    """Where the page before ended. An address that somebody has changed: 400."""
    after = request.args.get("after", "")
    if not after:
        return None
    try:
        return cursors.read(after)
    except ValueError:
        abort(400)
