"""`make bench`: every figure beside a peer that ran in the same minutes. Loopback only; ends by itself."""

import sys

from benchmarks import tick, webhook
from benchmarks.table import heading, lines


def main() -> None:
    print(heading(), "\n", sep="")
    for title, measure in (("Texts in", webhook.measure), ("The tick", tick.measure)):
        print(f"measuring: {title} ...", file=sys.stderr, flush=True)
        print(f"### {title}\n", *lines(measure()), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
