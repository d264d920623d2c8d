import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from messages.catalogue import FOLDER, Catalogue
from messages.classifier import FILE
from messages.examples import fingerprint
from messages.language import Language

_SAYS_NOTHING = {"classes": ["UNKNOWN"], "bias": [0], "weights": {}}


@dataclass(frozen=True)
class Fault:
    """A file, what stands in it, what stands there instead, and how the finding about it goes on."""

    file: str
    old: str
    new: str
    at: str  # file and key
    reason: str


@pytest.fixture(scope="session")
def languages(catalogue: Catalogue) -> Mapping[str, Language]:
    return catalogue._languages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return english(tmp_path / "messages")


def english(copy: Path) -> Path:
    """A copy of our messages that a test may break: English alone, for speed."""
    shutil.copytree(FOLDER / "en", copy / "en", ignore=shutil.ignore_patterns("*examples.toml"))
    for name in ("numbers.toml", "claims.toml", "figures.toml", "buttons.toml"):
        shutil.copy(FOLDER / name, copy)
    learn(copy)
    return copy


def learn(folder: Path) -> None:
    """A classifier that knows nothing, but was made from the examples in the folder."""
    made = {"topics": _SAYS_NOTHING, "languages": _SAYS_NOTHING | {"classes": ["en"]}}
    examples = fingerprint(folder)
    (folder / FILE).write_text(json.dumps(made | {"examples": examples}), "utf-8")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text, f"{file.name}: {old}"
    file.write_text(text.replace(old, new, 1), "utf-8")


def put(folder: Path, faults: Iterable[Fault]) -> None:
    for fault in faults:
        edit(folder / fault.file, fault.old, fault.new)


def missed(faults: Iterable[Fault], said: Sequence[str]) -> list[Fault]:
    """Faults that no line of findings names by file, key and reason."""
    return [
        fault
        for fault in faults
        if not any(line.startswith(f"{fault.at}: ") and fault.reason in line for line in said)
    ]
