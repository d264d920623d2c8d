"""What our texts may not say: a drug without its condition, a promise, a keyword that isn't there, or
signs that a chat takes for formatting.
"""

import re
from collections.abc import Iterator

from messages.keys import NEEDED, NUMBER_TOPICS
from messages.keywords import Keywords
from messages.language import Language
from messages.reading import Finding
from messages.render import PLACEHOLDER

FORMATTING = re.compile(r"[*_~`]")
CAPITALS = re.compile(r"(?<![\w&])[A-Z]{2,}(?![\w&])")


def wording(language: Language) -> Iterator[Finding]:
    for key, text in language.texts.items():
        said = PLACEHOLDER.sub(" ", text)
        drug = language.rules.drug_without_condition(said)
        if drug:
            condition = " or ".join(language.rules.conditions)
            yield _finding(language, key, f"names {drug} without: {condition}")
        if FORMATTING.search(said):
            yield _finding(
                language, key, "holds * _ ~ or `, with which WhatsApp formats what follows"
            )
        promise = language.rules.promise(said)
        if promise:
            yield _finding(language, key, f"promises what a text can't: {promise}")


def offers(language: Language) -> Iterator[Finding]:
    """Words in capitals that look like a keyword and are none."""
    if language.keywords is None:
        return
    known = _keywords(language.keywords) | {word.lower() for word in language.rules.capitals}
    for key, text in language.texts.items():
        for word in CAPITALS.findall(PLACEHOLDER.sub(" ", text)):
            if word.lower() not in known:
                yield _finding(language, key, f"offers {word}, which is no keyword")


def _keywords(keywords: Keywords) -> set[str]:
    commands = {word for row in keywords.commands for words in row.words for word in words[:1]}
    families = keywords.stop | keywords.help | keywords.start | keywords.on | keywords.off
    return {*keywords.aliases, *keywords.short, *families, *commands, *keywords.areas}


def numbers_named(language: Language) -> Iterator[Finding]:
    """Placeholders that a text must hold and doesn't, the emergency number above all."""
    needed = NEEDED | {f"{topic}.sms": frozenset({"EM"}) for topic in NUMBER_TOPICS}
    for key, names in needed.items():
        held = frozenset(PLACEHOLDER.findall(language.texts.get(key, "")))
        for name in sorted(names - held) if key in language.texts else ():
            yield _finding(language, key, f"{{{name}}} is missing")


def _finding(language: Language, key: str, reason: str) -> Finding:
    return Finding(language.file_of(key), key, reason)
