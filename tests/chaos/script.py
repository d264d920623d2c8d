"""How a run goes: how many people, what is killed how often, and what the provider does wrong."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    people: int = 100_000
    minutes: int = 5  # over which their slots are spread
    workers: int = 4
    clocks: int = 2
    kills: int = 75
    every: float = 4.0  # seconds between two kills, on average
    faults: float = 0.1  # share of sends that go wrong
    delay: float = 0.05  # seconds until the provider answers
    reports: float = 0.1  # share of texts that the provider reports on
    stops: float = 0.01  # share of people who text STOP
    seed: int = 1
    patience: float = 1500.0  # seconds until a run that doesn't end is given up
    to_the_end: bool = True  # wait for the sweep's last look; else it is asked with a later time


@dataclass(frozen=True)
class Act:
    """Something done to the service, so many seconds after the start."""

    at: float
    name: str
    do: Callable[[], None]


def kills(script: Script, victims: Sequence[tuple[str, Callable[[], None]]]) -> Iterator[Act]:
    """Each at a moment and of a victim that the seed decides, the same in each run."""
    chance = random.Random(script.seed)
    at = script.every
    for _ in range(script.kills):
        name, do = chance.choice(victims)
        yield Act(at, f"kill {name}", do)
        at += script.every * chance.uniform(0.5, 1.5)


def with_restarts(acts: Sequence[Act], *restarts: tuple[str, Callable[[], None]]) -> list[Act]:
    """One restart of each server among the kills, evenly."""
    last = max(act.at for act in acts)
    among = [
        Act(last * (number + 1) / (len(restarts) + 1), name, do)
        for number, (name, do) in enumerate(restarts)
    ]
    return sorted([*acts, *among], key=lambda act: act.at)
