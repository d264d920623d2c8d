"""Lists of people as they are handed in on the dashboard."""

import io
from collections.abc import Sequence

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from service.imports import files
from service.runtime import Runtime
from service.store.import_tables import ImportFile, ImportLine
from tests.web.operators import Desk

HEADING = "number,country,zone,hours,consent_at,consent_source,consent_words"
AGREED = "2026-02-01,paper form,I agree to reminders"


def listed(*lines: str) -> bytes:
    return "\n".join([HEADING, *lines]).encode()


def hand_in(desk: Desk, content: bytes, name: str = "list.csv") -> TestResponse:
    token = desk.token("/dashboard/people/imports")
    file = FileStorage(io.BytesIO(content), name)
    # The client itself would leave a large one in a file that it doesn't close.
    boundary, body = encode_multipart({"csrf_token": token, "file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    return desk.client.post("/dashboard/people/imports", data=body, content_type=kind)


def looked_through(desk: Desk, content: bytes) -> str:
    """The address of the list's page, once it is read."""
    path = hand_in(desk, content).headers["Location"]
    desk.runtime.bring_in()
    return path


def counts(runtime: Runtime) -> tuple[int, int, int, int]:
    """How many lines are ready, unchanged, refused and written."""
    with runtime.store.read() as session:
        file = session.scalars(select(ImportFile)).one()
        return file.ready, file.unchanged, file.refused, file.written


def reasons(runtime: Runtime) -> Sequence[tuple[int, str, str]]:
    with runtime.store.read() as session:
        rows = select(ImportLine).where(ImportLine.outcome == files.REFUSED)
        found = session.scalars(rows.order_by(ImportLine.line))
        return [(row.line, row.columns, row.reason) for row in found]
