"""Rows of the outbox let go of a person or an address that is deleted; the database sees to it.

A foreign key would say the same, but PostgreSQL checks one for each row written, by locking the
owner's row: a third of the time of a tick, and a write to a page of every person reminded. Whoever
writes a row here has just read its owner.
"""

from collections.abc import Iterator

# By the person in both: reminders stand in no index by address.
_LOSE_PERSON = "UPDATE entry SET person_id = NULL, address_id = NULL WHERE person_id = OLD.id"
_LOSE_ADDRESS = (
    "UPDATE entry SET address_id = NULL WHERE person_id = OLD.person_id AND address_id = OLD.id"
)


def enforcement(dialect: str) -> Iterator[str]:
    """The SQL that makes a database let go. For migrations, as in states.py."""
    if dialect == "sqlite":
        for owner, update in (("person", _LOSE_PERSON), ("address", _LOSE_ADDRESS)):
            yield f"CREATE TRIGGER {owner}_gone AFTER DELETE ON {owner} BEGIN {update}; END"
        return
    # A clock that is writing this person's plan holds the plan's row: what it writes is seen only
    # after waiting for that.
    yield (
        "CREATE FUNCTION entry_lose_person() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM plan WHERE id = OLD.plan_id FOR SHARE; "
        f"{_LOSE_PERSON}; RETURN NULL; END $$"
    )
    yield (
        "CREATE FUNCTION entry_lose_address() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{_LOSE_ADDRESS}; RETURN NULL; END $$"
    )
    for owner in ("person", "address"):
        yield (
            f"CREATE TRIGGER {owner}_gone AFTER DELETE ON {owner} "
            f"FOR EACH ROW EXECUTE FUNCTION entry_lose_{owner}()"
        )


def release(dialect: str) -> Iterator[str]:
    """The SQL that undoes it."""
    for owner in ("person", "address"):
        if dialect == "sqlite":
            yield f"DROP TRIGGER {owner}_gone"
        else:
            yield f"DROP TRIGGER {owner}_gone ON {owner}"
            yield f"DROP FUNCTION entry_lose_{owner}()"
