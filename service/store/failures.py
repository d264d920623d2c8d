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


def meant(
    error: BaseException, meaning: Meaning, *, writing: bool, driver: type[Exception]
) -> Exception | None:
    """What a caller is told instead of this error; None: the error itself.

    An error of the driver's that is a mistake in our own SQL becomes SQLAlchemy's.
    """
    if isinstance(error, PoolTimeout):
        return StoreBusy(ALL_IN_USE)
    if isinstance(error, DBAPIError):
        return meaning(error.orig, writing=writing)
    if isinstance(error, driver):
        return meaning(error, writing=writing) or DBAPIError.instance(None, None, error, driver)
    return None


@contextmanager
def told(meaning: Meaning, *, writing: bool, driver: type[Exception]) -> Iterator[None]:
    """Turn the errors of a block into what `meant` says."""
    try:
        yield
    except (PoolTimeout, DBAPIError, driver) as error:
        instead = meant(error, meaning, writing=writing, driver=driver)
        if instead is None:
            raise
        raise instead from error
