"""Two machines on one database: the same rules, whichever of them a text reaches."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from service.envelopes import Address, Inbound
from service.runtime import Runtime
from service.store.tables import AddressRow, Consent, Entry, Person
from tests.phone import Phone, Wall

NUMBER = "+12125550100"
_ids = count(1)

Machines = list[Runtime]


@pytest.fixture
def machines(service: Callable[..., Runtime], database_url: str) -> Machines:
    return [service(database_url=SecretStr(database_url)) for _ in range(2)]


def at_once(machines: Machines, *words: str, ids: list[str] | None = None) -> list[str]:
    """The same number texts all of it in one moment, to either machine by turns: the answers."""
    given = ids or [f"M{next(_ids)}" for _ in words]
    texts = [
        Inbound(Address("simulator", NUMBER), id_, text)
        for id_, text in zip(given, words, strict=True)
    ]
    with ThreadPoolExecutor(len(words)) as pool:
        asked = [
            pool.submit(machines[number % 2].receive, text) for number, text in enumerate(texts)
        ]
        return ["\n".join(reply.text for reply in each.result()) for each in asked]


def counted(runtime: Runtime, table: type[Person | AddressRow | Consent | Entry]) -> int:
    with runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_newcomer_who_texts_both_at_once_is_one_person(machines: Machines) -> None:
    answers = at_once(machines, *["POSTURE", "LIFT"] * 3)
    assert all(answers)
    assert counted(machines[0], Person) == counted(machines[0], AddressRow) == 1


def test_one_text_that_reaches_both_gets_one_answer_twice(machines: Machines) -> None:
    answers = at_once(machines, *["POSTURE"] * 4, ids=["SM1"] * 4)
    assert len(set(answers)) == 1
    assert counted(machines[0], Entry) == 1


def test_a_yes_that_comes_twice_joins_once(machines: Machines, wall: Wall) -> None:
    Phone(machines[0], wall, NUMBER).text("REMIND")
    at_once(machines, "YES", "YES", "YES", "YES")
    with machines[1].store.read() as session:
        events = Counter(session.scalars(select(Consent.event)))
    assert events == {"asked": 1, "given": 1}


def test_a_stop_on_one_machine_silences_the_other(machines: Machines, wall: Wall) -> None:
    here, there = (Phone(machine, wall, NUMBER) for machine in machines)
    here.join()
    there.text("STOP")
    assert here.after(days=1) == []
    assert "START" in here.text("JOIN")


def tick_at_once(machines: Machines) -> None:
    with ThreadPoolExecutor(4) as pool:
        for beat in [pool.submit(machine.tick) for machine in machines * 2]:
            beat.result()


def test_a_question_that_nobody_answered_is_closed_by_one_clock(
    machines: Machines, wall: Wall
) -> None:
    phone = Phone(machines[0], wall, NUMBER)
    phone.text("CHECK")
    wall.moment += timedelta(hours=1)
    tick_at_once(machines)
    assert [entry.key for entry in phone.entries()].count("C_EXP") == 1


def test_silence_after_a_perhaps_is_one_opt_out(machines: Machines, wall: Wall) -> None:
    phone = Phone(machines[0], wall, NUMBER).join()
    phone.text("not sure I want these texts anymore")
    assert phone.person.doubt_until
    wall.moment += timedelta(hours=25)
    tick_at_once(machines)
    with machines[1].store.read() as session:
        assert Counter(session.scalars(select(Consent.event)))["withdrawn"] == 1
