"""The dry run: every line of a file is read and given its outcome. Nobody is brought in by it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.orm import Session

from service.imports import files, known, reading
from service.imports.lines import LineReader, Newcomer
from service.imports.reading import Line
from service.people.consent import written
from service.store.engine import Store
from service.store.import_tables import ImportFile, ImportLine

BATCH = 200  # lines; the write lock is held for some milliseconds
_SHOWN = 40  # characters of a number as it is written


def slices(
    store: Store, file: ImportFile, reader: LineReader, keys: Sequence[str]
) -> Iterator[None]:
    """Go on reading a file where it was left, a slice at a time, up to its end or until somebody else reads it."""
    cursor = file.cursor
    try:
        heading = reading.heading_of(files.parts_of(store, file.id), file.encoding)
    except reading.Unreadable as error:
        _fail(store, file.id, cursor, str(error))
        return
    read = files.parts_of(store, file.id)
    rest = (line for line in reading.lines_of(read, file.encoding, heading) if line.at > cursor)
    while batch := list(islice(rest, BATCH)):
        with store.read() as session:
            judged = _judged(session, file, batch, reader, keys)
        if not _written(store, file.id, cursor, judged):
            return
        cursor = batch[-1].at
        yield
    _end(store, file.id, cursor)
    files.forget_parts(store, file.id)


def _judged(
    session: Session,
    file: ImportFile,
    batch: Sequence[Line],
    reader: LineReader,
    keys: Sequence[str],
) -> list[dict[str, Any]]:
    rows = [_row(file.id, line, reader) for line in batch]
    handles = [row["handle"] for row in rows if row["outcome"] == files.READY]
    of_before = select(ImportLine.handle, ImportLine.line).where(
        ImportLine.file_id == file.id,
        ImportLine.handle.in_([way for handle in handles for way in written(handle)]),
        ImportLine.outcome != files.REFUSED,
    )
    earlier = {written(row.handle)[0]: row.line for row in session.execute(of_before)}
    seen = known.known(session, handles, file.channel, keys)
    for row in rows:
        if row["outcome"] == files.READY:
            row.update(_outcome(row["handle"], seen, earlier))
            if row["outcome"] != files.REFUSED:
                earlier[written(row["handle"])[0]] = row["line"]
        if row["outcome"] != files.READY:
            row["values"] = {}
    return rows


def _row(file_id: int, line: Line, reader: LineReader) -> dict[str, Any]:
    newcomer: Newcomer | None = None
    handle, faults = "", {"": line.problem}
    if not line.problem:
        newcomer, handle, faults = reader.read(line.cells)
    return {
        "file_id": file_id,
        "line": line.at,
        "number": line.cells.get(reading.NUMBER, "")[:_SHOWN],
        "handle": handle,
        "outcome": files.READY if newcomer else files.REFUSED,
        "columns": ", ".join(filter(None, faults)),
        "reason": " ".join(dict.fromkeys(faults.values())),
        "values": newcomer.values() if newcomer else {},
    }


def _outcome(handle: str, seen: known.Known, earlier: dict[str, int]) -> dict[str, str]:
    number, before = reading.NUMBER, earlier.get(written(handle)[0])
    if before is not None:
        reason = f"Line {before} has the same number."
        return {"outcome": files.REFUSED, "columns": number, "reason": reason}
    if handle in seen.out:
        return {"outcome": files.REFUSED, "columns": number, "reason": seen.out[handle]}
    if handle in seen.active:
        return {"outcome": files.UNCHANGED, "columns": "", "reason": known.ACTIVE}
    return {"outcome": files.READY}


def _written(store: Store, file_id: int, cursor: int, rows: Sequence[dict[str, Any]]) -> bool:
    """False: another process has read these lines, or the file is gone."""
    counted = {
        name: sum(row["outcome"] == name for row in rows)
        for name in (files.READY, files.REFUSED, files.UNCHANGED)
    }
    with store.write() as session:
        more = {name: getattr(ImportFile, name) + count for name, count in counted.items()}
        ours = _moved(session, file_id, cursor, {"cursor": rows[-1]["line"], **more})
        if ours:
            session.execute(insert(ImportLine), rows)
    return ours


def _moved(session: Session, file_id: int, cursor: int, changes: dict[str, Any]) -> bool:
    """Of several who read a file at once, one goes past each line."""
    moved = session.execute(
        update(ImportFile)
        .where(
            ImportFile.id == file_id,
            ImportFile.state == files.READING,
            ImportFile.cursor == cursor,
        )
        .values(changes),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(moved, CursorResult)
    return moved.rowcount == 1


def _end(store: Store, file_id: int, cursor: int) -> None:
    with store.write() as session:
        _moved(session, file_id, cursor, {"state": files.CHECKED})


def _fail(store: Store, file_id: int, cursor: int, problem: str) -> None:
    """Unless somebody else has read on: then its parts may be gone already."""
    with store.write() as session:
        _moved(session, file_id, cursor, {"state": files.UNREADABLE, "problem": problem})
