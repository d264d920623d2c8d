"""`upright check`: what a clinician or translator must mend before a text goes out."""

from collections.abc import Iterator
from pathlib import Path

from messages.aliases import taken
from messages.budgets import budgets
from messages.buttons import read_buttons
from messages.catalogue import FOLDER, read_languages
from messages.claims import coverage, read_claims
from messages.classifier import FILE, read_model
from messages.examples import fingerprint
from messages.keys import NEEDED
from messages.language import Language
from messages.numbers import read_numbers
from messages.page_words import read_pages
from messages.poses import check_figures
from messages.promises import numbers_named, offers, wording
from messages.reading import Finding, roots
from messages.render import placeholders
from messages.worst import worst_case

REFERENCE = "en"


def check(folder: Path = FOLDER) -> list[Finding]:
    """Everything that is wrong with the messages in `folder`; empty when they may be used."""
    findings: list[Finding] = []
    languages = read_languages(folder, findings)
    numbers = read_numbers(folder, findings)
    claims = read_claims(folder, findings)
    read_buttons(folder, findings)
    read_pages(folder, findings)
    findings += stale(folder, findings)
    moves = [move.id for move in languages[REFERENCE].stretches]
    check_figures(folder, findings, moves)
    crisis_lines = [emergency.crisis for emergency in numbers.values()]
    for language in languages.values():
        worst = worst_case(language.texts, crisis_lines)
        findings += coverage(claims, language)
        findings += budgets(language, worst)
        findings += wording(language)
        findings += numbers_named(language)
        findings += offers(language)
        findings += taken(language)
        findings += unknown(language)
        findings += translated(language, languages[REFERENCE])
    return roots(findings)


def stale(folder: Path, findings: list[Finding]) -> Iterator[Finding]:
    """A classifier that was made from other examples than these."""
    model = read_model(folder, findings)
    if model and model.examples != fingerprint(folder):
        yield Finding(FILE, "examples", "have changed since it was made: run make model")


def unknown(language: Language) -> Iterator[Finding]:
    """Texts that the program never says, and areas without a word."""
    for key in language.sections:
        if key not in NEEDED:
            yield Finding(
                language.file_of(key), key, "nothing says this text: is the key misspelt?"
            )
    for move in language.stretches:
        for area in move.areas:
            if f"words.area.{area}" not in language.texts:
                yield Finding(language.file_of(move.id), move.id, f"words.area has no {area}")


def translated(language: Language, reference: Language) -> Iterator[Finding]:
    """Keys and placeholders that the reference language has and this one hasn't, or the other way."""
    ours, theirs = _said(language), _said(reference)
    for key in sorted(theirs.keys() - ours.keys()):
        file = reference.file_of(key).replace(reference.name, language.name, 1)
        yield Finding(file, key, f"is missing; {reference.name} has it")
    for key in sorted(ours.keys() - theirs.keys()):
        yield Finding(language.file_of(key), key, f"is unknown: {reference.name} has no such key")
    for key in sorted(ours.keys() & theirs.keys()):
        if placeholders(ours[key]) != placeholders(theirs[key]):
            yield Finding(
                language.file_of(key),
                key,
                f"must hold the placeholders that it has in {reference.name}",
            )


def _said(language: Language) -> dict[str, str]:
    """All texts but the parts of long ones, which may be cut elsewhere."""
    return {key: text for key, text in language.texts.items() if ".more." not in key}
