"""Emergency numbers and crisis lines by country, from numbers.toml."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from messages.reading import Finding, TomlFile

FILE = "numbers.toml"


@dataclass(frozen=True, slots=True)
class Emergency:
    """What to call in one country."""

    number: str
    crisis: str  # "" for none that we know


def read_numbers(folder: Path, findings: list[Finding]) -> dict[str, Emergency]:
    """Country code -> its numbers."""
    file = TomlFile(folder, FILE, findings)
    numbers = dict(_by_country(file, "emergency", "number"))
    lines = dict(_by_country(file, "crisis", "line"))
    for country in lines.keys() - numbers.keys():
        file.wrong(country, "has a crisis line but no emergency number")
    return {
        country: Emergency(number, lines.get(country, "")) for country, number in numbers.items()
    }


def _by_country(file: TomlFile, table: str, field: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for fields in file.rows(table):
        value = file.text(f"{table} {fields.get('name', '')}".strip(), fields, field)
        for country in file.texts(table, fields, "countries"):
            if country in seen:
                file.wrong(country, f"stands in two rows of {table}")
            if not value.replace(" ", "").isdecimal():
                file.wrong(country, f"{value!r} is not a number to dial")
            seen.add(country)
            yield country, value
