"""WHATSAPP_TEMPLATES: what may be sent to somebody who hasn't written for a day, by language."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DEFAULT = "en"  # what everybody gets whose language has no template
PLACEHOLDERS = ("{programme}", "{text}")
LANGUAGES = frozenset(
    path.parent.name for path in (Path(__file__).parent.parent / "messages").glob("*/replies.toml")
)
_SID = re.compile(r"HX[0-9a-fA-F]{32}")
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
_KEYS = frozenset({"sid", "variables"})


@dataclass(frozen=True, slots=True)
class Template:
    """A text that Meta approved: its Content SID at Twilio, and what fills its variables."""

    sid: str
    variables: Mapping[str, str] = field(default_factory=dict)  # number: text with PLACEHOLDERS


@dataclass(frozen=True, slots=True)
class Templates:
    """By language; `notices` are for what we ask or say beside reminders, and may be missing."""

    reminders: Mapping[str, Template] = field(default_factory=dict)
    notices: Mapping[str, Template] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.reminders)

    def of(self, language: str, *, notice: bool) -> Template | None:
        found = self.notices if notice else self.reminders
        return found.get(language) or found.get(DEFAULT)


def parse(text: str) -> Templates:
    """The templates in the setting; empty: none. Raises ValueError, which says what is wrong."""
    if not text.strip():
        return Templates()
    try:
        given = json.loads(text)
    except ValueError as error:
        raise ValueError(f"is no JSON ({error})") from None
    if not isinstance(given, dict) or DEFAULT not in given:
        raise ValueError(f'must be an object with a template for "{DEFAULT}" at least')
    unknown = sorted(given.keys() - LANGUAGES)
    if unknown:
        raise ValueError(f'knows no language "{unknown[0]}", only {", ".join(sorted(LANGUAGES))}')
    reminders = {name: _template(row, name, _KEYS | {"notice"}) for name, row in given.items()}
    notices = {
        name: _template(row["notice"], f"{name}, notice", _KEYS)
        for name, row in given.items()
        if "notice" in row
    }
    if notices and DEFAULT not in notices:
        raise ValueError(f'needs a notice for "{DEFAULT}" where another language has one')
    return Templates(reminders, notices)


def _template(row: Any, name: str, keys: frozenset[str]) -> Template:
    if not isinstance(row, dict) or not _SID.fullmatch(str(row.get("sid", ""))):
        raise ValueError(f'{name}: "sid" must be a Content SID, HX and 32 hexadecimal digits')
    unknown = sorted(row.keys() - keys)
    if unknown:
        raise ValueError(f'{name}: knows no "{unknown[0]}", only {", ".join(sorted(keys))}')
    variables = row.get("variables", {})
    if not isinstance(variables, dict):
        raise ValueError(f'{name}: "variables" must be an object, such as {{"1": "{{text}}"}}')
    for number, value in variables.items():
        _check_variable(f"{name}, variable {number}", number, value)
    return Template(row["sid"], variables)


def _check_variable(where: str, number: str, value: Any) -> None:
    if not re.fullmatch(r"[1-9]\d?", number, re.ASCII):
        raise ValueError(f"{where}: is named by its number in the template, from 1 on")
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{where}: must be a text that isn't empty")
    for found in _BRACES.findall(value):
        if found not in PLACEHOLDERS:
            known = " and ".join(PLACEHOLDERS)
            raise ValueError(f"{where}: knows no placeholder {found}, only {known}")
