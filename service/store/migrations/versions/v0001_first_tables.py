"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _plan()
    _setting()
    _suppression()
    _person()
    _address()
    _dialogue()
    _consent()
    _inbound()
    _entry()


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("lunch", sa.String(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("holidays", sa.String(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("slot", sa.DateTime(timezone=True)),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint(
            "zone",
            "days",
            "hours",
            "lunch",
            "every",
            "minute",
            "holidays",
            "own",
            name=op.f("uq_plan_zone_days_hours_lunch_every_minute_holidays_own"),
        ),
    )
    op.create_index(op.f("ix_plan_next_at"), "plan", ["next_at"])


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )


def _suppression() -> None:
    op.create_table(
        "suppression",
        sa.Column("handle_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("out_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("handle_hash", name=op.f("pk_suppression")),
    )


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("plan_id", sa.Integer()),
        sa.Column("plan_since", sa.DateTime(timezone=True)),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("held_why", sa.String(), nullable=False),
        sa.Column("doubt_until", sa.DateTime(timezone=True)),
        sa.Column("rest_until", sa.DateTime(timezone=True)),
        sa.Column("seated", sa.Boolean(), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("gentle_until", sa.DateTime(timezone=True)),
        sa.Column("last_seen_at", sa.DateTime(timezone=True)),
        sa.Column("restated_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_person_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_doubt_until"), "person", ["doubt_until"])
    op.create_index(op.f("ix_person_plan_id_state_id"), "person", ["plan_id", "state", "id"])


def _address() -> None:
    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("primary", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("out_by", sa.String(), nullable=False),
        sa.Column("dead", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_address_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("channel", "handle", name=op.f("uq_address_channel_handle")),
    )
    op.create_index(op.f("ix_address_person_id"), "address", ["person_id"])


def _dialogue() -> None:
    op.create_table(
        "dialogue",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_dialogue_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_dialogue")),
    )
    op.create_index(op.f("ix_dialogue_closes_at"), "dialogue", ["closes_at"])


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", _LONG, nullable=False),
        sa.Column("address_id", sa.Integer()),
        sa.Column("handle_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("used", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_consent_address_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_address_id"), "consent", ["address_id"])


def _inbound() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", _LONG, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("address_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_inbound_address_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("channel", "provider_id", name=op.f("uq_inbound_channel_provider_id")),
    )
    op.create_index(op.f("ix_inbound_address_id_at"), "inbound", ["address_id", "at"])


def _entry() -> None:
    op.create_table(
        "entry",
        sa.Column("id", _LONG, nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("address_id", sa.Integer()),
        sa.Column("inbound_id", _LONG),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True)),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("best_before", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.String()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String()),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_entry_address_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_entry_inbound_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_entry_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("attempt", name=op.f("uq_entry_attempt")),
        sa.UniqueConstraint("person_id", "kind", "slot", name=op.f("uq_entry_person_id_kind_slot")),
    )
    op.create_index(op.f("ix_entry_address_id_created_at"), "entry", ["address_id", "created_at"])
    op.create_index(op.f("ix_entry_inbound_id"), "entry", ["inbound_id"])
    op.create_index(op.f("ix_entry_provider_id"), "entry", ["provider_id"])
    op.create_index(
        op.f("ix_entry_state_kind_not_before"), "entry", ["state", "kind", "not_before"]
    )
