"""JSON in a column, as text. Most of ours is empty, and then no parser is asked."""

import json
from typing import Any


def to_json(value: Any) -> str:
    return "{}" if value == {} else json.dumps(value)


def from_json(text: str | bytes) -> Any:
    """psycopg hands bytes over, SQLite's driver text."""
    if text in ("[]", b"[]"):
        return []
    return {} if text in ("{}", b"{}") else json.loads(text)
