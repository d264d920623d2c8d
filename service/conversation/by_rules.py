"""What the rules of one language make of a text: its keywords, commands, phrases and slips of the thumb."""

from rapidfuzz import fuzz, process

from messages.keywords import Keywords
from messages.lexicon import Hit
from service.conversation import opt_out, red_flags, times
from service.conversation.clauses import Clauses
from service.conversation.commands import command
from service.conversation.intents import intent_of
from service.conversation.typos import misspelt
from service.envelopes import Flag, Reading

_BARE = 80  # characters of hours alone
_OFFERED = 3
_WORDS = 12  # of an unknown text, compared with the topics
_TELLING = 4  # letters of a word worth comparing
_ALIKE = 60  # rapidfuzz score from which a keyword is worth offering
_PAUSES = ("PAUSE",)


def ruled(clauses: Clauses, keywords: Keywords) -> Reading:
    """What the rules of this language alone would answer."""
    flag = red_flags.find_in(clauses, keywords)
    if flag:
        return emergency(flag)
    return plain(clauses, keywords) or told(clauses, keywords)


def plain(clauses: Clauses, keywords: Keywords) -> Reading | None:
    """A way to leave, help, coming back, a keyword or a command: what was said so that we know it."""
    return (
        opt_out.whole(clauses, keywords)
        or _command(clauses, keywords, _PAUSES)
        or opt_out.inside(clauses, keywords)
        or _family(clauses, keywords)
        or _exact(clauses, keywords, trim=False)
        or _command(clauses, keywords)
        or _exact(clauses, keywords, trim=True)
    )


def emergency(flag: Flag) -> Reading:
    return Reading(
        "emergency", flag.template, "red_flag", flag.words, 1.0, flag=flag, danger=flag.words
    )


def _family(clauses: Clauses, keywords: Keywords) -> Reading | None:
    for form in (clauses.whole, keywords.trimmed(clauses.whole)):
        if form in keywords.help:
            return Reading("help", "HELP", "help", form, 1.0)
        if form in keywords.start:
            return Reading("start", "START", "start", form, 1.0)
    return None


def _exact(clauses: Clauses, keywords: Keywords, *, trim: bool) -> Reading | None:
    form = keywords.trimmed(clauses.whole) if trim else clauses.whole
    name = keywords.aliases.get(form) or keywords.short.get(form)
    if name:
        return Reading(intent_of(name), name, "exact", form, 1.0)
    if len(form) == 1 and form.isdecimal():
        return Reading("unknown", "DIGIT", "exact", form, 1.0, str(int(form)))
    return None


def _command(clauses: Clauses, keywords: Keywords, only: tuple[str, ...] = ()) -> Reading | None:
    found = command(clauses, keywords, only)
    if found is None:
        return None if only else _bare_hours(clauses, keywords)
    name, words, argument = found
    return Reading(intent_of(name), name, "command", words, 0.95, argument)


def _bare_hours(clauses: Clauses, keywords: Keywords) -> Reading | None:
    """8-16 without HOURS before it."""
    said = clauses.tidied
    joined = "-" in said or any(word.text in keywords.times.to for word in clauses.raw)
    if not (
        said[:1].isdigit() and len(said) < _BARE and joined and times.spans(said, keywords.times)
    ):
        return None
    return Reading(intent_of("HOURS"), "HOURS", "command", said, 0.8, said)


def told(clauses: Clauses, keywords: Keywords) -> Reading:
    """What free wording comes to."""
    return (
        _same_day(clauses, keywords)
        or _guess(clauses, keywords)
        or (_ask(clauses) if red_flags.alarming(clauses) else None)
        or _phrase(clauses)
        or _typo(clauses, keywords)
        or (_ask(clauses) if red_flags.danger_in(clauses) else None)
        or _unknown(clauses, keywords)
    )


def _same_day(clauses: Clauses, keywords: Keywords) -> Reading | None:
    for rule in keywords.red_flags.same_day:
        fired = clauses.hears(rule) if rule.sayings else clauses.fires(rule)
        if fired:
            words = clauses.covered(fired)
            return Reading("doctor", "SAMEDAY", "phrase", words, 0.8, rule.gives)
    return None


def _guess(clauses: Clauses, keywords: Keywords) -> Reading | None:
    for rule in keywords.guesses:
        fired = clauses.hears(rule) if rule.sayings else clauses.fires(rule)
        if fired:
            words = clauses.covered(fired)
            return Reading(intent_of(rule.gives), rule.gives, "phrase", words, 0.7)
    return None


def _phrase(clauses: Clauses) -> Reading | None:
    """The longest alias in the text; one that is denied only where there is no other."""
    idioms = [hit for hit in clauses.said if not hit.label]
    free = [hit for hit in clauses.said if hit.label and not _within(hit, idioms)]
    meant = [hit for hit in free if not any(clauses.struck[hit.start : hit.end])]
    longest = max(meant or free, key=lambda hit: _letters(clauses, hit), default=None)
    if longest is None:
        return None
    words = clauses.covered([longest])
    return Reading(intent_of(longest.label), longest.label, "phrase", words, 0.8)


def _within(hit: Hit, idioms: list[Hit]) -> bool:
    return any(idiom.start <= hit.start and hit.end <= idiom.end for idiom in idioms)


def _letters(clauses: Clauses, hit: Hit) -> int:
    return sum(len(word.text) for word in clauses.words[hit.start : hit.end])


def _typo(clauses: Clauses, keywords: Keywords) -> Reading | None:
    found = misspelt(clauses, keywords)
    if found is None:
        return None
    name, word = found
    return Reading(intent_of(name), name, "typo", word, 0.6)


def _ask(clauses: Clauses) -> Reading:
    return Reading("ask", "ASK", "net", red_flags.danger_in(clauses), 0.5)


def _unknown(clauses: Clauses, keywords: Keywords) -> Reading:
    names = sorted(name.lower() for name in keywords.topics)
    scores: dict[str, float] = {}
    for word in clauses.whole.split()[:_WORDS]:
        if len(word) >= _TELLING:
            for name, score, _ in process.extract(
                word, names, scorer=fuzz.ratio, score_cutoff=_ALIKE
            ):
                scores[name] = max(score, scores.get(name, 0.0))
    best = sorted(scores, key=lambda name: -scores[name])[:_OFFERED]
    nearest = tuple(name.upper() for name in best)
    return Reading("unknown", "UNKNOWN", "unknown", "", 0.0, nearest=nearest)
