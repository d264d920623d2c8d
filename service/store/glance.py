"""A session for whoever may need one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType

from sqlalchemy.orm import Session


class Glance:
    """As engine.Store.glance says."""

    def __init__(self, opening: Callable[[], AbstractContextManager[Session]]) -> None:
        self._opening = opening
        self._opened: tuple[AbstractContextManager[Session], Session] | None = None

    def __enter__(self) -> Callable[[], Session]:
        return self._session

    def _session(self) -> Session:
        if self._opened is None:
            opening = self._opening()
            self._opened = opening, opening.__enter__()
        return self._opened[1]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._opened is not None:
            self._opened[0].__exit__(kind, error, trace)
