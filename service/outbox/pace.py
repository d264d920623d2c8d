"""How fast one channel may send: segments a second, and pauses when the provider asks for them."""

import random
from datetime import datetime, timedelta

# Twilio's own advice for 429: from 100 ms, doubled, 10 % jitter, 30 s at most.
_SLOW = (timedelta(milliseconds=100), timedelta(seconds=30))
_SET_UP = (timedelta(seconds=60), timedelta(minutes=10))
_JITTER = 0.1
_chance = random.SystemRandom()


class Pace:
    """Moments are the service's own time: where that is moved, or set back, a pause ends."""

    def __init__(self, rate: float | None) -> None:
        """`rate`: segments a second; None: no limit."""
        self._rate = rate
        self._most = max(rate or 0.0, 1.0)
        self._tokens = self._most
        self._at: datetime | None = None
        self._paused: tuple[datetime, datetime] | None = None  # from, until
        self._faults = 0

    def room(self, now: datetime, most: int) -> int:
        """How many texts may be taken now, up to `most`, counting one segment each."""
        if self.paused(now):
            return 0
        if self._rate is None:
            return most
        passed = (now - self._at).total_seconds() if self._at else 0.0
        self._at = now
        self._tokens = min(self._most, self._tokens + max(passed, 0.0) * self._rate)
        return max(0, min(most, int(self._tokens)))

    def take(self, segments: int) -> None:
        """Longer texts than counted on are paid back before the next ones go."""
        self._tokens -= segments

    def paused(self, now: datetime) -> bool:
        return self._paused is not None and self._paused[0] <= now < self._paused[1]

    def slow_down(self, now: datetime, wait: float) -> None:
        """The provider wants fewer at once, perhaps after `wait` seconds."""
        self._pause(now, *_SLOW, least=timedelta(seconds=wait))

    def set_up_fault(self, now: datetime) -> None:
        """Nothing goes until an operator mends something; a text is risked now and then."""
        self._pause(now, *_SET_UP, least=timedelta())

    def went_well(self, now: datetime) -> None:
        if not self.paused(now):
            self._faults = 0

    def _pause(self, now: datetime, first: timedelta, longest: timedelta, least: timedelta) -> None:
        """Many sends in flight fail at once: they are one fault."""
        if self.paused(now):
            return
        wait = min(first * 2 ** min(self._faults, 20), longest)
        wait *= _chance.uniform(1 - _JITTER, 1 + _JITTER)
        self._paused = now, now + max(wait, least)
        self._faults += 1
