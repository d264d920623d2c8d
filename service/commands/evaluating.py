"""`upright evaluate`: how well texts are understood, measured on labelled texts."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click

from messages import catalogue as catalogues
from messages.vocabulary import Vocabulary
from service.conversation.understand import understand

_SAFE = frozenset({"emergency", "ask"})
_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Case:
    """A text, what it means and what came out; `kind` groups texts that are hard in one way."""

    text: str
    intent: str
    language: str
    kind: str
    got: str
    seconds: float

    @property
    def right(self) -> bool:
        return self.got == self.intent


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--wrong", is_flag=True, help="Also list the texts that were read wrongly.")
def evaluate(file: Path, wrong: bool) -> None:
    """Measure how the texts in FILE are understood, by language, kind and intent.

    A line of FILE: {"text": "my back hurts", "intent": "doctor", "language": "en", "kind": "sentence"}.
    """
    try:
        cases = measure(file.read_text(encoding="utf-8"), catalogues.load().vocabulary)
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from None
    for line in report(cases):
        click.echo(line)
    if wrong:
        for case in cases:
            if not case.right:
                click.echo(f"{case.intent:>10} read as {case.got:<10} {case.language} {case.text}")


def measure(lines: str, vocabulary: Vocabulary) -> list[Case]:
    """Read labelled lines and understand each. Raises ValueError naming the line that is wrong."""
    cases = []
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, intent, language, kind = (
                str(row[key]) for key in ("text", "intent", "language", "kind")
            )
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                f"line {number} must be JSON with text, intent, language and kind"
            ) from None
        start = time.perf_counter()
        got = understand(text, vocabulary).intent
        cases.append(Case(text, intent, language, kind, got, time.perf_counter() - start))
    if not cases:
        raise ValueError("there is no line in it")
    return cases


def report(cases: Sequence[Case]) -> Iterator[str]:
    yield f"{len(cases)} texts, {_percent(case.right for case in cases)} right"
    yield from _speed(cases)
    yield ""
    yield from _safety(cases)
    for name in ("language", "kind", "intent"):
        yield ""
        yield from _by(name, cases)
    yield ""
    yield from _confusion(cases)


def _speed(cases: Sequence[Case]) -> Iterator[str]:
    times = sorted(case.seconds * 1000 for case in cases)
    worst = times[int(len(times) * 0.99)]
    yield f"{median(times):.2f} ms a text (median), {worst:.2f} ms (p99), {times[-1]:.2f} ms (longest)"


def _safety(cases: Sequence[Case]) -> Iterator[str]:
    """What the service is trusted for: leaving, danger, and no false alarm."""
    wanted = _where(cases, lambda case: case.intent == "stop")
    got = _where(cases, lambda case: case.got == "stop")
    danger = _where(cases, lambda case: case.intent == "emergency")
    harmless = _where(cases, lambda case: case.intent not in _SAFE)
    yield _row("opt-outs caught", (case.right for case in wanted))
    yield _row("taken as opt-outs that are", (case.right for case in got))
    yield _row("emergencies by E_ or ASK", (case.got in _SAFE for case in danger))
    yield _row("emergencies by E_", (case.right for case in danger))
    yield _row("harmless with E_", (case.got == "emergency" for case in harmless))


def _by(name: str, cases: Sequence[Case]) -> Iterator[str]:
    yield f"by {name}"
    for value in sorted({getattr(case, name) for case in cases}):
        yield _row(value, (case.right for case in cases if getattr(case, name) == value))


def _confusion(cases: Sequence[Case]) -> Iterator[str]:
    yield "confusion: intent, then what it was read as"
    counts = Counter((case.intent, case.got) for case in cases)
    for intent in sorted({case.intent for case in cases}):
        found = [(got, many) for (wanted, got), many in counts.most_common() if wanted == intent]
        yield f"  {intent:{_WIDTH}}" + ", ".join(f"{got} {many}" for got, many in found)


def _where(cases: Sequence[Case], chosen: Callable[[Case], bool]) -> list[Case]:
    return [case for case in cases if chosen(case)]


def _row(name: str, right: Iterable[bool]) -> str:
    answers = list(right)
    return f"  {name:{_WIDTH + 4}}{_percent(answers):>8}  {sum(answers)} of {len(answers)}"


def _percent(right: Iterable[bool]) -> str:
    answers = list(right)
    return f"{sum(answers) / len(answers):.1%}" if answers else "-"
