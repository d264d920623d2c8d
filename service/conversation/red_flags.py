"""Danger in a text, found before anything else is looked for. The rules are data: red_flags.toml.

Precise rules assert; the wide net (`danger`) only makes sure that the reply names the emergency
number. Words of the rules are those of one language and of emergencies in some others.
"""

from messages.keywords import Keywords
from messages.lexicon import Hit, Scene
from service.conversation.clauses import Clauses
from service.envelopes import Flag

ALARM, WARY = "alarm", "wary"


def find_in(clauses: Clauses, keywords: Keywords) -> Flag | None:
    for rule in keywords.red_flags.rules:
        fired = clauses.fires(rule)
        if fired:
            return Flag(rule.code, rule.gives, clauses.covered(fired))
    return _whole(clauses, keywords)


def _whole(clauses: Clauses, keywords: Keywords) -> Flag | None:
    """A whole message such as 911."""
    for said in (clauses.whole, keywords.trimmed(clauses.whole)):
        if said in keywords.red_flags.whole:
            return Flag("E1", keywords.red_flags.whole[said], clauses.tidied)
    return None


def danger_in(clauses: Clauses) -> str:
    return clauses.covered(_net(clauses.meant, ALARM) + _net(clauses.meant, WARY))


def alarming(clauses: Clauses) -> bool:
    """Words so often said in danger that no topic word beside them may hide them."""
    return bool(_net(clauses.meant, ALARM))


def cleared(clauses: Clauses) -> bool:
    """Does the text name danger only to deny it, or as long past?"""
    named = _net(clauses.heard, ALARM) or _net(clauses.heard, WARY)
    return bool(named) and not danger_in(clauses)


def _net(scene: Scene, group: str) -> list[Hit]:
    """Hits of a group, each word once."""
    kept: list[Hit] = []
    for hit in scene.groups.get(group, ()):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept
