"""The row numbers by which people are named elsewhere."""

from datetime import UTC, datetime

from service.envelopes import Address
from service.people import directory
from service.store.engine import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def meet(store: Store, number: str) -> tuple[int, int]:
    with store.write() as session:
        known = directory.meet(session, Address("sms", number), ["key"], NOON)
        return known.person.id, known.address.id


def test_nobody_gets_the_row_number_of_somebody_erased(store: Store) -> None:
    person, address = meet(store, "+12125550100")
    with store.write() as session:
        known = directory.find(session, Address("sms", "+12125550100"), NOON)
        assert known is not None
        directory.erase(session, known.person, ["key"], NOON)
    assert meet(store, "+12125550101") == (person + 1, address + 1)
