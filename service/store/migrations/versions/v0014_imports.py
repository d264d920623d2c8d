"""Lists of people that are brought in."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_COUNTS = ("cursor", "ready", "refused", "unchanged", "written")


def _of_file(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_file_id")
    return sa.ForeignKeyConstraint(["file_id"], ["import_file.id"], ondelete="CASCADE", name=name)


def upgrade() -> None:
    op.create_table(
        "import_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("ignored", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    op.create_index(op.f("ix_import_file_state"), "import_file", ["state"])
    op.create_index(op.f("ix_import_file_digest"), "import_file", ["digest"])
    op.create_table(
        "import_part",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _of_file("import_part"),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_import_part")),
    )
    op.create_table(
        "import_line",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        _of_file("import_line"),
        sa.PrimaryKeyConstraint("file_id", "line", name=op.f("pk_import_line")),
    )
    op.create_index(
        op.f("ix_import_line_file_id_outcome_line"), "import_line", ["file_id", "outcome", "line"]
    )
    op.create_index(op.f("ix_import_line_file_id_handle"), "import_line", ["file_id", "handle"])


def downgrade() -> None:
    for table in ("import_line", "import_part", "import_file"):
        op.drop_table(table)
