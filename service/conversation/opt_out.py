"""Is this an opt-out? Carriers read one word; the law wants any reasonable wording honoured.

(47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe, and what a reasonable
person would take as such.)
"""

from messages.folding import MARK
from messages.keywords import Keywords
from service.conversation.clauses import Clauses
from service.envelopes import Reading

STOP, LEAVE, DOUBT = "STOP", "LEAVE", "DOUBT"


def whole(clauses: Clauses, keywords: Keywords) -> Reading | None:
    """An opt-out that is the whole message. STOP only where a carrier reads it so too."""
    if clauses.written in keywords.carrier_stop:
        return _reading(STOP, clauses.tidied, "stop", 1.0)
    spoken = clauses.whole
    for form in (spoken, _polite(spoken, keywords), _once(spoken)):
        if form in keywords.stop:
            return _reading(LEAVE, clauses.tidied, "stop", 1.0)
    if spoken in keywords.doubt:
        return _reading(DOUBT, clauses.tidied, "phrase", 0.6)
    return None


def inside(clauses: Clauses, keywords: Keywords) -> Reading | None:
    """An opt-out among other words."""
    clause = _clause(clauses, keywords)
    if clause:
        return _reading(LEAVE, clause, "phrase", 0.9)
    for rule in keywords.opt_outs:
        fired = clauses.hears(rule)
        if fired:
            sure = 0.6 if rule.gives == DOUBT else 0.9
            return _reading(rule.gives, clauses.covered(fired), "phrase", sure)
    return None


def _clause(clauses: Clauses, keywords: Keywords) -> str:
    """A carrier word between commas or full stops: "STOP. I never asked for this"."""
    texts = [MARK, *(word.text for word in clauses.raw), MARK]
    for before, text, after in zip(texts, texts[1:], texts[2:], strict=False):
        if before == after == MARK and text in keywords.carrier_stop:
            return text
    return ""


def _polite(said: str, keywords: Keywords) -> str:
    parts = said.split()
    while parts and parts[0] in keywords.polite:
        del parts[0]
    while parts and parts[-1] in keywords.polite:
        del parts[-1]
    return " ".join(parts)


def _once(said: str) -> str:
    """One word for "stop stop stop"."""
    parts = set(said.split())
    return parts.pop() if len(parts) == 1 else ""


def _reading(topic: str, words: str, rule: str, confidence: float) -> Reading:
    return Reading("stop", topic, rule, words, confidence)
