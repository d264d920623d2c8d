"""Statements of which thousands run in a minute, put into SQL once and handed to the driver itself.

SQLAlchemy writes them and knows the types. Run through it, each would cost several times what the
database does for it.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import JSON, BindParameter, Dialect, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from service.store.base import Utc
from service.store.json_text import to_json

Statement: TypeAlias = Select[*tuple[Any, ...]] | Insert | Update
Values: TypeAlias = Mapping[str, Any]
Row: TypeAlias = tuple[Any, ...]
_MOMENTS = 64  # kept as a driver takes them: one comes in several values, of several statements
_Convert: TypeAlias = Callable[[Any], Any]
_moments: dict[str, _Convert] = {}  # by dialect


class Prepared:
    """A statement. What changes from one time to the next are bindparams.

    Python-side defaults of columns don't apply: name every value. No `in_`: it is spelt anew for
    each number of values.
    """

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._spellings: dict[str, Spelling] = {}

    def spelt(self, dialect: Dialect) -> "Spelling":
        known = self._spellings.get(dialect.name)
        if known is None:
            known = self._spellings[dialect.name] = Spelling(self.statement, dialect)
        return known


class Spelling:
    """A statement as one driver takes it: its SQL, its values and its rows."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        # psycopg's other cursors take names, and look each of them up for every use.
        self._raw = dialect.driver == "psycopg"
        compiled = statement.compile(dialect=_numbered(dialect) if self._raw else dialect)
        assert isinstance(compiled, SQLCompiler)
        assert compiled.positiontup is not None
        self.sql = compiled.string
        self._dbapi = dialect.loaded_dbapi
        names = compiled.positiontup
        self._filled: list[Any] = [None] * len(names)  # copied for each use
        self._as_they_are: list[tuple[int, str]] = []
        self._converted: list[tuple[int, str, _Convert]] = []
        for place, name in enumerate(names):
            bind = compiled.binds[name]
            convert = _going_in(bind, dialect)
            if not bind.required:
                self._filled[place] = convert(bind.effective_value)
            elif convert is _as_it_is:
                self._as_they_are.append((place, name))
            else:
                self._converted.append((place, name, convert))
        columns = list(statement.exported_columns)
        self.has_rows = bool(columns)
        converters = (_coming_out(column.type, dialect) for column in columns)
        self._converters = [(at, convert) for at, convert in enumerate(converters) if convert]

    def cursor(self, driver: Any) -> Any:
        """One for this statement alone, on a connection of the driver's."""
        return self._dbapi.RawCursor(driver) if self._raw else driver.cursor()

    def arguments(self, values: Values) -> list[Any]:
        """As the driver takes them. Raises KeyError for one that is missing."""
        filled = self._filled.copy()
        for place, name in self._as_they_are:
            filled[place] = values[name]
        for place, name, convert in self._converted:
            filled[place] = convert(values[name])
        return filled

    def row(self, raw: Row) -> Row:
        values = list(raw)
        for at, convert in self._converters:
            if values[at] is not None:
                values[at] = convert(values[at])
        return tuple(values)


def _numbered(dialect: Dialect) -> Dialect:
    """One that writes $1, $2 as PostgreSQL itself does."""
    alike: Callable[..., Dialect] = type(dialect)
    return alike(paramstyle="numeric_dollar")


def _going_in(bind: BindParameter[Any], dialect: Dialect) -> _Convert:
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return _as_it_is
    if isinstance(bind.type, Utc):
        return _moments.setdefault(dialect.name, lru_cache(_MOMENTS)(convert))
    if isinstance(bind.type, JSON):
        return to_json  # as text for every driver: psycopg prepares anew for each type of value
    return convert


def _coming_out(type_: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def _as_it_is(value: Any) -> Any:
    return value
