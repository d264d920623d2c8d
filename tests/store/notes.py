"""Rows to write and look for: settings of any name."""

from sqlalchemy import insert, select

from service.store.engine import Store
from service.store.tables import Setting


def put(store: Store, name: str, **how: float | bool) -> None:
    with store.write(**how) as session:  # type: ignore[arg-type]
        session.add(Setting(name=name, value="x"))


def put_all(store: Store, *many: str) -> None:
    with store.write() as session:
        for name in many:
            session.execute(insert(Setting).values(name=name, value="x"))


def names(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(Setting.name).order_by(Setting.name)))
