"""The example texts from which the classifier is made, and how we know that it was made from these."""

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_KEYWORDS = "keywords.toml"
_SOURCES = ("*examples.toml", _KEYWORDS)
_TAUGHT_BY = ("*examples.toml", _KEYWORDS, "red_flags.toml")
_RECIPE = b"1"  # another number when features, cues or the fit change
Example = tuple[str, str, str]  # text, topic, language


def read_examples(folder: Path) -> list[Example]:
    """All examples of all languages; a keyword and its aliases are examples too."""
    return [example for path in _sources(folder) for example in _read(path)]


def fingerprint(folder: Path) -> str:
    """Changes whenever an example does, or a rule whose findings the classifier sees."""
    digest = hashlib.sha256(_RECIPE)
    for name in _TAUGHT_BY:
        for path in sorted(folder.glob(f"*/{name}")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Path) -> list[Path]:
    return sorted(path for name in _SOURCES for path in folder.glob(f"*/{name}"))


def _read(path: Path) -> Iterator[Example]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    for topic, texts in (_aliases(table) if path.name == _KEYWORDS else table).items():
        for text in texts:
            yield text, topic, path.parent.name


def _aliases(keywords: dict[str, Any]) -> dict[str, list[str]]:
    stop = keywords["stop"]
    leaving = {"LEAVE": stop["ours"], "DOUBT": stop["doubt"]}
    own: dict[str, list[str]] = keywords["topics"] | keywords["actions"]
    return own | leaving | {"HELP": keywords["help"]}
