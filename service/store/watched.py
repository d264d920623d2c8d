"""Connections whose server may fall silent: no statement's answer is waited for without end.

The server ends a statement that takes too long, unless the server itself is frozen, or behind a
network that acknowledges our words and swallows its own.
"""

from typing import Any, TypeVar

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

T = TypeVar("T")


class Watched(Connection[Any]):
    """`limit`: seconds that an answer may take. Past it the connection is closed: OperationalError."""

    limit = 12.0  # until its store says otherwise

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        try:
            return super().wait(gen, interval, self.limit if timeout is None else timeout)
        except _WaitTimeout:  # a private name, of which psycopg says that callers handle it
            self.close()  # what it still brings would pass for the answer to the next statement
            raise OperationalError("the server doesn't answer") from None


def connect(_dialect: Any, _record: Any, places: Any, names: Any) -> Watched:
    """As SQLAlchemy's event do_connect has it."""
    return Watched.connect(*places, **names)
