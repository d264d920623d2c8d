"""Which words stand as buttons under a text, from buttons.toml."""

from collections.abc import Mapping
from pathlib import Path

from messages.keys import ANSWERS, NEEDED, OFFERED
from messages.reading import Finding, TomlFile

FILE = "buttons.toml"
FAMILIES = frozenset({"reminder", "stretch", "topic"})  # the keys that stand for many texts


def read_buttons(folder: Path, findings: list[Finding]) -> Mapping[str, tuple[str, ...]]:
    """Text key or family -> names of keywords, and digits that stand for themselves."""
    file = TomlFile(folder, FILE, findings)
    fields = file.tables.get("under")
    if not isinstance(fields, dict):
        file.wrong("under", "is missing: no text would have a button")
        return {}
    under = {key: file.texts(key, fields, key) for key in fields}
    for key, names in under.items():
        if key not in NEEDED and key not in FAMILIES:
            file.wrong(key, "is no text that we say")
        for name in names:
            if name not in (*OFFERED, *ANSWERS) and not name.isdecimal():
                file.wrong(key, f"{name} is no keyword that we offer: see words.keyword")
    for family in sorted(FAMILIES - under.keys()):
        file.wrong(family, "is missing")
    return under
