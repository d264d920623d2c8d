"""`make bench`: every figure beside a peer that ran in the same minutes. Loopback only; ends by itself.

    python -m benchmarks [webhook] [clock] [sending] [channels] [together] [understanding] [dashboard]

measures these parts; without a name, all but the dashboard, which fills the disk with its history.
"""

import sys

from benchmarks import channels, dashboard, sending, tick, together, understanding, webhook
from benchmarks.table import heading, lines

PARTS = {
    "webhook": ("Texts in", webhook.measure),
    "clock": ("The clock", tick.measure),
    "sending": ("Sending", sending.measure),
    "channels": ("Channels", channels.measure),
    "together": ("Together", together.measure),
    "understanding": ("Understanding", understanding.measure),
    "dashboard": ("The dashboard", dashboard.measure),
}
BY_NAME = {"dashboard"}


def main() -> None:
    names = sys.argv[1:] or [name for name in PARTS if name not in BY_NAME]
    if not PARTS.keys() >= set(names):
        sys.exit(f"benchmarks: choose from {', '.join(PARTS)}")
    print(heading(), "\n", sep="")
    for title, measure in map(PARTS.__getitem__, names):
        print(f"measuring: {title} ...", file=sys.stderr, flush=True)
        print(f"### {title}\n", *lines(measure()), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
