"""`make bench`: every figure beside a peer that ran in the same minutes. Loopback only; ends by itself."""

import sys

from benchmarks import tick, understanding, webhook
from benchmarks.table import heading, lines


def main() -> None:
    print(heading(), "\n", sep="")
    parts = (
        ("Texts in", webhook.measure),
        ("The tick", tick.measure),
        ("Understanding", understanding.measure),
    )
    for title, measure in parts:
        print(f"measuring: {title} ...", file=sys.stderr, flush=True)
        print(f"### {title}\n", *lines(measure()), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
