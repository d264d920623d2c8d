"""Commits that needn't wait for the disk."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_OFF = text("SET LOCAL synchronous_commit = off")


def commit_lazily(session: Session) -> None:
    """Let this transaction go to the disk with the next durable one, half a second later at most.

    For what is done again where a crash of the server forgets it: on PostgreSQL, since SQLite's
    commits don't wait anyway. Nothing that was committed later is kept without it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_OFF)
