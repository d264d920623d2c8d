"""Every text in every language side by side, with what whoever reviews it must know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from messages.budgets import limit
from messages.catalogue import FOLDER, Catalogue
from messages.claims import Claim, read_claims
from messages.language import Language, Review
from messages.reading import Finding
from messages.render import Segments, fill, segments
from messages.worst import Longest, usual_case, worst_case

HOLDS = timedelta(days=365)  # how long a clinician's review does
STRETCHES, TOPICS = "stretches", "topics"
UNREVIEWED, OVERDUE, VALID = "unreviewed", "overdue", "valid"


@dataclass(frozen=True, slots=True)
class Form:
    """A text as it is sent: a topic has several, all else one."""

    name: str  # sms, lite, more.1; "" for the only one
    template: str
    usual: str
    worst: str
    size: Segments  # of the usual
    worst_size: Segments
    budget: int  # segments
    choices: Sequence[str]  # buttons, in chats that have them

    @property
    def over(self) -> bool:
        return self.worst_size.count > self.budget


@dataclass(frozen=True, slots=True)
class Version:
    """A text in one language."""

    language: str
    file: str
    table: str  # of the file, where it stands
    review: Review
    forms: Sequence[Form]
    claims: Sequence[Claim]

    def state(self, today: date) -> str:
        if self.review.reviewed is None:
            return UNREVIEWED
        return OVERDUE if overdue(self.review.reviewed, today) else VALID

    @property
    def until(self) -> date | None:
        """The last day on which its review holds."""
        return self.review.reviewed + HOLDS if self.review.reviewed else None


@dataclass(frozen=True, slots=True)
class Text:
    """What is reviewed as one, in all languages."""

    key: str
    section: str
    title: str
    versions: Sequence[Version]

    def holds(self, words: str) -> bool:
        """Do its key, its title or its wording, in any language, hold this?"""
        wanted = words.casefold()
        said = (form.usual for version in self.versions for form in version.forms)
        return any(wanted in each.casefold() for each in (self.key, self.title, *said))


@dataclass(frozen=True, slots=True)
class Sheet:
    texts: Mapping[str, Text]  # in the order of the English files
    languages: Sequence[str]

    @property
    def sections(self) -> Sequence[str]:
        return tuple(dict.fromkeys(text.section for text in self.texts.values()))


def overdue(reviewed: date, today: date) -> bool:
    return reviewed + HOLDS < today


@lru_cache(maxsize=4)
def sheet(catalogue: Catalogue, folder: Path = FOLDER) -> Sheet:
    """Made once for a catalogue, which never changes. `folder` has the claims of the article."""
    findings: list[Finding] = []
    claims = {claim.id: claim for claim in read_claims(folder, findings)}
    versions: dict[str, list[Version]] = {}
    titles: dict[str, tuple[str, str]] = {}
    for name in sorted(catalogue.languages, key=lambda name: (name != "en", name)):
        language = catalogue.language(name)
        for key, version in _versions(catalogue, language, claims):
            versions.setdefault(key, []).append(version)
            titles.setdefault(key, _placed(language, key))
    texts = {key: Text(key, *titles[key], found) for key, found in versions.items()}
    return Sheet(
        texts, tuple(dict.fromkeys(v.language for found in versions.values() for v in found))
    )


def _placed(language: Language, key: str) -> tuple[str, str]:
    """The section that a text belongs to, and what it is called there."""
    if key in language.topics:
        return TOPICS, language.topics[key].title
    if key in language.moves:
        return STRETCHES, language.moves[key].area
    return language.sections[key], ""


def _versions(
    catalogue: Catalogue, language: Language, claims: Mapping[str, Claim]
) -> Iterator[tuple[str, Version]]:
    worst = worst_case(language.texts)
    usual = usual_case(language.texts, catalogue.programme, catalogue.contact)
    for key, review in language.reviews.items():
        section, _ = _placed(language, key)
        topic = language.topics.get(key)
        yield (
            key,
            Version(
                language.name,
                f"messages/{language.file_of(key)}",
                key if section == STRETCHES else f"{section}.{key}",
                review,
                [
                    _form(catalogue, language, key, name, usual, worst)
                    for name in _forms(language, key)
                ],
                [claims[each] for each in topic.claims if each in claims] if topic else [],
            ),
        )


def _forms(language: Language, key: str) -> Sequence[str]:
    if key not in language.topics:
        return ("",)
    more = (f"more.{part}" for part in range(1, language.parts[key] + 1))
    return tuple(name for name in ("sms", "lite", *more) if f"{key}.{name}" in language.texts)


def _form(
    catalogue: Catalogue, language: Language, key: str, name: str, usual: Longest, worst: Longest
) -> Form:
    whole = f"{key}.{name}" if name else key
    move = key in language.moves
    template = f"{{P}}: {language.texts[key]}" if move else language.texts[whole]
    shown, longest = fill(template, usual), fill(template, worst)
    return Form(
        name,
        template,
        shown,
        longest,
        segments(shown),
        segments(longest),
        limit(language, whole),
        catalogue.choices(whole, language.name, unasked=move),
    )
