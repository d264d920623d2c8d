"""What the database may do to its caller, in words an operator can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StoreBusy(Exception):
    """The database didn't come free in time. Nothing was written; try again."""


class StoreFailed(Exception):
    """The database can't be used; the message says what to do.

    Nothing was written, unless a server was lost in the very commit: then nobody here can know.
    """


OLD_TABLES = "the database's tables are missing or old: run `upright migrate`"
ALL_IN_USE = "all database connections are in use: try again"


class Meaning(Protocol):
    def __call__(
        self, error: BaseException | None, *, writing: bool
    ) -> StoreBusy | StoreFailed | None:
        """What a driver's error means to a caller; None for one that is our own mistake."""


@contextmanager
def told(meaning: Meaning, *, writing: bool, driver: type[Exception]) -> Iterator[None]:
    """Turn the driver's errors into StoreBusy and StoreFailed; one of our own SQL stays, as SQLAlchemy's."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreBusy(ALL_IN_USE) from error
    except DBAPIError as error:
        meant = meaning(error.orig, writing=writing)
        if meant is None:
            raise
        raise meant from error
    except driver as error:
        raise (
            meaning(error, writing=writing) or DBAPIError.instance(None, None, error, driver)
        ) from error
