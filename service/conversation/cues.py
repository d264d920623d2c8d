"""What the rules noticed in a text, as features for the classifier: word groups, topics, danger."""

from collections.abc import Iterator, Sequence

from service.conversation.views import View
from service.envelopes import Reading


def cues(found: Sequence[View], ruled: Reading) -> list[str]:
    """`ruled`: what the rules of the likeliest language say. Each cue ends in a blank, as words do."""
    noticed = dict.fromkeys(f"{cue} " for view in found for cue in _noticed(view))
    return [*noticed, f"!{ruled.topic} ", f"!{ruled.topic}:{ruled.rule} "]


def _noticed(view: View) -> Iterator[str]:
    """Groups that are meant, groups that are only denied or past, and topics by their words."""
    for group in view.clauses.heard.groups:
        yield f"@{group}" if group in view.clauses.meant.groups else f"~{group}"
    for hit in view.clauses.said:
        if hit.label:
            yield f"={hit.label}"
