"""Every text in every language, to be read. The files are where they are changed."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from messages.review_sheet import OVERDUE, UNREVIEWED, Sheet, Text, Version, sheet
from service.operators.accounts import VIEWER
from service.web import spreadsheet
from service.web.dashboard import doors

PAGE = 15  # texts
_STATES = (UNREVIEWED, OVERDUE)
_HEADER = (
    "key", "section", "language", "file", "table", "form", "text", "as most people get it", "segments",
    "encoding", "segments at its worst", "budget", "claims", "reviewer", "reviewed", "holds until",
    "agreed (yes or no)", "what to change", "your name", "date",
)  # fmt: skip

blueprint = Blueprint("words", __name__, url_prefix="/dashboard/words")
blueprint.after_request(doors.not_kept)


@blueprint.get("")
@doors.wants(VIEWER)
def texts() -> ResponseReturnValue:
    found, page = _found(), request.args.get("page", 1, type=int)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    today = _today()
    return render_template(
        "dashboard/words.html",
        sheet=_sheet(),
        found=found[(page - 1) * PAGE : page * PAGE],
        many=len(found),
        page=page,
        pages=pages,
        shown=_languages(),
        asked=_asked(),
        counts=_counts(today),
        today=today,
    )


@blueprint.get("/text/<key>")
@doors.wants(VIEWER)
def text(key: str) -> ResponseReturnValue:
    found = _sheet().texts.get(key)
    if found is None:
        abort(404)
    return render_template("dashboard/word.html", text=found, today=_today())


@blueprint.get("/review.csv")
@doors.wants(VIEWER)
def review() -> ResponseReturnValue:
    """What is chosen on the page, with room for what a clinician says to it."""
    return spreadsheet.download("upright-review", _HEADER, _rows(_found(), _languages()))


def _rows(found: Sequence[Text], languages: Sequence[str]) -> Iterator[Sequence[object]]:
    for each in found:
        for version in each.versions:
            if version.language not in languages:
                continue
            claims = "\n".join(f"{claim.id}: {claim.wording}" for claim in version.claims)
            signed = version.review.reviewer, version.review.reviewed or "", version.until or ""
            for form in version.forms:
                yield (
                    each.key, each.section, version.language, version.file, version.table, form.name,
                    form.template, form.usual, form.size.count, form.size.encoding,
                    form.worst_size.count, form.budget, claims, *signed, "", "", "", "",
                )  # fmt: skip


def _sheet() -> Sheet:
    return sheet(doors.runtime().catalogue)


def _today() -> date:
    return doors.wall().date()


def _asked() -> dict[str, str]:
    return {
        name: request.args.get(name, "").strip() for name in ("section", "language", "state", "q")
    }


def _languages() -> Sequence[str]:
    """Those that are shown."""
    every, asked = _sheet().languages, request.args.get("language", "")
    return (asked,) if asked in every else every


def _found() -> Sequence[Text]:
    asked, today, languages = _asked(), _today(), _languages()

    def wanted(version: Version) -> bool:
        return version.language in languages and version.state(today) == asked["state"]

    return [
        each
        for each in _sheet().texts.values()
        if asked["section"] in {"", each.section}
        and (asked["state"] not in _STATES or any(map(wanted, each.versions)))
        and (not asked["q"] or each.holds(asked["q"]))
    ]


def _counts(today: date) -> dict[str, int]:
    """How many texts, each language counted, want a clinician's eyes."""
    states = [version.state(today) for each in _sheet().texts.values() for version in each.versions]
    return {"all": len(states), **{state: states.count(state) for state in _STATES}}
