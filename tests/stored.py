"""What a service has stored."""

from sqlalchemy import func, select

from service.runtime import Runtime
from service.store.base import Base
from service.store.tables import AddressRow, Entry


class Stored:
    """Of the one person who writes in a test."""

    runtime: Runtime

    def entries(self) -> list[Entry]:
        with self.runtime.store.read() as session:
            return list(session.scalars(select(Entry).order_by(Entry.id)))

    def count(self, table: type[Base]) -> int:
        with self.runtime.store.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def standing(self) -> str:
        with self.runtime.store.read() as session:
            return session.scalars(select(AddressRow.standing)).one()
