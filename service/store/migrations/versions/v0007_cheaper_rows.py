"""A person's reminders and snoozes of a day stand side by side in the index, so that a tick looks
once, not thrice; and an answer is written without looking up the text that was written with it.
"""

from alembic import op
from alembic.operations import BatchOperations

from service.store import owners, states

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BY_KIND = ["person_id", "kind", "slot"]
_BY_SLOT = ["person_id", "slot", "kind"]
_INBOUND = "fk_entry_inbound_id"


def upgrade() -> None:
    _let_go()
    with op.batch_alter_table("entry") as entry:
        _replace(entry, _BY_KIND, _BY_SLOT)
        entry.drop_constraint(_INBOUND, type_="foreignkey")
    _hold()


def downgrade() -> None:
    _let_go()
    with op.batch_alter_table("entry") as entry:
        _replace(entry, _BY_SLOT, _BY_KIND)
        entry.create_foreign_key(op.f(_INBOUND), "inbound", ["inbound_id"], ["id"])
    _hold()


def _replace(entry: BatchOperations, before: list[str], after: list[str]) -> None:
    entry.drop_constraint(op.f(f"uq_entry_{'_'.join(before)}"), type_="unique")
    entry.create_unique_constraint(op.f(f"uq_entry_{'_'.join(after)}"), after)


def _let_go() -> None:
    """SQLite builds the table anew: triggers that name it mustn't be there meanwhile."""
    for statement in owners.release(op.get_bind().dialect.name):
        op.execute(statement)


def _hold() -> None:
    """And its own triggers went with the old one."""
    dialect = op.get_bind().dialect.name
    for statement in (*states.enforcement(dialect), *owners.enforcement(dialect)):
        op.execute(statement.replace(":", r"\:"))
