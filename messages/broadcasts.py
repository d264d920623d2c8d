"""What stands around a text that an operator writes to many, and by which words one is plainly advertising."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from messages.catalogue import DEFAULT, FOLDER, CatalogueError
from messages.reading import Finding, TomlFile, roots
from messages.render import fill, placeholders

_FILE = "broadcasts.toml"
_SIGNS = "advertising.toml"
_ASIAN = re.compile(r"[\u3400-\u9fff]")  # written without blanks between words
_ENDS = ".!?\u3002\uff01\uff1f\u2026)"  # of a sentence
_PLACEHOLDERS = frozenset({"P", "TEXT"})


@dataclass(frozen=True, slots=True)
class Sign:
    """Something by which advertising is known; `means`: what it is called."""

    pattern: re.Pattern[str]
    means: str


@dataclass(frozen=True, slots=True)
class BroadcastWords:
    """`frames`: by language, what stands around a text."""

    programme: str
    frames: Mapping[str, str]
    signs: tuple[Sign, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.frames)

    def framed(self, words: str, language: str) -> str:
        """As it is sent: it says who it is from and how to stop."""
        frame = self.frames[language]
        return fill(frame, {"P": self.programme, "TEXT": _ended(self._unsigned(words))})

    def advertising(self, words: str) -> Iterator[tuple[str, str]]:
        """The places in a text that are plainly advertising, and what each is called."""
        for sign in self.signs:
            found = sign.pattern.search(words)
            if found:
                yield found[0].strip(), sign.means

    def _unsigned(self, words: str) -> str:
        """Without the programme's name in front, which the frame brings."""
        named = rf"^\s*{re.escape(self.programme)}\s*[:\uff1a]\s*"
        return re.sub(named, "", words, count=1, flags=re.IGNORECASE)


def load(programme: str, folder: Path = FOLDER) -> BroadcastWords:
    """Read them. Raises CatalogueError for what is missing in a language that there are replies in."""
    findings: list[Finding] = []
    names = sorted({path.parent.name for path in folder.glob("*/replies.toml")} | {DEFAULT})
    files = {name: TomlFile(folder, f"{name}/{_FILE}", findings) for name in names}
    frames = {name: _frame(file, findings) for name, file in files.items()}
    said = [word for file in files.values() for word in _listed(file)]
    marks = TomlFile(folder, _SIGNS, findings)
    signs = [
        Sign(_compiled(marks, row), marks.text("sign", row, "means")) for row in marks.rows("sign")
    ]
    if findings:
        raise CatalogueError("\n".join(map(str, roots(findings))))
    return BroadcastWords(programme, frames, (*signs, *map(_word, dict.fromkeys(said))))


def _frame(file: TomlFile, findings: list[Finding]) -> str:
    text = file.text("frame", file.tables.get("frame", {}), "text")
    if placeholders(text) != _PLACEHOLDERS:
        findings.append(Finding(file.name, "frame", "must hold {P} and {TEXT}"))
    return text


def _listed(file: TomlFile) -> tuple[str, ...]:
    return file.texts("advertising", file.tables.get("advertising", {}), "words")


def _compiled(file: TomlFile, row: dict[str, object]) -> re.Pattern[str]:
    try:
        return re.compile(file.text("sign", row, "pattern"), re.IGNORECASE)
    except re.error as error:
        file.wrong("sign", f"pattern is no regular expression: {error}")
        return re.compile("")


def _word(word: str) -> Sign:
    said = re.escape(word)
    pattern = said if _ASIAN.search(word) else rf"(?<!\w){said}(?!\w)"
    return Sign(re.compile(pattern, re.IGNORECASE), "a word of advertisements")


def _ended(words: str) -> str:
    """A sentence has an end, or what follows would go on with it."""
    words = words.strip()
    if words and words[-1] not in _ENDS:
        return words + ("。" if _ASIAN.search(words[-1]) else ".")
    return words
