"""What people were told before is found person by person, however many others there are."""

import pytest
from sqlalchemy import event

from service.reminders import compose
from service.store.engine import Store
from tests.outbox.line import NOON


@pytest.mark.server("postgresql")
def test_nobody_elses_rows_are_read_to_choose_a_stretch(server_store: Store) -> None:
    with server_store.read() as session:
        connection = session.connection()
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _connection, _cursor, asked, values, *_: (f"EXPLAIN {asked}", values),
            retval=True,
        )
        given = {"ids": [*range(1, 65)], "since": NOON}
        plan = connection.execute(compose._past(), given).cursor
        assert plan is not None
        assert any("(person_id = person.id)" in line for (line,) in plan.fetchall())
