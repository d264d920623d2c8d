"""A model of delivery, to be driven at random: see test_model.py.

Two workers take, prepare, send and settle in steps that interleave at will, on a real database; the
provider is a list of the attempts that it accepted. Its look-up and receipts tell the truth, but it
may be out of reach, a text may still be on its way to it when its worker is dead, and things happen
while a sweep is asking it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from service.envelopes import Outgoing, Receipt, SendFailed, Sent, State, Verdict
from service.outbox import entries, receipts
from service.outbox.claim import LEASE, Claim, claim, expire, waiting
from service.outbox.deliver import FRESH
from service.outbox.entries import STARTED
from service.outbox.prepare import Parcel, prepare
from service.outbox.settle import Outcome, settle
from service.outbox.sweep import GIVEN_UP, RESENDS, sweep
from service.people import consent
from service.store.engine import open_store
from service.store.tables import AddressRow, Entry, Person
from tests.outbox.line import House, Line, compose, failed

CARRIERS = {"sms"}
PEOPLE = (1, 2, 3, 4)
KINDS = ("reminder", "reminder", "reminder", "snooze", "notice", "reply", "consent", "emergency")
ENDS = {State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED}
WITH_A_REASON = {State.EXPIRED, State.DROPPED, State.LOST}
NOT_ACCEPTED = [
    Verdict.RETRY, Verdict.SLOW_DOWN, Verdict.SET_UP, Verdict.REFUSED, Verdict.OPTED_OUT, Verdict.DEAD,
]  # fmt: skip
HOW = ["heard", "heard", "heard", "unheard", "unheard", "silence", *NOT_ACCEPTED]  # a send ends
_QUIET = (time(0), time(23, 59))


@dataclass
class Worker:
    """What one process holds in memory; a crash forgets it."""

    claims: list[Claim] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    underway: list[Parcel] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass
class Provider(Line):
    accepted: list[Outgoing] = field(default_factory=list)
    arriving: list[Outgoing] = field(default_factory=list)  # from workers that are no more
    reachable: bool = True

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        self.on_look_up()
        if not self.reachable:
            raise failed(Verdict.RETRY)
        taken = {accepted.attempt for accepted in self.accepted}
        return Sent(f"SM-{outgoing.attempt}") if outgoing.attempt in taken else None


class Model(RuleBasedStateMachine):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.provider = Provider()
        self.house = House(open_store(url), line=self.provider)
        self.workers = defaultdict[str, Worker](Worker)
        self.prepared_before_stop: set[str] = set()
        self.made: dict[str, Parcel] = {}  # by attempt
        self.stopped: set[int] = set()
        self.excused: set[int] = set()  # rows that a look may have missed
        self.latest = self.now
        for _ in PEOPLE:
            self.house.person()
        self.put("reminder")

    @property
    def now(self) -> datetime:
        return self.house.clock.now

    @rule(kind=st.sampled_from(KINDS))
    def put(self, kind: str) -> None:
        with self.house.store.write() as session:
            for person in PEOPLE:
                entries.put(
                    session,
                    person_id=person,
                    address_id=person,
                    channel="sms",
                    kind=kind,
                    now=self.now,
                    # PostgreSQL keeps no order between rows of one moment, and a replay needs one.
                    not_before=self.now - timedelta(microseconds=len(PEOPLE) - person),
                    slot=self.now.replace(second=0) if kind in STARTED else None,
                    text="" if kind in STARTED else kind,
                    key="STOP_OK" if kind == "consent" else "",
                )

    @rule(worker=st.sampled_from("AB"), steps=st.integers(1, 6), how=st.sampled_from(HOW))
    def work(self, worker: str, steps: int, how: str) -> None:
        for _ in range(steps):
            self._step(self.workers[worker], how)

    def _step(self, mine: Worker, how: str) -> None:
        """What a worker does next, as deliver.py does it; anything may come between two steps."""
        if mine.claims:
            self._get_ready(mine)
        elif mine.parcels:
            self._hand_over(mine)
        elif mine.underway:
            self._end(mine, how)
        elif mine.outcomes:
            self._settle(mine)
        else:
            self._take(mine)

    def _take(self, mine: Worker) -> None:
        with self.house.store.write() as session:
            expire(session, ["sms"], self.now, waiting(session, ["sms"], self.now))
            mine.claims += claim(session, "sms", self.now, 3)

    def _get_ready(self, mine: Worker) -> None:
        with self.house.store.write() as session:
            parcels = prepare(
                session, mine.claims, self.now, quiet=_QUIET, budget=None, compose=compose
            )
        mine.claims = []
        mine.parcels += parcels
        self.made |= {parcel.outgoing.attempt: parcel for parcel in parcels}
        allowed = [parcel for parcel in parcels if parcel.address_id not in self.stopped]
        self.prepared_before_stop |= {parcel.outgoing.attempt for parcel in allowed}

    def _hand_over(self, mine: Worker) -> None:
        """One that was held too long is given back instead."""
        for parcel in mine.parcels:
            in_time = parcel.best_before is None or self.now < parcel.best_before
            if in_time and parcel.claimed_at <= self.now < parcel.claimed_at + FRESH:
                mine.underway.append(parcel)
            else:
                mine.outcomes.append(Outcome(parcel, None))
        mine.parcels = []

    def _end(self, mine: Worker, how: str) -> None:
        parcel = mine.underway.pop(0)
        result: Sent | SendFailed = failed(
            Verdict.DOUBTFUL if how in {"heard", "unheard", "silence"} else Verdict(how)
        )
        if how in {"heard", "unheard"}:
            self._accepted(parcel.outgoing)
        if how == "heard":
            result = Sent(f"SM-{parcel.outgoing.attempt}")
        mine.outcomes.append(Outcome(parcel, result))

    def _settle(self, mine: Worker) -> None:
        with self.house.store.write() as session:
            settle(session, mine.outcomes, self.now, CARRIERS)
        mine.outcomes = []

    @precondition(lambda self: self.provider.arriving)
    @rule(arrives=st.booleans())
    def arrive_unheard(self, arrives: bool) -> None:
        """What a dead worker had under way."""
        outgoing = self.provider.arriving.pop(0)
        if arrives:
            self._accepted(outgoing)

    def _accepted(self, outgoing: Outgoing) -> None:
        """One that took longer than any send may has perhaps been looked for in vain."""
        assert outgoing.started_at is not None
        self.provider.accepted.append(outgoing)
        if abs(self.now - outgoing.started_at) >= LEASE:
            self.excused.add(self.made[outgoing.attempt].entry_id)

    @rule(worker=st.sampled_from("AB"))
    def crash(self, worker: str) -> None:
        underway = self.workers.pop(worker, Worker()).underway
        self.provider.arriving += [parcel.outgoing for parcel in underway]

    @rule(
        worker=st.sampled_from("AB"),
        meanwhile=st.sampled_from(
            ["nothing", "nothing", "work", "crash", "sweep", "receipt", "stop", "out of reach"]
        ),
    )
    def sweep(self, worker: str, meanwhile: str) -> None:
        """While the provider is asked, nothing is locked: this may happen."""
        things: dict[str, Callable[[], None]] = {
            "work": lambda: self.work(worker, 4, "heard"),
            "crash": lambda: self.crash(worker),
            "sweep": lambda: self._sweep(self.now),
            "receipt": lambda: self._report_all(State.DELIVERED),
            "stop": lambda: self.stop(1),
        }
        happening = [things[meanwhile]] if meanwhile in things else []

        def once() -> None:
            if happening:
                happening.pop()()

        self.provider.reachable, self.provider.on_look_up = meanwhile != "out of reach", once
        if not self.provider.reachable:
            long_ago = self.now - GIVEN_UP
            self.excused |= {p.entry_id for p in self.made.values() if p.claimed_at < long_ago}
        self._sweep(self.now)
        self.provider.reachable, self.provider.on_look_up = True, lambda: None

    def _sweep(self, now: datetime) -> None:
        sweep(self.house.store, {"sms": self.provider}, now)

    @precondition(lambda self: self.provider.accepted)
    @rule(data=st.data(), state=st.sampled_from(sorted(ENDS)))
    def receipt(self, data: st.DataObject, state: State) -> None:
        outgoing = data.draw(st.sampled_from(self.provider.accepted))
        self._report(outgoing, state)

    def _report_all(self, state: State) -> None:
        for outgoing in self.provider.accepted:
            self._report(outgoing, state)

    def _report(self, outgoing: Outgoing, state: State) -> None:
        with self.house.store.write() as session:
            receipt = Receipt(outgoing.attempt, f"SM-{outgoing.attempt}", state)
            receipts.record(session, receipt, self.now, CARRIERS)

    @rule(person=st.sampled_from(PEOPLE))
    def stop(self, person: int) -> None:
        with self.house.store.write() as session:
            address = session.get_one(AddressRow, person)
            evidence = consent.Evidence(source="text", rule="stop")
            consent.withdraw(session, address, evidence, "keyword", self.now, carriers=CARRIERS)
            session.get_one(Person, person).state = "stopped"
            entries.withdraw(session, person, self.now, "opted out")
        self.stopped.add(person)

    @rule(seconds=st.sampled_from([1, 6, 30, 59, 125, 125, 245, 485, 700, -3600]))
    def time_passes(self, seconds: int) -> None:
        self.house.clock.forward(seconds=seconds)
        self.latest = max(self.latest, self.now)

    @invariant()
    def nothing_comes_twice(self) -> None:
        times = Counter(
            (self.made[outgoing.attempt].entry_id, self.made[outgoing.attempt].kind)
            for outgoing in self.provider.accepted
        )
        for (row, kind), count in times.items():
            worth_repeating = kind in {"consent", "emergency"}
            assert count <= (RESENDS if worth_repeating else 1), (row, kind, count)
        attempts = [outgoing.attempt for outgoing in self.provider.accepted]
        assert len(set(attempts)) == len(attempts)

    @invariant()
    def stop_is_sacred(self) -> None:
        for outgoing in self.provider.accepted:
            allowed = outgoing.attempt in self.prepared_before_stop
            assert allowed or not self.made[outgoing.attempt].started

    def teardown(self) -> None:
        """Everything dies; one worker and a sweep go on: each text went, or says why not."""
        try:
            for worker in list(self.workers):
                self.crash(worker)
            for outgoing in self.provider.arriving:
                self._accepted(outgoing)
            self.house.clock.now = self.latest
            for _ in range(6):
                self.house.clock.forward(minutes=15)
                self._sweep(self.now)
                self._drain()
            self._all_has_ended(but=self.excused)
            self._report_all(State.DELIVERED)
            self.nothing_comes_twice()
            self.stop_is_sacred()
            self._all_has_ended()
        finally:
            self.house.store.close()

    def _drain(self) -> None:
        worker = self.workers["A"]
        self._take(worker)
        while worker != Worker():
            while worker != Worker():
                self._step(worker, "heard")
            self._take(worker)

    def _all_has_ended(self, but: Collection[int] = ()) -> None:
        went = {self.made[outgoing.attempt].entry_id for outgoing in self.provider.accepted}
        with self.house.store.read() as session:
            rows = session.scalars(select(Entry)).all()
        for row in rows:
            allowed = ENDS if row.id in went else {*WITH_A_REASON, State.FAILED}
            said = (row.id, row.kind, row.state, row.error, row.id in went)
            assert row.id in but or State(row.state) in allowed, said
            assert row.error or row.id in went, said
