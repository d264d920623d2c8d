"""A word that sets something, and what follows it: HOURS 8-16, ZONE Berlin, NO NECK."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from messages.folding import MARK, Word, normal
from messages.keywords import Command, Keywords
from service.conversation import codes
from service.conversation.clauses import Clauses

LEAVE_OUT, LANGUAGE, LINK = "WITHOUT", "LANGUAGE", "LINK"
_STARTS = 20  # more commas than that are no command
_LONGEST = 8  # words of an argument; more is a sentence


def command(
    clauses: Clauses, keywords: Keywords, only: Collection[str] = ()
) -> tuple[str, str, str] | None:
    """Name, the words that said it and the argument, as written; `only` these commands."""
    raw = clauses.raw
    texts = [word.text for word in raw]
    for row in keywords.commands:
        if only and row.name not in only:
            continue
        for start in islice(_starts(raw, keywords, row), _STARTS):
            for end in sorted(_ends(row, texts, start), reverse=True):
                rest = _without_thanks(raw[end:], keywords)
                if row.anywhere and raw[end:] and raw[end].text == MARK:
                    continue  # "stop, today I can't" sets nothing
                if _follows(row, rest, keywords):
                    words = clauses.tidied[raw[start].start : raw[end - 1].end]
                    return row.name, words, clauses.tidied[rest[0].start : rest[-1].end]
    return None


def _ends(row: Command, texts: Sequence[str], start: int) -> Iterator[int]:
    """Where a way to say the command ends that begins here."""
    for hit in row.said.hits(texts[start : start + 2 * _LONGEST]):
        if hit.start == 0:
            yield start + hit.end


def _starts(raw: Collection[Word], keywords: Keywords, row: Command) -> Iterator[int]:
    """Where the command may begin: at the start, after "please" and the like, or after a comma."""
    open_ = True
    for at, word in enumerate(raw):
        if word.text == MARK:
            open_ = row.anywhere
        elif open_:
            yield at
            open_ = word.text in keywords.edges
        elif not row.anywhere:
            return


def _without_thanks(rest: Collection[Word], keywords: Keywords) -> list[Word]:
    kept = list(rest)
    while kept and (kept[-1].text in keywords.polite or kept[-1].text == MARK):
        kept.pop()
    while kept and kept[0].text == MARK:
        del kept[0]
    return kept


def _size(texts: Collection[str]) -> float:
    """How many words: a Chinese one is about two characters."""
    return sum(1.0 if text.isascii() else 0.5 for text in texts)


def _follows(row: Command, rest: list[Word], keywords: Keywords) -> bool:
    """Does what follows look like an argument, rather than the rest of a sentence?"""
    texts = [word.text for word in rest]
    if row.name == LINK:
        return codes.looks_like(" ".join(texts))
    if not texts or _size(texts) > _LONGEST:
        return False
    opens = any(hit.start == 0 for hit in row.opens.hits(texts))
    if row.name == LEAVE_OUT:
        return opens or normal(" ".join(texts)) in keywords.areas
    number = texts[0][0].isdigit() and row.name != LANGUAGE  # "switch to 9-5"
    return opens or number or len(texts) <= row.loose
