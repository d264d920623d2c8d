"""Rows of the outbox let go of a person or an address that is deleted, and keep the text that they
answer from being deleted; the database sees to it.

Foreign keys would say the same, but PostgreSQL checks every one of them for each row written, by
locking the owner's row: a third of the time of a tick and a tenth of a text's, and a write to a
page of every person reminded. Whoever writes a row here has just read or written its owner.
"""

from collections.abc import Iterator

# By the person in both: reminders stand in no index by address.
_LOSE_PERSON = "UPDATE entry SET person_id = NULL, address_id = NULL WHERE person_id = OLD.id"
_LOSE_ADDRESS = (
    "UPDATE entry SET address_id = NULL WHERE person_id = OLD.person_id AND address_id = OLD.id"
)
_ANSWERED = "EXISTS (SELECT 1 FROM entry WHERE inbound_id = OLD.id)"
_KEPT = "inbound: the outbox holds its answer"


def enforcement(dialect: str) -> Iterator[str]:
    """The SQL that makes a database let go, or refuse. For migrations, as in states.py."""
    if dialect == "sqlite":
        for owner, update in (("person", _LOSE_PERSON), ("address", _LOSE_ADDRESS)):
            yield f"CREATE TRIGGER {owner}_gone AFTER DELETE ON {owner} BEGIN {update}; END"
        yield (
            f"CREATE TRIGGER inbound_gone BEFORE DELETE ON inbound WHEN {_ANSWERED} "
            f"BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
        )
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
    yield (
        "CREATE FUNCTION entry_lose_inbound() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_ANSWERED} THEN "
        f"RAISE EXCEPTION '{_KEPT}' USING ERRCODE = 'foreign_key_violation'; END IF; "
        "RETURN OLD; END $$"
    )
    for owner, moment in (("person", "AFTER"), ("address", "AFTER"), ("inbound", "BEFORE")):
        yield (
            f"CREATE TRIGGER {owner}_gone {moment} DELETE ON {owner} "
            f"FOR EACH ROW EXECUTE FUNCTION entry_lose_{owner}()"
        )


def release(dialect: str) -> Iterator[str]:
    """The SQL that undoes it, where it was done."""
    for owner in ("person", "address", "inbound"):
        if dialect == "sqlite":
            yield f"DROP TRIGGER IF EXISTS {owner}_gone"
        else:
            yield f"DROP TRIGGER IF EXISTS {owner}_gone ON {owner}"
            yield f"DROP FUNCTION IF EXISTS entry_lose_{owner}()"
