"""`make model`: learn messages/model.json from the example texts. Needs scikit-learn, the service doesn't."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from messages.classifier import FILE
from messages.examples import FOLDER, Example, fingerprint, read_examples
from messages.features import features
from messages.folding import fold
from messages.keywords import Keywords, read
from service.conversation.by_rules import ruled
from service.conversation.cues import cues
from service.conversation.views import views

STRENGTH = 40.0  # of the fit: higher follows the examples more closely
SMALL = 130  # hundredths; smaller weights change nothing
_SCALE = 100


def main(folder: Path = FOLDER) -> None:
    found = read_examples(folder)
    languages = {path.parent.name: read(path.parent) for path in folder.glob("*/keywords.toml")}
    model = {"examples": fingerprint(folder), **learn(found, languages)}
    text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
    (folder / FILE).write_text(text.replace('],"', '],\n"') + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} examples, {len(text):,} characters of weights\n")


def learn(found: Sequence[Example], languages: Mapping[str, Keywords]) -> dict[str, Any]:
    plain = [features(fold(text).words) for text, _, _ in found]
    full = [
        [*said, *_cues(text, language, languages)]
        for said, (text, _, language) in zip(plain, found, strict=True)
    ]
    return {
        "topics": _fit(full, [topic for _, topic, _ in found]),
        "languages": _fit(plain, [language for _, _, language in found]),
    }


def _cues(text: str, language: str, languages: Mapping[str, Keywords]) -> list[str]:
    seen = views(fold(text), languages, [language])
    return cues(seen, ruled(seen[0].clauses, seen[0].keywords))


def _fit(seen: Sequence[Sequence[str]], labels: Sequence[str]) -> dict[str, Any]:
    counts = Counter(feature for one in seen for feature in one)
    # What only one example holds teaches that example by heart; a word alone may still tell much.
    vocabulary = sorted(name for name, many in counts.items() if many > 1 or _a_word(name))
    place = {name: at for at, name in enumerate(vocabulary)}
    rarity = np.array([1 + np.log((1 + len(seen)) / (1 + counts[name])) for name in vocabulary])
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(
        _matrix([[place[name] for name in one if name in place] for one in seen], rarity), labels
    )
    weights = np.rint(_SCALE * model.coef_ * rarity).astype(int)
    rows = {name: _row(weights[:, at], rarity[at]) for name, at in place.items()}
    return {
        "classes": [str(name) for name in model.classes_],
        "bias": [round(_SCALE * value) for value in model.intercept_],
        "weights": {name: row for name, row in rows.items() if len(row) > 1},
    }


def _a_word(name: str) -> bool:
    return name[-1] == " " and " " not in name[:-1]


def _matrix(known: Sequence[Sequence[int]], rarity: np.ndarray) -> csr_matrix:
    """Texts by features, each row of length one."""
    rows = [rarity[list(one)] / max(1e-9, np.linalg.norm(rarity[list(one)])) for one in known]
    columns = np.concatenate([np.array(one, dtype=np.int64) for one in known])
    ends = np.cumsum([0, *map(len, known)])
    return csr_matrix((np.concatenate(rows), columns, ends), shape=(len(known), len(rarity)))


def _row(column: np.ndarray, rarity: float) -> list[int]:
    kept = [(at, weight) for at, weight in enumerate(column) if abs(weight) > SMALL]
    return [round(_SCALE * rarity), *(int(value) for pair in kept for value in pair)]


if __name__ == "__main__":
    main()
