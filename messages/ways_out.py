"""How people wrap the wish to leave: calls, wishes, questions and refusals around a few bare words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from messages.folding import normal

LEAVE, DOUBT = "LEAVE", "DOUBT"
_OPENINGS = ("wishes", "questions", "refusals")
_LONGEST = 24  # words of a text that is such a wish and nothing else; Chinese counts characters
_ROUNDS = 6  # so many openings one after the other; nobody says more
_Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaysOut:
    """All in the form of `folding.normal`."""

    calls: frozenset[_Phrase]  # around anything: hey siri, ok, you guys, right now
    openings: Mapping[_Phrase, str]  # before a way out -> wishes, questions or refusals
    alone: frozenset[str]  # ways out that need an opening: (let me) out
    verbs: frozenset[_Phrase]  # with an object of ours: turn off ...
    objects: frozenset[str]  # ... these texts
    refused: frozenset[str]  # after a refusal: (I don't want to) get these
    reach: int  # words of the longest call or opening

    def leaves(self, said: str, stop: frozenset[str], doubt: frozenset[str]) -> str:
        """LEAVE, DOUBT or neither, for a whole message or a whole clause."""
        rest, kind, opened = tuple(said.split()), "", False
        if not 0 < len(rest) <= _LONGEST:
            return ""
        for _ in range(_ROUNDS):
            rest = self._uncalled(rest, stop)
            found = self._found(rest, kind, stop, doubt, opened=opened)
            if found:
                return found
            rest, next_kind = self._unopened(rest)
            if not next_kind:
                return ""
            opened, kind = True, "questions" if kind == "questions" else next_kind
        return ""

    def _found(
        self, rest: _Phrase, kind: str, stop: frozenset[str], doubt: frozenset[str], *, opened: bool
    ) -> str:
        text = " ".join(rest)
        if kind == "refusals":
            return LEAVE if text in self.refused else ""
        sure = DOUBT if kind == "questions" else LEAVE
        if text in stop or (opened and text in self.alone):
            return sure
        if self._ends(rest):
            return sure if opened else DOUBT
        return DOUBT if text in doubt else ""

    def _ends(self, rest: _Phrase) -> bool:
        """Turn off the texts; turn the texts off."""
        around = (rest[0], rest[-1]) in self.verbs and " ".join(rest[1:-1]) in self.objects
        return around or any(
            rest[:at] in self.verbs and " ".join(rest[at:]) in self.objects
            for at in range(1, len(rest))
        )

    def _unopened(self, rest: _Phrase) -> tuple[_Phrase, str]:
        for length in range(self._reach(rest), 0, -1):
            if rest[:length] in self.openings:
                return rest[length:], self.openings[rest[:length]]
        return rest, ""

    def _uncalled(self, rest: _Phrase, stop: frozenset[str]) -> _Phrase:
        """Without calls around it, but for a whole way out: "i said stop"."""
        while " ".join(rest) not in stop:
            shorter = self._shorter(rest)
            if shorter == rest:
                break
            rest = shorter
        return rest

    def _shorter(self, rest: _Phrase) -> _Phrase:
        for length in range(self._reach(rest), 0, -1):
            if rest[:length] in self.calls:
                return rest[length:]
            if rest[-length:] in self.calls:
                return rest[:-length]
        return rest

    def _reach(self, rest: _Phrase) -> int:
        return min(len(rest) - 1, self.reach)


def read_ways_out(table: Mapping[str, Sequence[str]], polite: Iterable[str]) -> WaysOut:
    calls = frozenset(_phrases((*table["calls"], *polite)))
    openings = {phrase: kind for kind in _OPENINGS for phrase in _phrases(table[kind])}
    return WaysOut(
        calls,
        openings,
        alone=frozenset(map(normal, table["alone"])),
        verbs=frozenset(_phrases(table["verbs"])),
        objects=frozenset(map(normal, table["objects"])),
        refused=frozenset(map(normal, table["refused"])),
        reach=max(map(len, (*calls, *openings)), default=0),
    )


def _phrases(said: Iterable[str]) -> Iterable[_Phrase]:
    return (tuple(normal(one).split()) for one in said)
