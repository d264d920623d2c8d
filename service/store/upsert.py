"""INSERT … ON CONFLICT, in the words that SQLite and PostgreSQL share."""

from sqlalchemy.dialects.postgresql import Insert, insert

# SQLite took the clause over from PostgreSQL, and SQLAlchemy compiles the one for either. What only
# PostgreSQL has, ON CONSTRAINT, isn't used.
__all__ = ["Insert", "insert"]
