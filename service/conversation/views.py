"""A text through the rules of each language whose letters it uses, the likeliest language first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from messages.folding import MARK, Folded, Word
from messages.keywords import Keywords
from service.conversation.clauses import Clauses, look_through

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SHORT = 3  # so few words may be a keyword of any language, whatever letters they use


@dataclass(frozen=True, slots=True)
class View:
    language: str
    keywords: Keywords
    clauses: Clauses


def views(
    folded: Folded, languages: Mapping[str, Keywords], likely: Sequence[str] | Mapping[str, float]
) -> list[View]:
    """`likely`: languages, or how likely each is."""
    said = [word for word in folded.words if word.text != MARK]
    shares = likely if isinstance(likely, Mapping) else dict.fromkeys(likely, 1.0)
    return [
        View(name, languages[name], look_through(folded, languages[name]))
        for name in _order(said, languages, shares)
    ]


def _order(
    said: Sequence[Word], languages: Mapping[str, Keywords], shares: Mapping[str, float]
) -> list[str]:
    han = any(_HAN.match(word.text) for word in said)
    latin = any(word.text[0].isalpha() and not _HAN.match(word.text) for word in said)
    able = [
        name
        for name, keywords in languages.items()
        if len(said) <= _SHORT or (han if keywords.han else latin)
    ]
    ranked = sorted(able or languages, key=lambda name: -shares.get(name, 0.0))
    return sorted(ranked, key=lambda name: languages[name].han is not han)
