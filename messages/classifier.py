"""A small linear classifier of texts: model.json, made from the example texts by `make model`.

A text's score for a class is the sum of the weights of its features, each weighed by how rare it is
(tf-idf), over the length of that vector. Which features spoke for a topic can be told (`because`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, sqrt
from pathlib import Path

from messages.reading import Finding

FILE = "model.json"
_SCALE = 100  # weights and rarities are kept as whole hundredths


@dataclass(frozen=True, slots=True)
class Classifier:
    """One linear model."""

    classes: Sequence[str]
    bias: Sequence[int]
    weights: Mapping[str, Sequence[int]]  # feature -> rarity, class, weight, class, weight ...

    def shares(self, features: Iterable[str]) -> dict[str, float]:
        """The probability of each class; they sum to one."""
        totals = [0] * len(self.bias)
        length = 0
        for feature in features:
            row = self.weights.get(feature)
            if row is None:
                continue
            length += row[0] * row[0]
            for at in range(1, len(row), 2):
                totals[row[at]] += row[at + 1]
        share = _SCALE / sqrt(length) if length else 0.0
        scores = [
            (base + total * share) / _SCALE for base, total in zip(self.bias, totals, strict=True)
        ]
        highest = max(scores)
        odds = [exp(score - highest) for score in scores]
        whole = sum(odds)
        return {name: share / whole for name, share in zip(self.classes, odds, strict=True)}

    def rarity(self, word: str) -> float:
        """How seldom people write a word; infinite for one that nobody was seen to write."""
        row = self.weights.get(f"{word} ")
        return row[0] if row else inf

    def because(self, features: Iterable[str], name: str) -> list[str]:
        """The features that spoke for a class, the strongest first."""
        place = self.classes.index(name)
        found = []
        for feature in features:
            row = self.weights.get(feature, ())
            spoke = [row[at + 1] for at in range(1, len(row), 2) if row[at] == place]
            if spoke and spoke[0] > 0:
                found.append((-spoke[0], feature.strip()))
        return [feature for _, feature in sorted(found)]


@dataclass(frozen=True, slots=True)
class Model:
    """What a text is about, and in which language."""

    topics: Classifier
    languages: Classifier
    examples: str  # fingerprint of what it was made from


def read_model(folder: Path, findings: list[Finding]) -> Model | None:
    """The model in `folder`; None, and a finding, when it can't be used."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Model(
            Classifier(**found["topics"]), Classifier(**found["languages"]), found["examples"]
        )
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        reason = f"can't be used ({wrong}): make it again with make model"
        findings.append(Finding(FILE, "-", reason))
        return None
