"""The docs name every setting, command and keyword, so that none of them can be forgotten."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from config.settings import Settings
from messages.catalogue import Catalogue
from messages.keys import OFFERED
from service.cli import main
from service.conversation.understand import understand

ROOT = Path(__file__).parent.parent
OPERATING = (ROOT / "docs" / "operating.md").read_text()
KEYWORDS = (ROOT / "docs" / "keywords.md").read_text()
LANGUAGES = ("en", "es", "zh")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def commands(group: click.Group, prefix: str = "upright") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        if isinstance(command, click.Group):
            found |= commands(command, path)
        else:
            found[path] = command
    return found


COMMANDS = commands(main)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_operating_page_with_a_sentence(name: str) -> None:
    assert f"`{name.upper()}`" in OPERATING
    assert (Settings.model_fields[name].description or "").endswith(".")


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_is_in_the_operating_page_and_has_help(path: str) -> None:
    assert f"`{path}" in OPERATING
    assert (COMMANDS[path].help or "").strip()


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_says_what_it_is_for(path: str) -> None:
    options = [each for each in COMMANDS[path].params if isinstance(each, click.Option)]
    assert [option.name for option in options if not option.help] == []


def forms(cell: str) -> list[str]:
    return [form.strip() for form in cell.split("·")]


def listed() -> Iterator[dict[str, list[str]]]:
    """What stands in each row of the keyword tables, by language."""
    for line in KEYWORDS.splitlines():
        if re.match(r"\| (?!en )", line):
            cells = map(forms, line.strip("| ").split(" | "))
            yield dict(zip(LANGUAGES, cells, strict=False))


def test_every_keyword_is_listed(catalogue: Catalogue) -> None:
    words = catalogue.keywords["en"]
    known = words.topics | words.actions | {word.upper() for word in words.carrier_stop}
    known |= {word.upper() for word in words.help | words.start}
    shown = {word for row in listed() for form in row["en"] for word in form.split()}
    assert known - shown == set()


def test_every_keyword_is_listed_as_each_language_offers_it(catalogue: Catalogue) -> None:
    rows = list(listed())
    offered = [
        {language: catalogue.keyword(name, language) for language in LANGUAGES} for name in OFFERED
    ]
    assert [words for words in offered if not any(opens(row, words) for row in rows)] == []


def opens(row: Mapping[str, list[str]], words: Mapping[str, str]) -> bool:
    """Does each form in the row begin with the word that its language has for it?"""
    return all(row[language][0].startswith(word) for language, word in words.items())


def test_what_stands_in_one_row_means_the_same(catalogue: Catalogue) -> None:
    read = [
        {understand(form, catalogue.vocabulary).intent for cell in row.values() for form in cell}
        for row in listed()
    ]
    unlike = [row for row, intents in zip(listed(), read, strict=True) if len(intents) > 1]
    assert unlike == []
    assert {"unknown"} not in read


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_is_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_the_locks_name_no_index_and_hash_everything() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / lock).read_text().splitlines()
        pins = [line for line in lines if "==" in line and not line.startswith(" ")]
        assert len(pins) > 40
        assert not [
            line
            for line in lines
            if "://" in line or line.lstrip().startswith(("--index", "--extra-index", "-i "))
        ]
        assert all(line.endswith("\\") for line in pins)  # its hashes follow
