"""Who waits on PostgreSQL until somebody else has decided."""

from sqlalchemy import text

from service.store.engine import Store


def waits(store: Store) -> bool:
    """Does anybody wait for a turn?"""
    asked = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with store.read() as session:
        return bool(session.scalar(asked))
