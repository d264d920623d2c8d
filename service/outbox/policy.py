"""What follows from a send that failed: for its row, for the sender, for the operators.

| what happened | verdict | the row | the sender | operators |
|---|---|---|---|---|
| connection refused, time-out before the request was written | RETRY | queued again, later each time | goes on | |
| time-out or reset after it was written, 5xx, unreadable answer | DOUBTFUL | in doubt: looked up first | goes on | |
| 429 | SLOW_DOWN | queued again, the attempt doesn't count | rests, as long as the provider says | |
| another text went to this person a moment ago | TOO_SOON | queued again, the attempt doesn't count | goes on | |
| wrong account, token or registration | SET_UP | queued again, the attempt doesn't count | rests for minutes | told |
| the person said STOP to the carrier | OPTED_OUT | failed, and consent is withdrawn | goes on | |
| nobody is reached at that number | DEAD | failed, and the number is switched off | goes on | |
| this text or country is refused, or its picture | REFUSED | failed | goes on | |
| the template that it goes in is refused | MEND | failed | goes on | told |

A row that could only go after its best-before ends at once: late is worse than never.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.envelopes import State, Verdict

ATTEMPTS = 10  # a fault that outlasts these is no passing one; a nudge expires before
_JITTER = 0.2  # else all that failed together come back together
_chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class BackOff:
    """Waits that double from `first` to `longest`."""

    first: timedelta
    longest: timedelta

    def after(self, faults: int) -> timedelta:
        """The wait after so many faults in a row, one at least; jittered."""
        wait = min(self.first * float(2 ** min(faults - 1, 20)), self.longest)
        return wait * _chance.uniform(1 - _JITTER, 1 + _JITTER)


class Rest(StrEnum):
    """How a whole sender rests."""

    SLOW = "slow"  # the provider wants fewer at once
    STOPPED = "stopped"  # an operator must mend something; a text is risked now and then


# Twilio's own advice for 429: from 100 ms, doubled, 30 s at most.
RESTS: Mapping[Rest, BackOff] = {
    Rest.SLOW: BackOff(timedelta(milliseconds=100), timedelta(seconds=30)),
    Rest.STOPPED: BackOff(timedelta(seconds=60), timedelta(minutes=10)),
}
AGAIN = BackOff(timedelta(seconds=5), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Rule:
    """`state`: of the row afterwards; `counts`: was it an attempt? `rest`: of the sender."""

    state: State
    counts: bool = True
    rest: Rest | None = None


POLICY: Mapping[Verdict, Rule] = {
    Verdict.RETRY: Rule(State.QUEUED),
    Verdict.DOUBTFUL: Rule(State.DOUBTFUL),
    Verdict.SLOW_DOWN: Rule(State.QUEUED, counts=False, rest=Rest.SLOW),
    Verdict.TOO_SOON: Rule(State.QUEUED, counts=False),
    Verdict.SET_UP: Rule(State.QUEUED, counts=False, rest=Rest.STOPPED),
    Verdict.OPTED_OUT: Rule(State.FAILED),
    Verdict.DEAD: Rule(State.FAILED),
    Verdict.REFUSED: Rule(State.FAILED),
    Verdict.MEND: Rule(State.FAILED),
}


def after(
    verdict: Verdict,
    attempts: int,
    best_before: datetime | None,
    now: datetime,
    wait: float = 0.0,
) -> tuple[State, datetime | None]:
    """What becomes of a row whose attempt failed, and when it may go again (None: at once).

    `attempts`: made so far, this one included; `wait`: the seconds that the failure itself named.
    """
    rule = POLICY[verdict]
    if verdict is Verdict.TOO_SOON:
        return rule.state, now + timedelta(seconds=wait)
    if rule.state is not State.QUEUED or not rule.counts:
        return rule.state, None
    if attempts >= ATTEMPTS:
        return State.FAILED, None
    again = now + AGAIN.after(attempts)
    if best_before is not None and again >= best_before:
        return State.EXPIRED, None
    return State.QUEUED, again
