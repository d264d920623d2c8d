"""The words of one language, read from its folder; what would stop the service becomes a finding."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from messages.folding import normal
from messages.keys import EVERYWHERE, NEEDED, SECTIONS
from messages.keywords import Keywords, KeywordsError, read
from messages.parts import cut
from messages.reading import Finding, TomlFile
from messages.render import placeholders
from messages.rules import Rules, read_rules
from messages.worst import worst_case

DAY = re.compile(r"\d{4}-\d\d-\d\d")
ALIAS = re.compile(r"'([^']+)' leads to")


@dataclass(frozen=True, slots=True)
class Review:
    """Who has read a text, and when; empty and None while nobody has."""

    reviewer: str = ""
    reviewed: date | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What a keyword tells: `claims` are the article's claims that `sms` condenses."""

    name: str
    title: str
    claims: tuple[str, ...]
    sms: str
    lite: str  # one segment; "" for none
    long: str


@dataclass(frozen=True, slots=True, eq=False)  # each is itself: what is worked out for all is kept
class Stretch:
    """One move. `area` is where it works, `areas` the words with which a person may leave it out."""

    id: str
    area: str
    text: str
    seconds: int
    seated: bool
    discreet: bool
    gentle: bool  # fit for the days after a strain
    strength: bool
    skip_if: str
    areas: tuple[str, ...]
    ends_day: bool = False  # fit for the first and the last slot of a day
    picture: str = ""  # what its picture shows, for whoever can't see it
    written: str = ""  # the text as a page has it, with the accents that SMS has no room for


@dataclass(frozen=True)
class Language:
    """All texts by key, as templates: "STOP_OK", "POSTURE.sms", "POSTURE.more.1", "NK1", "words.day.0"."""

    name: str
    texts: Mapping[str, str]
    sections: Mapping[str, str]  # key -> the part of replies.toml that sets its budget
    topics: Mapping[str, Topic]
    parts: Mapping[str, int]  # topic -> how many .more texts it has
    stretches: tuple[Stretch, ...]
    rules: Rules
    keywords: Keywords | None  # None: can't be read, see the findings
    reviews: Mapping[str, Review]  # by key of a text that a clinician must read

    @property
    def unreviewed(self) -> tuple[str, ...]:
        """Keys of the texts that no clinician has signed."""
        return tuple(key for key, review in self.reviews.items() if not review.reviewer)

    @cached_property
    def moves(self) -> Mapping[str, Stretch]:
        return {move.id: move for move in self.stretches}

    def file_of(self, key: str) -> str:
        """The file in which a text is mended."""
        return f"{self.name}/{'stretches' if key in self.moves else 'replies'}.toml"


def read_language(folder: Path, name: str, findings: list[Finding]) -> Language:
    replies = TomlFile(folder, f"{name}/replies.toml", findings)
    moves = TomlFile(folder, f"{name}/stretches.toml", findings)
    rules = read_rules(folder, name, findings)
    sections = {key: section for section in SECTIONS for key in replies.table(section)}
    texts = {
        key: replies.text(key, fields, "text")
        for section in SECTIONS
        for key, fields in replies.table(section).items()
    }
    texts |= _flat("words", replies.tables.get("words", {}))
    topics = dict(_topics(replies))
    worst = worst_case(texts)
    parts = {}
    for topic in topics.values():
        more = cut(topic.long, texts.get("DRUG", ""), texts.get("MORE_HINT", ""), rules, worst)
        parts[topic.name] = len(more)
        texts |= _topic_texts(topic, more)
    _find_gaps(replies, texts)
    stretches = tuple(_stretches(moves))
    texts |= {stretch.id: stretch.text for stretch in stretches}
    keywords = _keywords(folder, name, findings)
    if keywords:
        _find_dead_ends(replies, keywords, texts, topics)
    reviews = dict((*_reviews(replies, "topics", *SECTIONS), *_reviews(moves)))
    return Language(name, texts, sections, topics, parts, stretches, rules, keywords, reviews)


def _topics(file: TomlFile) -> Iterator[tuple[str, Topic]]:
    for name, fields in file.table("topics").items():
        title, sms, lite, long = (
            file.text(name, fields, field) for field in ("title", "sms", "lite", "long")
        )
        if not sms and fields.get("sms") is not None:
            file.wrong(name, "sms is empty: a topic must have an answer")
        yield name, Topic(name, title, file.texts(name, fields, "claims"), sms, lite, long)


def _topic_texts(topic: Topic, more: tuple[str, ...]) -> dict[str, str]:
    texts = {
        topic.name: topic.sms,
        f"{topic.name}.sms": topic.sms,
        f"{topic.name}.long": topic.long,
    }
    if topic.lite:
        texts[f"{topic.name}.lite"] = topic.lite
    return texts | {f"{topic.name}.more.{place}": part for place, part in enumerate(more, 1)}


def _stretches(file: TomlFile) -> Iterator[Stretch]:
    for key, fields in file.table().items():
        seconds = fields.get("seconds")
        if not isinstance(seconds, int):
            file.wrong(key, "seconds must be a whole number")
            seconds = 0
        text, picture, area, skip_if = (
            file.text(key, fields, name) for name in ("text", "picture", "area", "skip_if")
        )
        seated, discreet, gentle, strength, ends_day = (
            file.flag(key, fields, name)
            for name in ("seated", "discreet", "gentle", "strength", "ends_day")
        )
        areas = file.texts(key, fields, "areas")
        written = file.text(key, fields, "written") if "written" in fields else text
        if written != text and normal(written) != normal(text):
            file.wrong(key, "written differs from text by more than its accents")
        if placeholders(text):
            file.wrong(key, "a move can't hold a placeholder")
        if not picture and fields.get("picture") is not None:
            file.wrong(key, "picture is empty: whoever can't see it hears nothing")
        yield Stretch(
            key,
            area,
            text,
            seconds,
            seated,
            discreet,
            gentle,
            strength,
            skip_if,
            areas,
            ends_day,
            picture,
            written,
        )
    if not file.tables:
        file.wrong("-", "there are no moves")


def _flat(path: str, value: Any) -> dict[str, str]:
    """Nested tables and lists of texts as dotted keys: words.day.0, words.area.neck."""
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = dict(enumerate(value)).items()
    else:
        return {path: str(value)}
    return {
        key: text for name, inner in pairs for key, text in _flat(f"{path}.{name}", inner).items()
    }


def _find_gaps(file: TomlFile, texts: Mapping[str, str]) -> None:
    """Keys that the program needs and are not there; placeholders that nothing would fill."""
    for key, names in NEEDED.items():
        if not texts.get(key):
            file.wrong(key, "is missing" if key not in texts else "has no text")
        for name in sorted(placeholders(texts.get(key, "")) - names - EVERYWHERE):
            file.wrong(key, f"nothing fills {{{name}}}")
    for key in texts.keys() - NEEDED.keys():
        for name in sorted(placeholders(texts[key]) - EVERYWHERE):
            file.wrong(key, f"nothing fills {{{name}}}")


def _find_dead_ends(
    file: TomlFile, keywords: Keywords, texts: Mapping[str, str], topics: Mapping[str, Topic]
) -> None:
    """Keywords and warning signs that would lead to no text."""
    for topic in sorted(keywords.topics - topics.keys()):
        file.wrong(topic, "is a keyword, but there is no such topic")
    for topic in sorted(topics.keys() - keywords.topics):
        file.wrong(topic, "is a topic, but no keyword leads to it")
    flags = keywords.red_flags
    templates = {*flags.whole.values(), *(rule.gives for rule in flags.rules)}
    for template in sorted(templates - texts.keys()):
        file.wrong(template, "answers a warning sign, but there is no such text")


def _reviews(file: TomlFile, *sections: str) -> Iterator[tuple[str, Review]]:
    for section in sections or ("",):
        tables = file.table(section) if section else file.table()
        for key, fields in tables.items():
            reviewer, reviewed = (file.text(key, fields, name) for name in ("reviewer", "reviewed"))
            if bool(reviewer) != bool(reviewed):
                file.wrong(key, "reviewer and reviewed go together: a name and a day, or neither")
            yield key, Review(reviewer, _day(file, key, reviewed))


def _day(file: TomlFile, key: str, reviewed: str) -> date | None:
    if not reviewed:
        return None
    try:
        if DAY.fullmatch(reviewed):
            return date.fromisoformat(reviewed)
    except ValueError:
        pass  # 2026-02-31
    file.wrong(key, "reviewed must be a day such as 2026-01-31")
    return None


def _keywords(folder: Path, name: str, findings: list[Finding]) -> Keywords | None:
    try:
        return read(folder / name)
    except KeywordsError as wrong:
        said = str(wrong).removeprefix(f"{folder}/")
        file, _, reason = said.partition(": ")
        alias = ALIAS.match(reason)
        where = file if file.endswith(".toml") else f"{name}/keywords.toml"
        findings.append(Finding(where, alias[1] if alias else "-", reason))
        return None
