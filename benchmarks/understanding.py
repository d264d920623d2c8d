"""What a text means, beside a fuzzy look-up of the keywords, which is what simple bots do."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import process

from benchmarks.table import Row, spread
from messages.catalogue import load
from messages.folding import normal
from service.conversation.understand import understand

RUNS = 5
TEXTS = Path(__file__).parent.parent / "tests" / "understanding" / "tuning.jsonl"
LONGEST = ("my back aches when i sit and " * 60, "背痛怎么办，" * 270)  # noqa: RUF001
_LOAD = (
    "import time; from messages.catalogue import load; "
    "start = time.process_time(); load(); print(time.process_time() - start)"
)


def measure() -> list[Row]:
    vocabulary = load().vocabulary
    aliases = [alias for words in vocabulary.languages.values() for alias in words.aliases]
    texts = [json.loads(line)["text"] for line in TEXTS.read_text("utf-8").splitlines()]
    ours, peer = [], []
    for _ in range(RUNS):
        ours.append(_timed(texts, lambda text: understand(text, vocabulary)))
        peer.append(_timed(texts, lambda text: process.extractOne(normal(text), aliases)))
    longest = [
        max(_timed([text[:1600] for text in LONGEST], lambda text: understand(text, vocabulary)))
        for _ in range(RUNS)
    ]
    fuzzy = f"rapidfuzz over {len(aliases):,} keywords"
    return [
        Row("understanding a text", "ms, median", spread([_part(run, 0.5) for run in ours], ".2f")),
        Row("", "ms, p99", spread([_part(run, 0.99) for run in ours], ".2f")),
        Row("1,600 characters", "ms", spread(longest, ".1f")),
        Row(fuzzy, "ms, median", spread([_part(run, 0.5) for run in peer], ".2f")),
        Row(
            "its time / ours",
            "ratio of sums",
            spread([sum(theirs) / sum(own) for theirs, own in zip(peer, ours, strict=True)], ".2f"),
        ),
        Row("loading all words", "s of one core", spread([_loading() for _ in range(RUNS)], ".2f")),
    ]


def _timed(texts: Sequence[str], work: Callable[[str], object]) -> list[float]:
    """Milliseconds of this process for each text."""
    taken = []
    for text in texts:
        start = time.process_time()
        work(text)
        taken.append(1000 * (time.process_time() - start))
    return taken


def _part(taken: Sequence[float], share: float) -> float:
    return sorted(taken)[int(len(taken) * share)]


def _loading() -> float:
    """In a process of its own: a second load in this one would find things warm."""
    done = subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, check=True)
    return float(done.stdout)
