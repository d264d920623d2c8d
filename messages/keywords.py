"""The words of one language that we look for, read from its keywords.toml and red_flags.toml."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from messages.folding import normal
from messages.lexicon import Lexicon, Rule, compiled, respelt, split
from messages.timewords import TimeWords, read_times
from messages.ways_out import WaysOut, read_ways_out

_RULE_KEYS = {"code", "needs", "within", "ordered", "clause", "unless", "sayings"}


class KeywordsError(ValueError):
    """A data file that can't be used; the message names file, key and reason."""


@dataclass(frozen=True, slots=True)
class Command:
    """A setting that is changed by a word and what follows it: HOURS 8-16."""

    name: str
    words: tuple[tuple[str, ...], ...]  # ways to say it
    said: Lexicon  # the same, to look for
    opens: Lexicon  # how a plausible argument begins; a digit always does
    loose: int  # so few words after it are taken as an argument whatever they are
    anywhere: bool  # also at the start of a later clause: "in a meeting, snooze 15"


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """What counts as an answer to CHECK."""

    yes: frozenset[str]
    no: frozenset[str]
    unsure: frozenset[str]
    legs: Mapping[str, int]  # both: 2


@dataclass(frozen=True, slots=True)
class Negation:
    """What turns a danger word into its opposite, and what turns it back."""

    words: frozenset[str]
    lacks: frozenset[str]  # "no feeling" is a finding, not its absence
    ends: frozenset[str]  # "no fever but my groin is numb"
    light: frozenset[str]  # passed over: "don't have any feeling"
    missing: frozenset[str]  # findings wherever they follow: "no bladder or bowel control"
    reach: int


@dataclass(frozen=True, slots=True)
class RedFlags:
    """Danger, in the order in which it is looked for."""

    whole: Mapping[str, str]  # whole message -> template
    rules: tuple[Rule, ...]
    benign: Lexicon
    negation: Negation
    past: Lexicon
    present: frozenset[str]
    turns: frozenset[str]  # from then to now: but, today
    general: Lexicon  # openings of a question about no one in particular
    people: frozenset[str]
    near: tuple[
        str, ...
    ]  # in order of preference: danger words that are also recognised one letter off
    known: frozenset[str]  # words one letter off that mean something else
    same_day: tuple[Rule, ...]  # `gives` is the sign in words


@dataclass(frozen=True, slots=True)
class Keywords:
    """All aliases and rules of one language. Aliases are in the form of `folding.normal`."""

    aliases: Mapping[str, str]
    topics: frozenset[str]
    actions: frozenset[str]
    stop: frozenset[str]  # opt-outs as a whole message, the carriers' among them
    carrier_stop: frozenset[str]
    near_stop: tuple[str, ...]  # opt-outs of one word that are also recognised with a slip in them
    not_near_stop: frozenset[str]  # words so near that mean something else
    doubt: frozenset[str]  # as a whole message perhaps an opt-out
    ways_out: WaysOut
    help: frozenset[str]
    start: frozenset[str]
    short: Mapping[str, str]  # answers that need a question: yes -> YES
    symbols: Mapping[str, str]  # for a text without any word: a thumb, a plus sign -> alias
    edges: frozenset[str]  # trimmed from both ends: please, the, my
    joints: frozenset[str]  # between two wishes in one text: and, also
    polite: frozenset[str]  # left off the end of what follows a command word
    blocked: frozenset[str]  # never read as a misspelt keyword
    commands: tuple[Command, ...]
    areas: Mapping[str, str]  # parts of the body -> the area of stretches they belong to
    on: frozenset[str]
    off: frozenset[str]
    answers: AnswerWords
    times: TimeWords
    rewrites: Lexicon
    fillers: frozenset[str]
    groups: Lexicon  # named word groups, of red flags, guesses and opt-outs alike
    phrases: Lexicon  # aliases that may stand inside a text
    guesses: tuple[Rule, ...]  # topics by several words together
    opt_outs: tuple[Rule, ...]
    red_flags: RedFlags
    languages: Mapping[str, str]  # what people call a language -> its code
    han: bool  # written in Chinese characters

    @property
    def families(self) -> frozenset[str]:
        """Whole messages about leaving, help and coming back."""
        return self.stop | self.doubt | self.help | self.start

    def trimmed(self, text: str) -> str:
        """A normal form without the polite words around it."""
        parts = text.split()
        while parts and parts[0] in self.edges:
            del parts[0]
        while parts and parts[-1] in self.edges:
            del parts[-1]
        return " ".join(parts)


def read(folder: Path) -> Keywords:
    """The keywords of one language folder. Raises KeywordsError."""
    words = _toml(folder / "keywords.toml") | {"times": _toml(folder / "times.toml")}
    flags = _toml(folder / "red_flags.toml")
    try:
        return _keywords(words, flags)
    except KeyError as missing:
        raise KeywordsError(
            f"{folder.name}: no key {missing} in keywords, times or red_flags"
        ) from None
    except (AttributeError, TypeError) as wrong:
        raise KeywordsError(f"{folder.name}: a key has the wrong kind of value: {wrong}") from None
    except KeywordsError as wrong:
        raise KeywordsError(f"{folder.name}/{wrong}") from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeywordsError(f"{path}: the file is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise KeywordsError(f"{path}: {wrong}") from None


def _keywords(words: Mapping[str, Any], flags: Mapping[str, Any]) -> Keywords:
    rewrites = Lexicon((split(said), meant) for said, meant in flags["rewrites"].items())
    fillers = frozenset(flags["fillers"])
    named = {**words["groups"], **flags["groups"]}
    for twice in words["groups"].keys() & flags["groups"].keys():
        raise KeywordsError(f"red_flags.toml: groups.{twice} is in keywords.toml too")
    aliases = _aliases({**words["topics"], **words["actions"]})
    phrases = _inside(aliases, words)
    carrier = frozenset(map(normal, words["stop"]["carrier"]))
    return Keywords(
        aliases=aliases,
        topics=frozenset(words["topics"]),
        actions=frozenset(words["actions"]),
        stop=carrier | frozenset(map(normal, words["stop"]["ours"])),
        carrier_stop=carrier,
        near_stop=tuple(words["stop"]["near"]),
        not_near_stop=frozenset(words["stop"]["not_near"]),
        doubt=frozenset(map(normal, words["stop"]["doubt"])),
        ways_out=read_ways_out(words["ways_out"], words["polite"]),
        help=frozenset(map(normal, words["help"])),
        start=frozenset(map(normal, words["start"])),
        short=_aliases(words["short"]),
        symbols=words["symbols"],
        edges=frozenset(words["edges"]),
        joints=frozenset(words["joints"]),
        polite=frozenset(words["polite"]),
        blocked=frozenset(words["blocked"]),
        commands=tuple(_command(name, row) for name, row in words["commands"].items()),
        areas={normal(said): area for said, area in words["areas"].items()},
        on=frozenset(map(normal, words["switch"]["on"])),
        off=frozenset(map(normal, words["switch"]["off"])),
        answers=AnswerWords(
            frozenset(_spoken(words["answers"]["yes"])),
            frozenset(_spoken(words["answers"]["no"])),
            frozenset(_spoken(words["answers"]["unsure"])),
            {normal(said): legs for said, legs in words["answers"]["legs"].items()},
        ),
        times=read_times(words["times"]),
        rewrites=rewrites,
        fillers=fillers,
        groups=compiled(named, rewrites),
        phrases=Lexicon((respelt(said, rewrites), name) for said, name in phrases.items()),
        guesses=tuple(_rules("keywords.toml: guess", words["guess"], "topic", named)),
        opt_outs=tuple(_rules("keywords.toml: opt_out", words["opt_out"], "topic", named)),
        red_flags=_red_flags(flags, rewrites, named),
        languages={normal(said): code for said, code in words["languages"].items()},
        han=sum(map(_chinese, aliases)) > len(aliases) / 2,
    )


def _inside(aliases: Mapping[str, str], words: Mapping[str, Any]) -> dict[str, str]:
    """What counts inside a text, and the sayings ("") in which it doesn't."""
    whole_only = frozenset(map(normal, words["whole_only"]))
    phrases = {alias: name for alias, name in aliases.items() if alias not in whole_only}
    phrases |= {normal(alias): "" for alias in words["idioms"]}
    for name, more in words["inside"].items():
        phrases |= {normal(alias): name for alias in more}
    return phrases


def _spoken(answers: Iterable[str]) -> Iterator[str]:
    """Folded; a mark that has no word, such as "?", as it stands."""
    return (normal(said) or said for said in answers)


def _chinese(alias: str) -> bool:
    return not alias.isascii() and alias[0].isalpha() and not alias[0].islower()


def _red_flags(
    flags: Mapping[str, Any],
    rewrites: Lexicon,
    named: Mapping[str, Sequence[str]],
) -> RedFlags:
    def lexicon(key: str) -> Lexicon:
        return Lexicon((respelt(said, rewrites), key) for said in flags[key])

    return RedFlags(
        whole={
            normal(said): template for template, many in flags["whole"].items() for said in many
        },
        rules=tuple(_rules("red_flags.toml: rule", flags["rule"], "template", named)),
        benign=lexicon("benign"),
        negation=Negation(
            frozenset(flags["negation"]["words"]),
            frozenset(flags["negation"]["lacks"]),
            frozenset(flags["negation"]["ends"]),
            frozenset(flags["negation"]["light"]),
            frozenset(flags["negation"]["missing"]),
            flags["negation"]["reach"],
        ),
        past=lexicon("past"),
        present=frozenset(flags["present"]),
        turns=frozenset(flags["turns"]),
        general=lexicon("general"),
        people=frozenset(flags["people"]),
        near=tuple(flags["near"]),
        known=frozenset(flags["known"]),
        same_day=tuple(_rules("red_flags.toml: same_day", flags["same_day"], "sign", named)),
    )


def _aliases(lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Alias -> name, each name its own alias."""
    found: dict[str, str] = {}
    for name, aliases in lists.items():
        for alias in map(normal, (name, *aliases)):
            if not alias:
                raise KeywordsError(f"keywords.toml: {name} has an alias without a word")
            if found.setdefault(alias, name) != name:
                raise KeywordsError(f"keywords.toml: {alias!r} leads to {found[alias]} and {name}")
    return found


def _command(name: str, row: Mapping[str, Any]) -> Command:
    ways = tuple(split(said) for said in row["words"])
    return Command(
        name,
        ways,
        Lexicon((way, name) for way in ways),
        Lexicon((split(said), name) for said in row.get("opens", ())),
        row.get("loose", 0),
        row.get("anywhere", False),
    )


def _rules(
    where: str, rows: Iterable[Mapping[str, Any]], gives: str, named: Mapping[str, object]
) -> Iterator[Rule]:
    for row in rows:
        code = row.get("code", row[gives])
        for group in (*row["needs"], *row.get("unless", ())):
            if group not in named:
                raise KeywordsError(f"{where} {code}: there is no group {group!r}")
        for key in row.keys() - _RULE_KEYS - {gives}:
            raise KeywordsError(f"{where} {code}: there is no such key as {key!r}")
        yield Rule(
            code=code,
            gives=row[gives],
            needs=tuple(row["needs"]),
            within=row.get("within", 7),
            ordered=row.get("ordered", False),
            clause=row.get("clause", False),
            unless=tuple(row.get("unless", ())),
            sayings=row.get("sayings", False),
        )
