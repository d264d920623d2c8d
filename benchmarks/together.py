"""All at once: texts come in while a million reminders are written and the outbox drains."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import quantiles

from sqlalchemy import delete, select, text, update

from benchmarks import subscribers
from benchmarks.installation import Installation, installed
from benchmarks.open_rate import Text, Texts, requests
from benchmarks.processes import wait_for
from benchmarks.table import NAMES, Row, spread
from service.envelopes import State
from service.store.engine import Store, open_store
from service.store.tables import Entry, Plan
from tests.signed import ACCOUNT, PUBLIC_URL, TOKEN

RUNS = 5
EVERYBODY, FEW, PIECE = 1_000_000, 1_000, 20_000  # people, each on a plan of their own
HOUR = EVERYBODY / 3600  # reminders a second that an hour's million needs
TEXTS = 30.0  # a second that come in
QUIET, LONGEST = 8.0, 240.0  # seconds of texts before a tick, and at most
AHEAD = 2.0  # seconds from now to a slot
SETTLED = 1.0  # seconds in which nothing arrives


@dataclass(frozen=True)
class Run:
    before: Sequence[float]  # milliseconds that each text took while nothing was due
    during: Sequence[float]  # and while a million were written and sent
    tick: float  # seconds
    sent: float  # reminders a second meanwhile
    delays: Sequence[float]  # seconds from the slot to the provider, of FEW at once
    rate: float  # reminders a second, from the slot of PIECE to the last at the provider


class Scene:
    """A database of subscribers, and the service that runs on it."""

    def __init__(self, store: Store, plans: Sequence[int], service: Installation) -> None:
        self._store = store
        self._everybody, self._few, self._piece = plans
        self._service = service
        self._requests = requests(ACCOUNT, TOKEN, PUBLIC_URL)
        self._looked = 0.0

    def run(self) -> Run:
        few = self._arrivals(self._few, FEW)
        piece = self._arrivals(self._piece, PIECE)
        texts, began, ended, sent = self._everybody_due()
        return Run(
            before=[1000 * text.took for text in texts if text.came < began],
            during=[1000 * text.took for text in texts if began <= text.came < ended],
            tick=ended - began,
            sent=sent / (ended - began),
            delays=few,
            rate=PIECE / max(piece),
        )

    def _arrivals(self, plan: int, people: int) -> list[float]:
        """Seconds from the slot until each of a plan's reminders came to the provider."""
        before = len(self._service.accepted())
        slot = self._make_due(plan).timestamp()
        time.sleep(AHEAD)
        wait_for(lambda: not self._under_way(plan), f"{people:,} reminders to go", LONGEST)
        delays = [came - slot for _, came in self._service.accepted()[before:]]
        if len(delays) != people:
            raise SystemExit(f"benchmarks: {len(delays):,} of {people:,} reminders were sent")
        self._forget()
        return delays

    def _everybody_due(self) -> tuple[list[Text], float, float, int]:
        """Texts come in first while nothing is due, then until a million reminders are written."""
        before = len(self._service.accepted())
        start = time.monotonic()
        marks: list[float] = []

        def over() -> bool:
            now = time.monotonic()
            if not marks and now >= start + QUIET:
                self._make_due(self._everybody, 0)
                marks.append(now)
            elif len(marks) == 1 and now >= self._looked + 0.5:
                self._looked = now
                if not self._to_be_written(self._everybody):
                    marks.append(now)
            if now > start + LONGEST:
                raise SystemExit("benchmarks: a million reminders weren't written in time")
            return len(marks) == 2

        self._looked = start
        texts = Texts(self._service.web, self._requests, TEXTS).run(over)
        sent = len(self._service.accepted()) - before
        self._forget()
        return texts, marks[0], marks[1], sent

    def _make_due(self, plan: int, ahead: float = AHEAD) -> datetime:
        slot = datetime.now(UTC) + timedelta(seconds=ahead)
        with self._store.write() as session:
            session.execute(update(Plan).where(Plan.id == plan).values(next_at=slot))
        return slot

    def _to_be_written(self, plan: int) -> bool:
        with self._store.read() as session:
            row = session.get_one(Plan, plan)
            return row.next_at is not None and row.next_at <= datetime.now(UTC)

    def _under_way(self, plan: int) -> bool:
        if self._to_be_written(plan):
            return True
        live = (State.QUEUED, State.SENDING)
        with self._store.read() as session:
            some = select(Entry.id).where(Entry.state.in_(live), Entry.kind == "reminder")
            return session.scalar(select(some.exists())) or False

    def _forget(self) -> None:
        """Nothing queued, and nobody reminded within the hour: the next run begins anew."""
        with self._store.write(wait=30.0) as session:
            if self._store.dialect == "postgresql":
                session.execute(text("TRUNCATE entry"))
            else:
                session.execute(delete(Entry))
        self._wait_for_the_last()

    def _wait_for_the_last(self) -> None:
        """What was in flight arrives all the same; it belongs to no later run."""
        taken = -1
        while taken != (now := len(self._service.accepted())):
            taken = now
            time.sleep(SETTLED)


def measure() -> list[Row]:
    return [row for database in subscribers.available() for row in _rows(database, _runs(database))]


def _runs(database: str) -> list[Run]:
    """The processes of one database have ended before those of the other start."""
    with subscribers.empty(database, "together") as url:
        store = open_store(url)
        plans = _subscribed(store)
        try:
            with installed(database, url) as service:
                scene = Scene(store, plans, service)
                return [scene.run() for _ in range(RUNS)]
        finally:
            store.close()


def _subscribed(store: Store) -> list[int]:
    """Everybody, and two smaller crowds; none is due before tomorrow. It is noon where they are."""
    now = datetime.now(UTC)
    west = now.hour - 12
    zone = f"Etc/GMT{west:+}" if west else "Etc/GMT"
    tomorrow = now + timedelta(days=1)
    return [
        subscribers.fill(store, people, 1, tomorrow + timedelta(minutes=later), zone, "sms")
        for later, people in enumerate((EVERYBODY, FEW, PIECE))
    ]


def _rows(database: str, runs: Sequence[Run]) -> list[Row]:
    name = NAMES[database]
    rates = [run.rate for run in runs]
    return [
        Row(f"{name}: texts, nothing due", "p99 ms", spread([_p99(r.before) for r in runs], ".0f")),
        Row(
            f"texts, {EVERYBODY:,} written and sent",
            "p99 ms",
            spread([_p99(run.during) for run in runs], ".0f"),
        ),
        Row("", "worst ms", spread([max(run.during) for run in runs], ".0f")),
        Row("that tick", "s", spread([run.tick for run in runs], ".1f")),
        Row("reminders sent meanwhile", "a second", spread([run.sent for run in runs], ",.0f")),
        Row(
            f"{FEW:,} due: from the slot to the provider",
            "p99 s",
            spread([_p99(run.delays) for run in runs], ".1f"),
        ),
        Row(f"{PIECE:,} due: sent", "a second", spread(rates, ",.0f")),
        Row(
            f"of the {HOUR:.0f} a second that {EVERYBODY:,} an hour need",
            "times",
            spread([rate / HOUR for rate in rates], ".1f"),
        ),
    ]


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]
