"""Many rows of values in one statement: one round trip and one plan for all, not one for each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import FromClause, Text, bindparam, cast, column, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.types import TypeEngine

ROWS = "rows"  # the parameter that holds them


def batch(dialect: str, **types: TypeEngine[Any] | type[TypeEngine[Any]]) -> FromClause:
    """The rows as a table with these columns, to join an UPDATE with. No moments: JSON has none."""
    given = bindparam(ROWS, type_=Text)
    if dialect == "postgresql":
        columns = [column(name, kind) for name, kind in types.items()]
        rows = func.json_to_recordset(cast(given, JSON)).table_valued(*columns, name="batch")
        return rows.render_derived(with_types=True)
    each = func.json_each(given).table_valued("value", name="each")
    taken = (
        type_coerce(func.json_extract(each.c.value, f"$.{name}"), kind).label(name)
        for name, kind in types.items()
    )
    return select(*taken).subquery("batch")


def packed(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """The statement's parameter."""
    return {ROWS: json.dumps(rows)}
