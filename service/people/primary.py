"""At which of a person's addresses reminders arrive."""

from collections.abc import Collection, Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.store.tables import AddressRow


def addresses(session: Session, person_id: int) -> list[AddressRow]:
    """All of them, oldest first."""
    theirs = select(AddressRow).where(AddressRow.person_id == person_id)
    return list(session.scalars(theirs.order_by(AddressRow.id)))


def primary(session: Session, person_id: int) -> AddressRow | None:
    theirs = select(AddressRow).where(AddressRow.person_id == person_id, AddressRow.primary)
    return session.scalars(theirs).first()


def best(rows: Iterable[AddressRow], carriers: Collection[str]) -> AddressRow | None:
    """The first of these that agreed to reminders: one where somebody is reached, if there is one.

    `carriers`: the channels on which a reminder can be promised here.
    """
    agreed = [row for row in rows if row.standing == "in" and row.channel in carriers]
    return min(agreed, key=lambda row: (bool(row.dead), not row.primary, row.id), default=None)


def heir(session: Session, address: AddressRow, carriers: Collection[str]) -> AddressRow | None:
    """Where reminders go when nobody is reached at this address."""
    others = (row for row in addresses(session, address.person_id) if row.id != address.id)
    found = best(others, carriers)
    return found if found is not None and not found.dead else None


def prefer(session: Session, address: AddressRow) -> None:
    """Reminders go here from now on. One statement, so that of two at once one holds, never both."""
    session.execute(
        update(AddressRow)
        .where(AddressRow.person_id == address.person_id)
        .values(primary=AddressRow.id == address.id)
    )
