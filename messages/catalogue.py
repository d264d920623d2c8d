"""Everything we say, by key: loaded once, checked at the start, looked up for each text."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

from messages.buttons import read_buttons
from messages.classifier import FILE, Model, read_model
from messages.keys import ANSWERS
from messages.keywords import Keywords
from messages.language import Language, Stretch, Topic, read_language
from messages.loading import for_good
from messages.numbers import Emergency, read_numbers
from messages.reading import Finding, roots
from messages.render import fill
from messages.vocabulary import Vocabulary

FOLDER = Path(__file__).parent
DEFAULT = "en"  # spoken until we know better
_ALARMS = ("E_", "C_EM")  # texts that must name a number to dial even where we know no country
_READY = 4_096  # filled texts kept

__all__ = ["DEFAULT", "Catalogue", "CatalogueError", "Emergency", "Stretch", "Topic", "load"]


class CatalogueError(Exception):
    """The catalogue can't be used; the message lists file, key and reason, one gap a line."""


class Catalogue:
    """The words of all languages, for one programme. Nothing in it changes after loading."""

    def __init__(
        self,
        programme: str,
        contact: str,
        languages: Mapping[str, Language],
        numbers: Mapping[str, Emergency],
        model: Model,
        buttons: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.programme = programme
        self.contact = contact
        self._languages = languages
        self._numbers = numbers
        self._buttons = buttons
        self.keywords: Mapping[str, Keywords] = {
            name: words.keywords for name, words in languages.items() if words.keywords
        }
        self.vocabulary = Vocabulary(self.keywords, model)
        # Most texts are the same for everybody who speaks a language in a country.
        self._ready = lru_cache(_READY)(partial(self._filled, params={}))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._languages)

    def language(self, name: str) -> Language:
        """All the texts of a language, as they stand in its files."""
        return self._languages[name]

    def language_of(self, tag: str) -> str:
        """The language of ours that an IETF tag such as es-MX stands for; "" for none."""
        language = tag.lower().replace("_", "-").partition("-")[0]
        return language if language in self._languages else ""

    def say(self, key: str, language: str = "en", country: str = "", **params: object) -> str:
        """The text under `key`, filled. A missing key or param: KeyError; one too many is fine."""
        if params:
            return self._filled(key, language, country, params)
        return self._ready(key, language, country)

    def _filled(self, key: str, language: str, country: str, params: Mapping[str, object]) -> str:
        words = self._languages[language].texts
        known = self._numbers.get(country)
        if known:
            number = known.number
        else:
            number = words["words.any_number" if key.startswith(_ALARMS) else "words.your_number"]
        common = {
            "P": self.programme,
            "URL": self.contact,
            "EM": number,
            "CRISIS": (known and known.crisis) or words["words.crisis_line"],
        }
        return fill(words[key], {**common, **params})

    def names_emergency(self, key: str, language: str = "en") -> bool:
        return "{EM}" in self._languages[language].texts[key]

    def has(self, key: str, language: str = "en") -> bool:
        return key in self._languages[language].texts

    def more_parts(self, topic: str, language: str = "en") -> int:
        """How many texts "TOPIC.more.1", "TOPIC.more.2" ... there are; 0 for what is no topic."""
        return self._languages[language].parts.get(topic, 0)

    def topic(self, name: str, language: str = "en") -> Topic:
        return self._languages[language].topics[name]

    def topics(self, language: str = "en") -> Mapping[str, Topic]:
        return self._languages[language].topics

    def keyword(self, name: str, language: str = "en") -> str:
        """The word by which a topic or an action is offered: POSTURE, POSTURA."""
        return self._languages[language].texts[f"words.keyword.{name}"]

    def channel(self, name: str, language: str, ends: str = "") -> str:
        """What people call a channel; `ends`: of the number, where they have two there."""
        said = self._languages[language].texts.get(f"words.channel.{name}", name.capitalize())
        return f"{said} {ends}".strip()

    def stretches(self, language: str = "en") -> tuple[Stretch, ...]:
        return self._languages[language].stretches

    def is_stretch(self, key: str) -> bool:
        return key in self._languages[DEFAULT].moves

    def stretch(self, key: str, language: str = "en") -> Stretch | None:
        return self._languages[language].moves.get(key)

    def choices(
        self,
        key: str,
        language: str = "en",
        *,
        unasked: bool = False,
        offered: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """The words with which one may answer this text, as they are said in the language.

        `unasked`: it is a reminder of ours; `offered`: names of keywords that the text itself offers.
        """
        name, _, part = key.partition(".")
        if self.is_stretch(key):
            names: tuple[str, ...] = self._buttons["reminder" if unasked else "stretch"]
        elif part:
            last = part == f"more.{self.more_parts(name, language)}"
            names = (*(() if last else ("MORE",)), *self._buttons["topic"])
        else:
            names = self._buttons.get(key, ())
        return tuple(dict.fromkeys(self.word(each, language) for each in (*offered, *names)))

    def word(self, name: str, language: str) -> str:
        """How a keyword or a short answer is said; a digit stands for itself."""
        if name.isdecimal():
            return name
        kind = "answer" if name in ANSWERS else "keyword"
        return self._languages[language].texts[f"words.{kind}.{name}"]

    def emergency(self, country: str) -> Emergency | None:
        return self._numbers.get(country)

    def unreviewed(self, language: str = "en") -> tuple[str, ...]:
        """Keys of the texts that carry no reviewer's name."""
        return self._languages[language].unreviewed

    def when(self, moment_local: datetime, now_local: datetime, language: str = "en") -> str:
        """A moment as a person says it: 10:50, tomorrow 09:50, Mon 09:50, Mon 4 Jan 09:50."""
        days = (moment_local.date() - now_local.date()) // timedelta(days=1)
        clock = f"{moment_local:%H:%M}"
        if days == 0:
            return clock
        key = "day_at" if 1 < days < 7 else "date_at"
        if days == 1:
            key = "tomorrow_at"
        return self.say(
            f"words.{key}",
            language,
            CLOCK=clock,
            DAY=self.say(f"words.day.{moment_local.weekday()}", language),
            DATE=moment_local.day,
            MONTH=self.say(f"words.month.{moment_local.month - 1}", language),
        )


def load(programme: str = "Upright", contact: str = "", folder: Path = FOLDER) -> Catalogue:
    """Read all languages under `folder`. Raises CatalogueError for whatever would stop the service."""
    findings: list[Finding] = []
    with for_good():
        languages = read_languages(folder, findings)
        numbers = read_numbers(folder, findings)
        model = read_model(folder, findings)
        buttons = read_buttons(folder, findings)
    if model and set(model.languages.classes) != languages.keys():
        findings.append(Finding(FILE, "languages", "are not those of the folders: run make model"))
    if findings or model is None:
        raise CatalogueError("\n".join(map(str, roots(findings))))
    return Catalogue(programme, contact, languages, numbers, model, buttons)


def read_languages(folder: Path, findings: list[Finding]) -> dict[str, Language]:
    """Each folder with replies in it is a language. English must be there: it is spoken by default."""
    names = {path.parent.name for path in folder.glob("*/replies.toml")}
    return {name: read_language(folder, name, findings) for name in sorted(names | {DEFAULT})}
