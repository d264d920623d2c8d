"""The words of the pages that people see: one file a page, in every language's folder `pages`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from messages.catalogue import DEFAULT, FOLDER, CatalogueError
from messages.reading import Finding, TomlFile, roots
from messages.render import fill, placeholders

_Texts = Mapping[str, str]


class PageWords:
    """The words of all languages, by key: the file's name and the key in it, as in join.title."""

    def __init__(self, languages: Mapping[str, _Texts]) -> None:
        self._languages = languages

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._languages)

    def template(self, key: str, language: str) -> str:
        """The text under `key`, unfilled. A missing key: KeyError."""
        return self._languages[language][key]

    def say(self, key: str, language: str, **params: object) -> str:
        """The text under `key`, filled. A missing key or param: KeyError."""
        return fill(self.template(key, language), params)


def load(folder: Path = FOLDER) -> PageWords:
    """Read them all. Raises CatalogueError for whatever one language has and another hasn't."""
    findings: list[Finding] = []
    words = read_pages(folder, findings)
    if findings:
        raise CatalogueError("\n".join(map(str, findings)))
    return words


def read_pages(folder: Path, findings: list[Finding]) -> PageWords:
    names = sorted({path.parent.name for path in folder.glob("*/replies.toml")} | {DEFAULT})
    files = sorted({path.name for path in folder.glob("*/pages/*.toml")})
    languages = {name: _read(folder, name, files, findings) for name in names}
    for name, texts in languages.items():
        findings += _differences(name, texts, languages[DEFAULT])
    findings[:] = roots(findings)
    return PageWords(languages)


def _read(folder: Path, language: str, files: list[str], findings: list[Finding]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name in files:
        file = TomlFile(folder, f"{language}/pages/{name}", findings)
        page = name.removesuffix(".toml")
        texts |= {f"{page}.{key}": file.text(key, file.tables, key) for key in file.tables}
    return texts


def _differences(language: str, texts: _Texts, reference: _Texts) -> Iterator[Finding]:
    for key in sorted(reference.keys() ^ texts.keys()):
        reason = f"is unknown in {DEFAULT}" if key in texts else f"is missing; {DEFAULT} has it"
        yield Finding(_file_of(language, key), key, reason)
    for key in sorted(reference.keys() & texts.keys()):
        if placeholders(reference[key]) != placeholders(texts[key]):
            reason = f"must hold the placeholders that it has in {DEFAULT}"
            yield Finding(_file_of(language, key), key, reason)


def _file_of(language: str, key: str) -> str:
    return f"{language}/pages/{key.partition('.')[0]}.toml"
