"""Files of lists: kept in the database, where every process and host finds them, until they expire."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.imports import reading
from service.store.engine import Store
from service.store.import_tables import ImportFile, ImportLine, ImportPart

LARGEST = 20 * 1024 * 1024  # bytes
PART = 64 * 1024  # bytes; written within a few milliseconds
KEPT = timedelta(days=1)
READING, CHECKED, WRITING, DONE, UNREADABLE = "reading", "checked", "writing", "done", "unreadable"
UNDER_WAY = (READING, WRITING)
READY, REFUSED, UNCHANGED, WRITTEN = "ready", "refused", "unchanged", "written"
SHOWN = 100  # lines on a page
_LISTED = 50  # lists
_BATCH = 500  # lines; the write lock is held for a few milliseconds


def keep(
    store: Store, parts: Callable[[], Iterable[bytes]], name: str, channel: str, now: datetime
) -> tuple[int, bool]:
    """Keep a file to be read: the number under which it is kept, and whether it is new.

    The same file again is the one before, until its people are written. `parts` gives the file from
    its start, whenever it is called; `channel`: on which its people will be reached. Raises
    reading.Unreadable.
    """
    digest, size = hashlib.sha256(channel.encode()), 0
    for part in parts():
        digest.update(part)
        size += len(part)
    with store.read() as session:
        known = session.scalars(
            select(ImportFile.id).where(
                ImportFile.digest == digest.hexdigest(),
                ImportFile.state.in_((READING, CHECKED, WRITING)),
            )
        ).first()
    if known is not None:
        return known, False
    encoding = reading.encoding_of(parts())
    heading = reading.heading_of(parts(), encoding)
    file = ImportFile(
        name=name[-200:], digest=digest.hexdigest(), size=size, encoding=encoding, channel=channel,
        state=UNREADABLE, ignored=", ".join(heading.ignored)[:1000], created_at=now,
        expires_at=now + KEPT,
    )  # fmt: skip
    with store.write() as session:
        session.add(file)
        session.flush()
        kept = file.id
    for number, part in enumerate(parts()):
        with store.write() as session:
            session.add(ImportPart(file_id=kept, number=number, content=part))
    with store.write() as session:  # only now is all of it there
        session.get_one(ImportFile, kept).state = READING
    return kept, True


def parts_of(store: Store, file_id: int) -> Iterator[bytes]:
    """The file again, a piece at a time."""
    number = 0
    while True:
        with store.read() as session:
            part = session.get(ImportPart, (file_id, number))
        if part is None:
            return
        yield part.content
        number += 1


def find(session: Session, file_id: int) -> ImportFile | None:
    return session.get(ImportFile, file_id)


def latest(session: Session) -> Sequence[ImportFile]:
    return session.scalars(select(ImportFile).order_by(ImportFile.id.desc()).limit(_LISTED)).all()


def lines(
    session: Session, file_id: int, outcome: str, after: int, size: int = SHOWN
) -> Sequence[ImportLine]:
    """Those with an outcome, behind a line of the file."""
    rows = select(ImportLine).where(
        ImportLine.file_id == file_id, ImportLine.outcome == outcome, ImportLine.line > after
    )
    return session.scalars(rows.order_by(ImportLine.line).limit(size)).all()


def every_line(store: Store, file_id: int, outcome: str) -> Iterator[ImportLine]:
    """All of them, each batch read at a moment of its own."""
    after = 0
    while True:
        with store.read() as session:
            batch = lines(session, file_id, outcome, after, _BATCH)
            session.expunge_all()
        yield from batch
        if len(batch) < _BATCH:
            return
        after = batch[-1].line


def confirm(session: Session, file_id: int, now: datetime) -> bool:
    """Write its people from now on. Doing it again changes nothing: False then."""
    file = session.get(ImportFile, file_id, with_for_update=True)
    if file is None or file.state != CHECKED:
        return False
    file.state, file.expires_at = WRITING, now + KEPT
    return True


def discard(session: Session, file_id: int, now: datetime) -> bool:
    """It is removed by the next purge; not one whose people are being written."""
    file = session.get(ImportFile, file_id, with_for_update=True)
    if file is None or file.state == WRITING:
        return False
    file.state, file.expires_at = DONE if file.state == DONE else UNREADABLE, now
    file.problem = file.problem or "It was thrown away."
    return True


def purge(store: Store, now: datetime, rest: Callable[[], bool]) -> None:
    """Remove what has expired, some at a time. `rest`: as in outbox/retention.py."""
    with store.read() as session:
        ended = select(ImportFile.id).where(
            ImportFile.expires_at <= now, ImportFile.state != WRITING
        )
        gone = session.scalars(ended).all()
    for file_id in gone:
        while _some(store, file_id):
            if not rest():
                return
        with store.write() as session:
            session.execute(delete(ImportFile).where(ImportFile.id == file_id))


def forget_parts(store: Store, file_id: int) -> None:
    """What is read is read: its numbers are kept in one place only."""
    while _part(store, file_id):
        pass


def _some(store: Store, file_id: int) -> bool:
    return _part(store, file_id) or _lines(store, file_id)


def _part(store: Store, file_id: int) -> bool:
    with store.write() as session:
        last = session.scalar(
            select(func.max(ImportPart.number)).where(ImportPart.file_id == file_id)
        )
        if last is not None:
            session.execute(
                delete(ImportPart).where(ImportPart.file_id == file_id, ImportPart.number == last)
            )
    return last is not None


def _lines(store: Store, file_id: int) -> bool:
    with store.write() as session:
        some = session.scalars(
            select(ImportLine.line).where(ImportLine.file_id == file_id).limit(_BATCH)
        ).all()
        gone = delete(ImportLine).where(ImportLine.file_id == file_id, ImportLine.line.in_(some))
        session.execute(gone, execution_options={"synchronize_session": False})
    return bool(some)
