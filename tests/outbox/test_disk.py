"""PostgreSQL's disk has a claim before the text goes; what can be done again needn't wait for it."""

import pytest
from sqlalchemy import event

from service.envelopes import Outgoing, Receipt, State
from service.outbox.receipts import record
from service.store.engine import Store
from service.store.tables import Entry
from tests.outbox.line import NOON, House

pytestmark = pytest.mark.server("postgresql")
LAZY = "synchronous_commit = off"


def transactions_before_sending(store: Store, kind: str) -> list[str]:
    """All statements of each, in one text."""
    made: list[list[str]] = []
    house = House(store)
    house.put(house.person(), kind)

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("BEGIN"):
            made.append([])
        made[-1].append(statement)

    def stop_noting(_: Outgoing) -> None:
        event.remove(store.engine, "before_cursor_execute", note)

    event.listen(store.engine, "before_cursor_execute", note)
    house.line.on_send = stop_noting
    house.deliver()
    assert house.states() == ["sent"]
    return ["\n".join(statements) for statements in made]


def claiming(transactions: list[str]) -> int:
    (found,) = (n for n, said in enumerate(transactions) if "WITH first AS" in said)
    return found


def test_words_are_on_the_disk_and_with_them_the_claim_before_a_reminder_goes(
    server_store: Store,
) -> None:
    transactions = transactions_before_sending(server_store, "reminder")
    assert LAZY in transactions[claiming(transactions)]
    after = [said for said in transactions[claiming(transactions) + 1 :] if LAZY not in said]
    assert any("INSERT INTO spending" in said for said in after)


@pytest.mark.parametrize("kind", ["reply", "consent", "emergency"])
def test_the_claim_of_an_answer_waits_for_the_disk_itself(server_store: Store, kind: str) -> None:
    transactions = transactions_before_sending(server_store, kind)
    assert LAZY not in transactions[claiming(transactions)]


@pytest.mark.parametrize(("state", "waits"), [("sent", False), ("queued", True)])
def test_a_receipt_waits_for_the_disk_where_it_keeps_a_text_from_going_twice(
    server_store: Store, state: str, waits: bool
) -> None:
    """A text that the sweep has queued again, and of which a receipt proves that it went."""
    house, attempt = House(server_store), "0123456789abcdef"
    row = house.put(house.person())
    with server_store.write() as session:
        entry = session.get_one(Entry, row)
        entry.state, entry.attempt = state, attempt
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(server_store.engine, "before_cursor_execute", note)
    with server_store.write() as session:
        record(session, Receipt(attempt, "SM1", State.DELIVERED), NOON, {"sms"})
    event.remove(server_store.engine, "before_cursor_execute", note)
    assert house.entry(row).state == "delivered"
    assert any(LAZY in statement for statement in said) is not waits
