"""What is wrong with the settings, in words an operator can act on."""

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

_REASONS = {"string_pattern_mismatch": "is not of the right form"}


class SettingsError(Exception):
    """Settings that can't be used; the message says which, why and what to do."""


def sentence(item: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> str:
    """One of pydantic's errors, with the name of the environment and what the setting is for."""
    name = ".".join(str(part) for part in item["loc"]).upper()
    reason = _REASONS.get(item["type"]) or str(item["msg"]).removeprefix("Value error, ")
    field = fields.get(name.lower())
    hint = f" ({field.description})" if field and field.description else ""
    return f"{name}: {reason}{hint}" if name else reason
