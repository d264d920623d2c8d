"""`make bench`: every figure beside a peer that ran in the same minutes. Loopback only; ends by itself.

    python -m benchmarks [webhook] [clock] [sending] [channels] [together] [understanding]

measures these parts; without a name, all.
"""

import sys

from benchmarks import channels, sending, tick, together, understanding, webhook
from benchmarks.table import heading, lines

PARTS = {
    "webhook": ("Texts in", webhook.measure),
    "clock": ("The clock", tick.measure),
    "sending": ("Sending", sending.measure),
    "channels": ("Channels", channels.measure),
    "together": ("Together", together.measure),
    "understanding": ("Understanding", understanding.measure),
}


def main() -> None:
    names = sys.argv[1:] or list(PARTS)
    if not PARTS.keys() >= set(names):
        sys.exit(f"benchmarks: choose from {', '.join(PARTS)}")
    print(heading(), "\n", sep="")
    for title, measure in map(PARTS.__getitem__, names):
        print(f"measuring: {title} ...", file=sys.stderr, flush=True)
        print(f"### {title}\n", *lines(measure()), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
