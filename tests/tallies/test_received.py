"""What comes in counts once, whoever counts and in whichever order it was committed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from service.counting import Counting
from service.envelopes import State
from service.people import consent, directory
from service.store.tables import AddressRow, Consent, Entry, Inbound, Person
from service.store.tally_tables import ConsentTally, LocalTally, ReceivedTally
from service.tallies import received
from tests.outbox.line import NOON, House
from tests.tallies.conftest import another


def come(house: House, person: int, topic: str, at: datetime = NOON, number: int = 0) -> None:
    with house.store.write() as session:
        row = Inbound(
            channel="sms", provider_id=f"{person}-{topic}-{at:%d%H%M}-{number}", address_id=person,
            at=at, intent=topic.lower(), topic=topic, rule="exact",
        )  # fmt: skip
        if number:
            row.id = number
        session.add(row)


def settle(house: House, counting: Counting) -> None:
    """Count, and once more when what was seen then has settled."""
    for _ in range(2):
        counting.roll(house.clock.now)
        house.clock.forward(minutes=1)


def topics(house: House) -> Sequence[tuple[str, str, int]]:
    with house.store.read() as session:
        rows = session.execute(
            select(ReceivedTally.topic, ReceivedTally.language, ReceivedTally.texts)
        )
        return sorted((topic, language, texts) for topic, language, texts in rows)


def test_texts_are_counted_by_topic_and_language(house: House, counting: Counting) -> None:
    for language in ("en", "es"):
        come(house, house.person(language=language), "LIFT")
    come(house, house.person(), "DONE")
    settle(house, counting)
    assert topics(house) == [("DONE", "en", 1), ("LIFT", "en", 1), ("LIFT", "es", 1)]


def test_two_clocks_count_each_text_once(house: House, counting: Counting) -> None:
    come(house, house.person(), "LIFT")
    for clock in (counting, another(house)):
        settle(house, clock)
    assert topics(house) == [("LIFT", "en", 1)]


def test_of_two_that_count_the_same_one_writes(house: House, counting: Counting) -> None:
    come(house, house.person(), "LIFT")
    counting.roll(NOON)
    wall = house.clock.forward(minutes=1)
    with house.store.read() as session:
        both = [received.count(session, Inbound, wall, timedelta(seconds=1)) for _ in range(2)]
    if not both[0].anything:  # SQLite has counted it by now
        return
    written = []
    for batch in both:
        with house.store.write() as session:
            written.append(received.write(session, batch))
    assert written == [True, False]
    assert topics(house) == [("LIFT", "en", 1)]


def test_a_row_that_is_committed_late_counts_too(house: House, counting: Counting) -> None:
    """On PostgreSQL, where the number was drawn before that of a row which is there already."""
    person = house.person()
    come(house, person, "LIFT", number=7)
    counting.roll(NOON)
    if house.store.dialect == "postgresql":
        come(house, person, "POSTURE", number=3)
    come(house, person, "DONE", number=9)
    house.clock.forward(minutes=1)
    settle(house, counting)
    expected = [("DONE", "en", 1), ("LIFT", "en", 1)]
    expected += [("POSTURE", "en", 1)] if house.store.dialect == "postgresql" else []
    assert topics(house) == expected


def test_many_are_counted_in_steps(
    house: House, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(received, "BATCH", 3)
    person = house.person()
    for minute in range(10):
        come(house, person, "LIFT", NOON + timedelta(minutes=minute))
    settle(house, counting)
    assert topics(house) == [("LIFT", "en", 10)]


def test_numbers_that_are_given_again_count(house: House, counting: Counting) -> None:
    person = house.person()
    come(house, person, "LIFT", number=5)
    settle(house, counting)
    with house.store.write() as session:
        session.delete(session.get_one(Inbound, 5))
    settle(house, counting)
    come(house, person, "DONE", number=4)
    settle(house, counting)
    assert topics(house) == [("DONE", "en", 1), ("LIFT", "en", 1)]


def remind(house: House, person: int, at: datetime, state: State = State.SENT) -> None:
    entry = house.put(person, slot=at, not_before=at)
    with house.store.write() as session:
        session.get_one(Entry, entry).state = State.SENDING
        session.flush()
        session.get_one(Entry, entry).state = state


def local(house: House) -> set[tuple[int, int, int, int]]:
    with house.store.read() as session:
        rows = session.execute(
            select(LocalTally.hour, LocalTally.weekday, LocalTally.clock, LocalTally.dones)
        )
        return {(row[0].hour, row[1], row[2], row[3]) for row in rows}


def test_dones_are_counted_by_the_clocks_of_people(house: House, counting: Counting) -> None:
    indian, american = house.person(zone="Asia/Kolkata"), house.person(zone="America/New_York")
    for person in (indian, american):
        remind(house, person, NOON)
    come(house, indian, "DONE")
    come(house, american, "LIFT")
    settle(house, counting)
    assert local(house) == {(12, 0, 17, 1)}


def test_a_done_counts_in_the_hour_of_the_reminder_that_it_answers(
    house: House, counting: Counting
) -> None:
    person = house.person(zone="UTC")
    remind(house, person, NOON - timedelta(minutes=5))
    come(house, person, "DONE", NOON + timedelta(minutes=20))
    come(house, person, "DONE", NOON + timedelta(minutes=21))  # the same one again
    remind(house, person, NOON + timedelta(minutes=55))
    remind(house, person, NOON + timedelta(minutes=80), State.EXPIRED)
    come(house, person, "DONE", NOON + timedelta(minutes=90))
    settle(house, counting)
    assert local(house) == {(11, 0, 11, 1), (12, 0, 12, 1)}


@pytest.mark.parametrize(("minutes", "counts"), [(240, 1), (241, 0), (-1, 0)])
def test_who_moved_by_themselves_answers_no_reminder(
    house: House, counting: Counting, minutes: int, counts: int
) -> None:
    person = house.person(zone="UTC")
    remind(house, person, NOON)
    come(house, person, "DONE", NOON + timedelta(minutes=minutes))
    settle(house, counting)
    assert len(local(house)) == counts
    assert topics(house) == [("DONE", "en", 1)]


def test_erasing_leaves_the_counts(house: House, counting: Counting) -> None:
    person = house.person()
    come(house, person, "LIFT")
    settle(house, counting)
    with house.store.write() as session:
        directory.erase(session, session.get_one(Person, person), ["key"], NOON)
    settle(house, counting)
    assert topics(house) == [("LIFT", "en", 1)]


def test_opt_outs_are_counted(house: House, counting: Counting) -> None:
    person = house.person()
    with house.store.write() as session:
        address = session.get_one(AddressRow, person)
        said = consent.Evidence("text", "stop")
        consent.withdraw(session, address, said, "keyword", NOON, carriers=["sms"])
        session.add(Consent(at=NOON, event="given", source="text", rule="start"))
    settle(house, counting)
    with house.store.read() as session:
        rows = session.execute(select(ConsentTally.event, ConsentTally.source, ConsentTally.events))
        assert {tuple(row) for row in rows} == {("withdrawn", "text", 1), ("given", "text", 1)}


def test_whoever_says_stop_again_and_again_has_left_once(house: House, counting: Counting) -> None:
    person, said = house.person(), consent.Evidence("text", "stop")
    with house.store.write() as session:
        session.add(
            AddressRow(id=99, person_id=person, channel="telegram", handle="7", standing="in")
        )
    for minutes in range(3):
        stop(house, person, said, NOON + timedelta(minutes=minutes))
        settle(house, counting)
    assert opt_outs(house) == 1
    with house.store.write() as session:
        consent.give(session, session.get_one(AddressRow, person), said, NOON)
    stop(house, person, said, NOON + timedelta(minutes=9))
    settle(house, counting)
    assert opt_outs(house) == 2


def test_whoever_leaves_in_two_steps_is_counted_for_each(house: House, counting: Counting) -> None:
    person, said = house.person(), consent.Evidence("text", "stop")
    with house.store.write() as session:
        session.add(
            AddressRow(id=99, person_id=person, channel="telegram", handle="7", standing="in")
        )
    stop(house, person, said, NOON, everywhere=False)
    settle(house, counting)
    assert opt_outs(house) == 1
    stop(house, person, said, NOON + timedelta(minutes=5))
    settle(house, counting)
    assert opt_outs(house) == 2


def stop(
    house: House, address: int, said: consent.Evidence, at: datetime, *, everywhere: bool = True
) -> None:
    with house.store.write() as session:
        consent.withdraw(
            session, session.get_one(AddressRow, address), said, "words", at,
            carriers=["sms", "telegram"], everywhere=everywhere,
        )  # fmt: skip


def opt_outs(house: House) -> int:
    with house.store.read() as session:
        return (
            session.scalar(
                select(func.sum(ConsentTally.events)).where(ConsentTally.event == "withdrawn")
            )
            or 0
        )
