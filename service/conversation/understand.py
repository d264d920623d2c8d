"""What a text means, from its words alone: a pure function of the text, in all languages at once.

In order: danger; leaving, help, a keyword, a command, as the rules of each language know them; then
free wording, where phrases and the classifier are weighed against each other. Whoever answers puts
an open question of ours between help and the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from messages.features import features
from messages.folding import fold
from messages.vocabulary import Vocabulary
from service.conversation import by_rules, opt_out, red_flags, several
from service.conversation.cues import cues
from service.conversation.intents import intent_of
from service.conversation.stretched import unstretched
from service.conversation.views import View, views
from service.envelopes import Flag, Reading

# Shares of the classifier from which it is believed. Measured on texts that it never saw; danger and
# leaving are asked back long before they are asserted.
DANGER, PERHAPS_DANGER = 0.65, 0.2
VAGUE = 0.75  # of "perhaps in danger" against a rule that asserts it: "my chest feels a bit odd"
HARMLESS = 0.02  # of danger, against a rule that asserts it: "the printer had a stroke"
LEAVING, PERHAPS_LEAVING = 0.65, 0.25
UNEASY = 0.1  # of danger: then leaving must be asserted
CLEARLY = 2  # times as likely as anything else must leaving be, so that it is asked back
STAYING, CERTAIN = 0.1, 0.7  # of leaving and of something else, against words of leaving in a text
OVER_PHRASE = 0.45  # against a phrase that says something else
CALM = 0.9  # against words of the wide net
NOTHING = (
    0.65  # of "about nothing of ours", against a phrase; a misspelt keyword it can't know: CALM
)
ENOUGH = 0.35  # where nothing else is known
_NEEDED = {"UNKNOWN": ENOUGH, "ASK": CALM, "SAMEDAY": CALM}
_LEAVING = (opt_out.LEAVE, opt_out.DOUBT)
_DANGER = frozenset({"emergency", "ask"})
_ALONE = frozenset({"emergency", "ask", "stop", "delete", "unknown"})  # nothing beside these
HEARD = 0.5  # of the language whose rule found danger
SPOKEN = 0.8  # of a language, so that we answer in it
SPOKEN_ALONE = 0.97  # of that of a single word: Spaniards say "hello" too


@dataclass(frozen=True, slots=True)
class Looked:
    """A text as every language sees it, the likeliest first, and what the classifier makes of it."""

    views: Sequence[View]
    ruled: Reading  # by the rules of the likeliest language
    topics: Mapping[str, float]
    languages: Mapping[str, float]
    vocabulary: Vocabulary

    @property
    def best(self) -> str:
        return max(self.topics, key=self.topics.__getitem__)

    @property
    def danger(self) -> float:
        return sum(share for name, share in self.topics.items() if name.startswith("E_"))

    @property
    def vague(self) -> float:
        return self.topics.get("ASK", 0.0)


def look(text: str, vocabulary: Vocabulary) -> Looked:
    folded = unstretched(fold(text), vocabulary.model.topics.rarity)
    said = features(folded.words)
    languages = vocabulary.model.languages.shares(said)
    seen = views(folded, vocabulary.languages, languages)
    ruled = by_rules.ruled(seen[0].clauses, seen[0].keywords)
    topics = vocabulary.model.topics.shares([*said, *cues(seen, ruled)])
    return Looked(seen, ruled, topics, languages, vocabulary)


def understand(text: str, vocabulary: Vocabulary) -> Reading:
    """Never raises, whatever the text holds."""
    return read(look(text, vocabulary))


def read(looked: Looked) -> Reading:
    flagged = _flagged(looked)
    if flagged:
        leaves = _leaves(looked)  # a text with two wishes: nothing like it was ever learnt
        asserted = flagged if leaves else _doubted(flagged, looked) or flagged
        return replace(_spoken(asserted, looked), leaves=leaves)
    reading = _with_other(_plain(looked) or _free(looked), looked)
    if reading.intent in _DANGER:
        reading = replace(reading, leaves=_leaves(looked))
    danger = next(
        (found for view in looked.views if (found := red_flags.danger_in(view.clauses))), ""
    )
    return replace(_spoken(reading, looked), danger=reading.danger or danger)


def _leaves(looked: Looked) -> bool:
    """An opt-out of any language counts, whatever else the text says."""
    found = (
        opt_out.whole(view.clauses, view.keywords) or opt_out.inside(view.clauses, view.keywords)
        for view in looked.views
    )
    return any(one is not None and one.topic != opt_out.DOUBT for one in found)


def _flagged(looked: Looked) -> Reading | None:
    """Danger that a rule of any language asserts."""
    if looked.ruled.flag:
        return replace(looked.ruled, language=looked.views[0].language)
    for view in looked.views[1:]:
        flag = red_flags.find_in(view.clauses, view.keywords)
        if flag:
            return replace(by_rules.emergency(flag), language=view.language)
    return None


def _doubted(flagged: Reading, looked: Looked) -> Reading | None:
    """Where the classifier is all but certain that a rule heard too much, the person is asked.

    They get the number all the same.
    """
    vague = looked.vague >= VAGUE and looked.danger < DANGER
    if vague or looked.danger + looked.vague < HARMLESS:
        return _ask(looked.vague, flagged.words)
    return None


def _ask(share: float, said: str) -> Reading:
    return Reading("ask", "ASK", "model", said, share, danger=said)


def _plain(looked: Looked) -> Reading | None:
    """What the rules of some language know for certain; danger in the words beside it comes first."""
    for view in looked.views:
        found = by_rules.plain(view.clauses, view.keywords)
        if found is None or _stays(found, looked):
            continue
        sensed = None if found.exact else _sensed(looked, found)
        return sensed or replace(found, language=view.language)
    return None


def _stays(found: Reading, looked: Looked) -> bool:
    """Perhaps leaving, in a text that surely wants something else: "stop texting me so early"."""
    if found.topic != opt_out.DOUBT or found.rule != "phrase":
        return False
    leaving = looked.topics.get(opt_out.LEAVE, 0.0) + looked.topics.get(opt_out.DOUBT, 0.0)
    return leaving < STAYING and looked.topics[looked.best] >= CERTAIN


def _free(looked: Looked) -> Reading:
    if not looked.views[0].clauses.raw:
        return looked.ruled  # nothing was said that a classifier could weigh
    return _sensed(looked, None) or _left(looked) or _weighed(looked)


def _sensed(looked: Looked, plain: Reading | None) -> Reading | None:
    """Danger that no rule knows, as the classifier sees it."""
    share, perhaps = looked.danger, looked.danger + looked.vague
    clauses = looked.views[0].clauses
    if max(share, perhaps / 2) < PERHAPS_DANGER or (plain and share < DANGER):
        return None
    if share < DANGER or looked.vague > share or red_flags.cleared(clauses):
        return _ask(perhaps, clauses.tidied)
    dangers = {name: p for name, p in looked.topics.items() if name.startswith("E_")}
    template = max(dangers, key=dangers.__getitem__)
    return replace(by_rules.emergency(Flag("M1", template, clauses.tidied)), confidence=share)


def _left(looked: Looked) -> Reading | None:
    """Leaving that no rule knows; where a rule knows something else it takes more to ask back."""
    leave, doubt = (looked.topics.get(name, 0.0) for name in _LEAVING)
    said = looked.views[0].clauses.tidied
    if leave >= LEAVING:
        return Reading("stop", opt_out.LEAVE, "model", said, leave)
    if leave + doubt >= (LEAVING if _elsewhere(looked) else PERHAPS_LEAVING):
        return Reading("stop", opt_out.DOUBT, "model", said, leave + doubt)
    return None


def _elsewhere(looked: Looked) -> bool:
    """May the end of something else be meant, as far as rules, danger and other topics tell?"""
    if looked.ruled.topic != "UNKNOWN" or looked.danger + looked.vague >= UNEASY:
        return True
    other = max(share for name, share in looked.topics.items() if name not in _LEAVING)
    leaving = sum(looked.topics.get(name, 0.0) for name in _LEAVING)
    return leaving < CLEARLY * other or opt_out.elsewhere(looked.views[0].clauses)


def _weighed(looked: Looked) -> Reading:
    view, ruled, best = looked.views[0], looked.ruled, looked.best
    share = looked.topics[best]
    if _named(ruled, view):
        return ruled
    needed = _NEEDED.get(ruled.topic, OVER_PHRASE)
    if intent_of(best) == "unknown" and ruled.topic != "UNKNOWN":
        needed = CALM if ruled.rule == "typo" else max(needed, NOTHING)
    if best == ruled.topic:
        return replace(ruled, confidence=max(share, ruled.confidence))
    if share < needed or best.startswith("E_") or intent_of(best) == "stop":
        return ruled
    if intent_of(best) == "unknown":
        return replace(ruled, intent="unknown", topic=best, rule="model", confidence=share)
    return Reading(intent_of(best), best, "model", view.clauses.tidied, share)


def _named(ruled: Reading, view: View) -> bool:
    """Does the text begin with the keyword's own name? HOURS whenever."""
    name = ruled.words.casefold()
    return name.upper() == ruled.topic and view.clauses.whole.startswith(name)


def _with_other(reading: Reading, looked: Looked) -> Reading:
    """The reading of a text with several wishes: the most serious one, and another one to offer."""
    if reading.exact or reading.intent in _ALONE:
        return reading
    view = looked.views[0]
    found = several.parts(view.clauses.raw, view.keywords.joints)
    topics = several.topics(found, looked.vocabulary.model.topics) if len(found) > 1 else {}
    also = several.other(reading.topic, topics)
    if not also:
        return reading
    if reading.rule != "command" and several.serious(also) < several.serious(reading.topic):
        first = Reading(intent_of(also), also, "model", reading.words, topics[also])
        return replace(first, also=several.other(also, [reading.topic, *topics]))
    return replace(reading, also=also)


def _spoken(reading: Reading, looked: Looked) -> Reading:
    """The language of the text, and whether it is clear enough to answer in it."""
    shares = looked.languages
    first = looked.views[0]
    if reading.flag and reading.language and not first.keywords.han:
        return replace(reading, spoken=shares[reading.language] >= HEARD)
    if first.keywords.han:
        return replace(reading, language=reading.language or first.language, spoken=True)
    if reading.exact:
        return replace(reading, spoken=_only_there(first.clauses.whole, reading, looked))
    if not any(word.text[0].isalpha() for word in first.clauses.raw):
        return replace(reading, language="")  # 8-16 is said in every language
    if reading.rule == "command" and reading.language:
        return replace(reading, spoken=shares[reading.language] >= SPOKEN)
    language = max(shares, key=shares.__getitem__)
    needed = SPOKEN_ALONE if len(first.clauses.raw) == 1 else SPOKEN
    return replace(reading, language=language, spoken=shares[language] >= needed)


def _only_there(said: str, reading: Reading, looked: Looked) -> bool:
    """Is this a word of one language alone, and not a keyword's name that everybody is told?"""
    having = [
        view.language
        for view in looked.views
        if said in view.keywords.aliases or said in view.keywords.families
    ]
    return having == [reading.language] and said != reading.topic.lower()
