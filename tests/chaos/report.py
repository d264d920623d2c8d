"""What a run tells at its end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.chaos.ledger import Ledger

_LINES = 15  # of what was logged


@dataclass
class Report:
    """`done`: to the service, by name; `heard` STOPs, with so many tries beyond each first one."""

    name: str
    ledger: Ledger
    seconds: float
    done: Mapping[str, int]
    provider: Mapping[str, Any]
    heard: int
    tried_again: int
    logged: Counter[str]

    @property
    def kept(self) -> bool:
        return not self.ledger.faults

    def __str__(self) -> str:
        verdict = "the promise is kept" if self.kept else f"BROKEN {len(self.ledger.faults)} times"
        logged = [f"  {count:>7}  {line}" for line, count in self.logged.most_common(_LINES)]
        return "\n".join(
            [
                f"{self.name}: {self.ledger.due} reminders in {self.seconds:.0f} s: {verdict}",
                str(self.ledger),
                f"  done to it: {_listed(self.done)}",
                f"  the provider took {self.provider['accepted']}; asked: {_listed(self.provider['asked'])}",
                f"  its reports were answered: {_listed(self.provider['reports'])}",
                f"  STOP: {self.heard} heard, {self.tried_again} tries more than once",
                "  logged as errors:" if logged else "  no errors logged",
                *logged,
            ]
        )


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(counts.items())) or "nothing"
