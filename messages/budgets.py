"""What each text may cost as SMS, filled with the longest that its placeholders get."""

from collections.abc import Iterator

from messages.language import Language
from messages.reading import Finding
from messages.render import fill, not_gsm, segments
from messages.worst import Longest

# Segments by section of replies.toml, and by form of a topic.
BUDGETS = {"emergency": 1, "check": 1, "compliance": 1, "settings": 2}
_LONGER_IN_HAN = {"SETUP": 2}  # hours, place and country leave too little room in 70 characters
_BY_SIGN = "SAMEDAY"  # looked at with each sign that may fill it
TOPIC_BUDGETS = {"sms": 2, "lite": 1, "more": 2}
WITH_FOOT = 2
MEDS_WITH_FOOT = 3  # the nine names and their condition leave no room, and there is no lite
REMINDER = 1


def budgets(language: Language, worst: Longest) -> Iterator[Finding]:
    """Texts that cost more segments than they may."""
    for key, text in language.texts.items():
        if not key.endswith(".long"):  # its parts are sent, and each is looked at
            yield from _characters(language, key, text)
    for key in language.sections:
        if key != _BY_SIGN:
            yield from _over(language, key, language.texts[key], worst, limit(language, key))
        yield from _over_with_foot(language, key, worst)
    for name in language.topics:
        yield from _topic(language, name, worst)
    yield from _reminders(language, worst)
    yield from _signs(language, worst)


def limit(language: Language, key: str) -> int:
    """The segments that the text under this key may have: a reply, a form of a topic, a stretch."""
    if key in language.moves:
        return REMINDER
    if key not in language.sections:
        return TOPIC_BUDGETS[key.split(".")[1]]
    budget = BUDGETS[language.sections[key]]
    if language.keywords and language.keywords.han:
        budget = _LONGER_IN_HAN.get(key, budget)
    return budget


def _topic(language: Language, name: str, worst: Longest) -> Iterator[Finding]:
    forms = ["sms", "lite", *(f"more.{part}" for part in range(1, language.parts[name] + 1))]
    for form in forms:
        text = language.texts.get(f"{name}.{form}", "")
        key = f"{name}.{form}"
        yield from _over(language, key, text, worst, limit(language, key))
    # A reply that would grow past two segments with the footer is given as lite instead.
    short = f"{name}.lite" if f"{name}.lite" in language.texts else f"{name}.sms"
    budget = MEDS_WITH_FOOT if name == "MEDS" else WITH_FOOT
    yield from _over_with_foot(language, short, worst, budget)


def _reminders(language: Language, worst: Longest) -> Iterator[Finding]:
    hint = language.texts.get("FIRST_DAY", "")
    starts_a_day = False
    for move in language.stretches:
        text = f"{{P}}: {move.text}"
        yield from _over(language, move.id, text, worst, REMINDER)
        starts_a_day |= _count(f"{text} {hint}", worst) <= REMINDER
    if not starts_a_day:
        yield _finding(language, "FIRST_DAY", "fits into one segment with no move")


def _signs(language: Language, worst: Longest) -> Iterator[Finding]:
    rules = language.keywords.red_flags.same_day if language.keywords else ()
    template = language.texts.get(_BY_SIGN, "")
    for sign in (*(rule.gives for rule in rules), language.texts.get("words.any_sign", "")):
        text = template.replace("{SIGN}", sign)
        yield from _over(language, _BY_SIGN, text, worst, BUDGETS["emergency"])


def _over_with_foot(
    language: Language, key: str, worst: Longest, budget: int = WITH_FOOT
) -> Iterator[Finding]:
    """Any text may answer something that wasn't an exact keyword; then the footer follows it."""
    text = language.texts[key]
    foot = "" if "{EM}" in text else language.texts.get("FOOT", "")
    yield from _over(language, key, f"{text} {foot}", worst, budget)


def _over(
    language: Language, key: str, text: str, worst: Longest, budget: int
) -> Iterator[Finding]:
    filled = segments(fill(text, worst))
    if filled.count > budget:
        yield _finding(
            language,
            key,
            f"{filled.units} {filled.encoding} units make {filled.count} segments at its worst; "
            f"it may have {budget}",
        )


def _count(text: str, worst: Longest) -> int:
    return segments(fill(text, worst)).count


def _characters(language: Language, key: str, text: str) -> Iterator[Finding]:
    if language.keywords and language.keywords.han:
        return
    odd = sorted(not_gsm(text))
    if odd:
        shown = " ".join(f"{char} (U+{ord(char):04X})" for char in odd)
        yield _finding(language, key, f"{shown} would make the whole text UCS-2, at twice the cost")


def _finding(language: Language, key: str, reason: str) -> Finding:
    return Finding(language.file_of(key), key, reason)
