"""Reading the TOML files of the catalogue; whatever is wrong with one becomes a finding."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNREAD = "-"  # the key of a finding about a file as a whole


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: the file (from the messages folder), the key in it, and the reason."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason}"


def roots(findings: list[Finding]) -> list[Finding]:
    """Files that can't be read, where there are any: all else that is missing follows from them."""
    unread = [finding for finding in findings if finding.key == UNREAD]
    return unread or findings


class TomlFile:
    """One file of the catalogue; what it lacks is added to `findings`, and reading goes on."""

    def __init__(self, folder: Path, name: str, findings: list[Finding]) -> None:
        self.name = name
        self._findings = findings
        self.tables: dict[str, Any] = {}
        try:
            self.tables = tomllib.loads((folder / name).read_text("utf-8"))
        except FileNotFoundError:
            self.wrong(UNREAD, "the file is missing")
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.wrong(UNREAD, f"can't be read: {error}")

    def wrong(self, key: str, reason: str) -> None:
        self._findings.append(Finding(self.name, key, reason))

    def table(self, *path: str) -> dict[str, dict[str, Any]]:
        """The tables under a table, or at the top: key -> fields. Empty when it isn't there."""
        found: Any = self.tables
        for step in path:
            found = found.get(step, {})
            if not self._is_table(step, found):
                return {}
        return {key: fields for key, fields in found.items() if self._is_table(key, fields)}

    def rows(self, key: str) -> list[dict[str, Any]]:
        """The tables of an array such as [[emergency]]. Empty when it isn't there."""
        found = self.tables.get(key, [])
        if not isinstance(found, list):
            self.wrong(key, "must be rows, each beginning with [[" + key + "]]")
            return []
        return [row for row in found if self._is_table(key, row)]

    def _is_table(self, key: str, fields: object) -> bool:
        if isinstance(fields, dict):
            return True
        self.wrong(key, "must be a table, such as [settings.KEY] with a text in it")
        return False

    def text(self, key: str, fields: dict[str, Any], field: str) -> str:
        """A field that must be a text; "" and a finding when it isn't one."""
        value = fields.get(field)
        if isinstance(value, str):
            return value.strip()
        self.wrong(key, f"{field} is missing" if value is None else f"{field} must be a text")
        return ""

    def flag(self, key: str, fields: dict[str, Any], field: str) -> bool:
        value = fields.get(field, False)
        if not isinstance(value, bool):
            self.wrong(key, f"{field} must be true or false")
        return value is True

    def texts(self, key: str, fields: dict[str, Any], field: str) -> tuple[str, ...]:
        """A field that must be a list of texts; empty and a finding when it isn't one."""
        value = fields.get(field)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.wrong(key, f"{field} must be a list of texts")
        return ()
