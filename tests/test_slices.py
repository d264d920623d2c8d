"""Slices are as large as the machine writes in the time that others may have to wait."""

from sqlalchemy import select

from service.outbox import entries
from service.slices import AIM, LEAST, MOST, Pace, Slices
from service.store.engine import Store
from service.store.tables import Plan
from tests.reminders.people import QUIET, at, join, names, written


def pace() -> Pace:
    return Pace(AIM["sqlite"], LEAST["sqlite"])


def after(pace: Pace, each: float, slices: int = 20) -> int:
    """The size after some slices in which a person took so many seconds."""
    for _ in range(slices):
        pace.took(each * pace.size)
    return pace.size


def test_a_slice_holds_as_many_as_fit_the_time() -> None:
    assert after(pace(), each=0.00001) == round(AIM["sqlite"] / 0.00001)


def test_a_slow_machine_gets_smaller_slices_but_never_tiny_ones() -> None:
    assert after(pace(), each=0.001) == LEAST["sqlite"]


def test_a_fast_machine_gets_larger_slices_up_to_a_limit() -> None:
    assert after(pace(), each=0.0000001) == MOST


def test_one_slice_that_took_long_is_no_reason_for_many_small_ones() -> None:
    steady = pace()
    usual = after(steady, each=0.00001)
    steady.took(100 * AIM["sqlite"])
    assert steady.size > usual / 2


def test_everybody_due_is_written_whatever_the_slices(store: Store) -> None:
    with store.write() as session:
        people = [join(session, at("08:00")).id for _ in range(5)]
    slices = Slices(store, QUIET)
    assert len(list(slices.write(at("09:49")))) == 1
    assert len(list(slices.write(at("09:50")))) == 2
    assert names(written(store)) == people


def test_a_reminder_withdrawn_at_its_slot_keeps_nobody_else_waiting(store: Store) -> None:
    with store.write() as session:
        people = [join(session, at("08:00")).id for _ in range(3)]
    slices = Slices(store, QUIET)
    list(slices.write(at("09:50")))
    with store.write() as session:
        entries.withdraw(session, people[1], at("09:50"), "left")
        session.scalars(select(Plan)).one().next_at = at("09:50")
        late = join(session, at("09:00")).id
    list(slices.write(at("09:51")))
    states = [(person, state) for person, _, state in written(store)]
    assert states == [
        (people[0], "queued"), (people[1], "dropped"), (people[2], "queued"), (late, "queued")
    ]  # fmt: skip
