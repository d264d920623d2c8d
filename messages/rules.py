"""What the texts of one language must keep to: drugs and their condition, promises, capitals."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from messages.reading import Finding, TomlFile


@dataclass(frozen=True, slots=True)
class Rules:
    """The lists of a language's rules.toml, in lower case but for the capitals."""

    drugs: tuple[str, ...]  # beginnings of their names
    conditions: tuple[str, ...]
    promises: tuple[str, ...]
    capitals: frozenset[str]  # words in capitals that offer nothing

    def drug_without_condition(self, text: str) -> str:
        """A drug that the text names although it doesn't say under which condition; "" for none."""
        said = text.lower()
        if any(condition in said for condition in self.conditions):
            return ""
        return next((drug for drug in self.drugs if drug in said), "")

    def promise(self, text: str) -> str:
        return next((phrase for phrase in self.promises if _whole(phrase, text)), "")


def read_rules(folder: Path, language: str, findings: list[Finding]) -> Rules:
    file = TomlFile(folder, f"{language}/rules.toml", findings)
    lists = {
        key: file.texts(key, file.tables, key)
        for key in ("drugs", "conditions", "promises", "capitals")
    }
    for key, found in lists.items():
        if not found:
            file.wrong(key, "is empty, so nothing would be checked against it")
    drugs, conditions, promises, capitals = lists.values()
    return Rules(_lower(drugs), _lower(conditions), _lower(promises), frozenset(capitals))


def _lower(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text.lower() for text in texts)


def _whole(phrase: str, text: str) -> bool:
    if not phrase.isascii():  # Chinese has no blanks around a word
        return phrase in text
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text.lower()) is not None
