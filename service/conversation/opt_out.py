"""Is this an opt-out? Carriers read one word; the law wants any reasonable wording honoured.

(47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe, and what a reasonable
person would take as such.)
"""

from rapidfuzz.distance import OSA

from messages.folding import MARK
from messages.keywords import Keywords
from service.conversation.clauses import Clauses
from service.envelopes import Reading

STOP, LEAVE, DOUBT = "STOP", "LEAVE", "DOUBT"
_SHORT = 8  # words of an opt-out that is the whole message
_LONG = 8  # letters from which a word may have two slips in it
_INITIALS = 2  # letters of words such as TD, which count only as the whole message
_PART = "PART"  # what a rule gives that finds some hours or days only, and so no opt-out
_CLAUSES = 6  # of a text that are looked at one by one
_NONE: frozenset[str] = frozenset()
# Groups in whose company a clause is about something else, or a part of the texts.
_ELSEWHERE = frozenset({"opposite", "symptom", "limits", "meanwhile", "seat"})
_MEANWHILE = "meanwhile"  # group of what follows a "stop" that is none: "stop, give me 10 minutes"


def whole(clauses: Clauses, keywords: Keywords) -> Reading | None:
    """An opt-out that is the whole message. STOP only where a carrier reads it so too."""
    if clauses.written in keywords.carrier_stop:
        return _reading(STOP, clauses.tidied, "stop", 1.0)
    spoken = clauses.whole
    heard = _polite(_as_meant(clauses), keywords)
    for form in (spoken, _polite(spoken, keywords), _once(spoken), heard):
        if form in keywords.stop:
            return _reading(LEAVE, clauses.tidied, "stop", 1.0)
    if any(_slipped(form, keywords) for form in (_polite(spoken, keywords), _once(spoken))):
        return _reading(LEAVE, clauses.tidied, "typo", 0.8)
    if spoken in keywords.doubt:
        return _reading(DOUBT, clauses.tidied, "phrase", 0.6)
    if keywords.ways_out.leaves(spoken, keywords.stop, keywords.doubt) == LEAVE:
        return _reading(LEAVE, clauses.tidied, "phrase", 0.9)
    return None


def inside(clauses: Clauses, keywords: Keywords) -> Reading | None:
    """An opt-out among other words."""
    clause = _clause(clauses, keywords)
    if clause:
        return _reading(LEAVE, clause, "phrase", 0.9)
    for rule in keywords.opt_outs:
        fired = clauses.hears(rule)
        if fired and rule.gives == _PART:
            return None
        if fired:
            sure = 0.6 if rule.gives == DOUBT else 0.9
            return _reading(rule.gives, clauses.covered(fired), "phrase", sure)
    alone = _alone(clauses, keywords)
    if alone:
        return _reading(DOUBT, alone, "clause", 0.6)
    wrapped = _wrapped(clauses, keywords)
    return _reading(DOUBT, wrapped, "phrase", 0.6) if wrapped else None


def _alone(clauses: Clauses, keywords: Keywords) -> str:
    """Words that are an opt-out by themselves, beside others: "please stop, my back hurts"."""
    if _MEANWHILE in clauses.heard.groups:
        return ""
    parts = _parts(clauses)
    return next((part for part in parts if len(part) > _INITIALS and part in keywords.stop), "")


def _wrapped(clauses: Clauses, keywords: Keywords) -> str:
    """A text or a clause that says so and nothing else: "what is this? how do I get off it"."""
    ways, parts = keywords.ways_out, [part for part in _parts(clauses) if len(part) > _INITIALS]
    if elsewhere(clauses) or clauses.whole in keywords.aliases:
        return ""
    if ways.leaves(clauses.whole, keywords.stop, keywords.doubt):
        return clauses.tidied
    return next((part for part in parts[:_CLAUSES] if ways.leaves(part, keywords.stop, _NONE)), "")


def elsewhere(clauses: Clauses) -> bool:
    """Do words stand here that make an end of something else likelier: of a pain, for today?"""
    return bool(_ELSEWHERE & clauses.heard.groups.keys())


def _parts(clauses: Clauses) -> list[str]:
    spoken = " ".join(word.text for word in clauses.raw)
    return [part.strip() for part in spoken.split(MARK)]


def _clause(clauses: Clauses, keywords: Keywords) -> str:
    """A carrier word between commas or full stops: "STOP. I never asked for this"."""
    if _MEANWHILE in clauses.heard.groups:
        return ""
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


def _as_meant(clauses: Clauses) -> str:
    """A short text with by-ear spellings put right: "plese stop"."""
    if len(clauses.words) > _SHORT:
        return ""
    return " ".join(word.text for word in clauses.words if word.text != MARK)


def _once(said: str) -> str:
    """One word for "stop stop stop"."""
    parts = set(said.split())
    return parts.pop() if len(parts) == 1 else ""


def _slipped(word: str, keywords: Keywords) -> bool:
    """A word that was meant as an opt-out and is none: stpp, unsubcrbe."""
    if " " in word or word in keywords.not_near_stop or word in keywords.aliases:
        return False
    for right in keywords.near_stop:
        slips = 2 if len(right) >= _LONG else 1
        if 0 < OSA.distance(right, word, score_cutoff=slips) <= slips:
            return True
    return False


def _reading(topic: str, words: str, rule: str, confidence: float) -> Reading:
    return Reading("stop", topic, rule, words, confidence)
