"""Lists of people: handed in, looked through, and brought in once they are confirmed."""

from collections.abc import Iterator

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.imports import files, going_on, reading
from service.operators import accounts
from service.operators.accounts import OPERATOR
from service.people.naming import masked
from service.store.import_tables import ImportFile
from service.web import spreadsheet
from service.web.dashboard import doors

_UPLOAD = "import_upload"
_NONE = "Choose a file first."
_NOWHERE = "No channel that reaches people by their number is set up here."
_GONE = "This list is no longer kept: hand it in again."
_THROWN, _UNDER_WAY = "The list is thrown away.", "It is being brought in already."
_EXAMPLE = (
    "+14155550100", "US", "English", "", "9-17", "Mon-Fri", "60", "2026-01-31",
    "paper form, front desk", "I agree to get up to 8 stretch reminders a day by text. Reply STOP to end.",
)  # fmt: skip


def register(blueprint: Blueprint) -> None:
    blueprint.url_value_preprocessor(_take_more)
    blueprint.add_url_rule("/imports", "imports", show_all)
    blueprint.add_url_rule("/imports", _UPLOAD, upload, methods=["POST"])
    blueprint.add_url_rule("/imports/example.csv", "import_example", example)
    blueprint.add_url_rule("/imports/<int:file_id>", "import_file", show)
    blueprint.add_url_rule("/imports/<int:file_id>/refused.csv", "import_refused", refused)
    for name, view in (("confirm", confirm), ("discard", discard)):
        path = f"/imports/<int:file_id>/{name}"
        blueprint.add_url_rule(path, f"import_{name}", view, methods=["POST"])


def _take_more(endpoint: str | None, _values: object) -> None:
    """Before anything reads the form: an operator may hand in more than others may."""
    if endpoint == f"people.{_UPLOAD}":
        operator = doors.signed_in()
        if operator is not None and accounts.may(operator, OPERATOR):
            request.max_content_length = files.LARGEST + 64 * 1024  # and what is around the file


@doors.wants(OPERATOR)
def show_all() -> ResponseReturnValue:
    with doors.runtime().store.read() as session:
        kept = files.latest(session)
        session.expunge_all()
    return render_template(
        "dashboard/people/imports.html",
        kept=kept,
        columns=reading.COLUMNS,
        most=files.LARGEST // 1024 // 1024,
    )


@doors.wants(OPERATOR)
def upload() -> ResponseReturnValue:
    runtime, sent = doors.runtime(), request.files.get("file")
    channel = going_on.channel_of(runtime.house)
    if sent is None or not sent.filename or not channel:
        flash(_NONE if channel else _NOWHERE, "warning")
        return redirect(url_for("people.imports"), 303)

    def parts() -> Iterator[bytes]:
        sent.stream.seek(0)
        return iter(lambda: sent.stream.read(files.PART), b"")

    try:
        kept, _ = files.keep(runtime.store, parts, sent.filename, channel, runtime.now())
    except reading.Unreadable as error:
        flash(str(error), "danger")
        return redirect(url_for("people.imports"), 303)
    with runtime.store.write() as session:
        doors.note(session, "list handed in", file=kept)
    return redirect(url_for("people.import_file", file_id=kept), 303)


@doors.wants(OPERATOR)
def example() -> ResponseReturnValue:
    return spreadsheet.download("example", reading.COLUMNS, [_EXAMPLE])


@doors.wants(OPERATOR)
def show(file_id: int) -> ResponseReturnValue:
    after = request.args.get("after", 0, int)
    with doors.runtime().store.read() as session:
        file = _file(session, file_id)
        lines = files.lines(session, file_id, files.REFUSED, after, files.SHOWN + 1)
        session.expunge_all()
    return render_template(
        "dashboard/people/import.html",
        file=file,
        lines=lines[: files.SHOWN],
        following=lines[files.SHOWN - 1].line if len(lines) > files.SHOWN else 0,
        after=after,
        masked=masked,
    )


@doors.wants(OPERATOR)
def refused(file_id: int) -> ResponseReturnValue:
    """Numbers as they are in the file that the operator has: noted all the same."""
    store = doors.runtime().store
    with store.write() as session:
        _file(session, file_id)
        doors.note(session, "refused lines exported", file=file_id)
    lines = files.every_line(store, file_id, files.REFUSED)
    rows = ((each.line, each.number, each.columns, each.reason) for each in lines)
    return spreadsheet.download("refused", ("line", "number", "columns", "reason"), rows)


@doors.wants(OPERATOR)
def confirm(file_id: int) -> ResponseReturnValue:
    """Once, however often it is sent."""
    with doors.runtime().store.write(durable=True) as session:
        if files.confirm(session, file_id, doors.runtime().now()):
            doors.note(
                session, "import confirmed", file=file_id, people=_file(session, file_id).ready
            )
        elif files.find(session, file_id) is None:
            abort(404, _GONE)
    return redirect(url_for("people.import_file", file_id=file_id), 303)


@doors.wants(OPERATOR)
def discard(file_id: int) -> ResponseReturnValue:
    with doors.runtime().store.write() as session:
        thrown = files.discard(session, file_id, doors.runtime().now())
        if thrown:
            doors.note(session, "list thrown away", file=file_id)
    flash(_THROWN if thrown else _UNDER_WAY, "info")
    return redirect(url_for("people.imports"), 303)


def _file(session: Session, file_id: int) -> ImportFile:
    file = files.find(session, file_id)
    if file is None:
        abort(404, _GONE)
    return file
