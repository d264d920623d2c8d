"""What a text means, from its words alone: a pure function of the text.

In order: danger; leaving; help; coming back; a keyword; a command; several words together; a keyword
inside the text; a slip of the thumb; the wide net. Whoever answers puts an open question of ours
between help and the rest.
"""

from dataclasses import replace

from rapidfuzz import fuzz, process

from messages.keywords import Keywords
from messages.lexicon import Hit
from service.conversation import opt_out, red_flags, times
from service.conversation.clauses import Clauses, look_through
from service.conversation.commands import command
from service.conversation.typos import misspelt
from service.envelopes import Flag, Reading

_INTENTS = {
    "POSTURE": "posture", "DAILY": "posture", "STRAIN": "strain", "REST": "strain", "HEAT": "strain",
    "LIGAMENT": "ligament", "DISC": "disc", "NUMB": "disc", "TB": "tb", "LIFT": "lift",
    "MOVE": "exercise", "STRENGTH": "exercise", "STRETCH": "exercise", "FEVER": "fever",
    "DOCTOR": "doctor", "SURGERY": "doctor", "PAIN": "doctor", "SIGNS": "doctor",
    "SAMEDAY": "doctor", "CAUSES": "causes", "MEDS": "medicine", "ABOUT": "help", "HELP": "help",
    "STOP": "stop", "LEAVE": "stop", "DOUBT": "stop", "START": "start", "REMIND": "start",
    "MENU": "menu", "PAUSE": "pause", "RESUME": "resume", "HOURS": "schedule", "DAYS": "schedule",
    "EVERY": "schedule", "LUNCH": "schedule", "ZONE": "timezone", "STATUS": "status",
    "DONE": "done", "SKIP": "skip", "SNOOZE": "snooze", "DELETE": "delete", "THANKS": "thanks",
    "CHECK": "check", "MORE": "more", "COUNTRY": "settings", "SEATED": "settings",
    "DISCREET": "settings", "ASK": "ask",
}  # fmt: skip
_OFFERED = 3
_WORDS = 12  # of an unknown text, compared with the topics
_TELLING = 4  # letters of a word worth comparing
_ALIKE = 60  # rapidfuzz score from which a keyword is worth offering
_PAUSES = ("PAUSE",)


def intent_of(topic: str) -> str:
    """The public intent of a topic; a red flag's template is an emergency."""
    if topic.startswith("E_"):
        return "emergency"
    return _INTENTS.get(topic, "unknown")


def understand(text: str, keywords: Keywords) -> Reading:
    """Never raises, whatever the text holds."""
    return read(look_through(text, keywords), keywords)


def read(clauses: Clauses, keywords: Keywords) -> Reading:
    flag = red_flags.find_in(clauses, keywords)
    if flag:
        return _emergency(flag, clauses, keywords)
    reading = (
        opt_out.whole(clauses, keywords)
        or _command(clauses, keywords, _PAUSES)
        or opt_out.inside(clauses, keywords)
        or _family(clauses, keywords)
        or _exact(clauses, keywords, trim=False)
        or _command(clauses, keywords)
        or _exact(clauses, keywords, trim=True)
        or _told(clauses, keywords)
    )
    return replace(reading, danger=red_flags.danger_in(clauses))


def _emergency(flag: Flag, clauses: Clauses, keywords: Keywords) -> Reading:
    """`argument` says STOP where the text is an opt-out as well."""
    left = opt_out.whole(clauses, keywords) or opt_out.inside(clauses, keywords)
    stop = "STOP" if left and left.topic != opt_out.DOUBT else ""
    return Reading(
        "emergency", flag.template, "red_flag", flag.words, 1.0, stop, flag, danger=flag.words
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
    intent = "settings" if name == "NO" else intent_of(name)
    return Reading(intent, name, "command", words, 0.95, argument)


def _bare_hours(clauses: Clauses, keywords: Keywords) -> Reading | None:
    """8-16 without HOURS before it."""
    said = clauses.tidied
    joined = "-" in said or any(word.text in keywords.times.to for word in clauses.raw)
    if not (said[:1].isdigit() and joined and times.spans(said, keywords.times)):
        return None
    return Reading(intent_of("HOURS"), "HOURS", "command", said, 0.8, said)


def _told(clauses: Clauses, keywords: Keywords) -> Reading:
    """What free wording comes to."""
    return (
        _same_day(clauses, keywords)
        or _guess(clauses, keywords)
        or (_ask(clauses) if red_flags.alarming(clauses) else None)
        or _phrase(clauses, keywords)
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


def _phrase(clauses: Clauses, keywords: Keywords) -> Reading | None:
    """The longest alias in the text; one that is denied only where there is no other."""
    hits = list(keywords.phrases.hits(clauses.texts, keywords.fillers))
    idioms = [hit for hit in hits if not hit.label]
    free = [hit for hit in hits if hit.label and not _within(hit, idioms)]
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
