"""A person's reminders and snoozes of a day stand side by side in the index: a tick looks once, not thrice."""

from alembic import op

from service.store import owners, states

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BY_KIND = ["person_id", "kind", "slot"]
_BY_SLOT = ["person_id", "slot", "kind"]


def upgrade() -> None:
    _replace(_BY_KIND, _BY_SLOT)


def downgrade() -> None:
    _replace(_BY_SLOT, _BY_KIND)


def _replace(before: list[str], after: list[str]) -> None:
    """SQLite builds the table anew for it. Triggers on it go with the old one, and those that name it
    mustn't be there meanwhile.
    """
    dialect = op.get_bind().dialect.name
    for statement in owners.release(dialect):
        op.execute(statement)
    with op.batch_alter_table("entry") as entry:
        entry.drop_constraint(op.f(f"uq_entry_{'_'.join(before)}"), type_="unique")
        entry.create_unique_constraint(op.f(f"uq_entry_{'_'.join(after)}"), after)
    for statement in (*states.enforcement(dialect), *owners.enforcement(dialect)):
        op.execute(statement.replace(":", r"\:"))
