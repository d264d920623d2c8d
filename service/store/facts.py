"""Small facts of the installation, which any of its processes may write at any moment."""

from sqlalchemy.orm import Session

from service.store.base import Base
from service.store.tables import Setting
from service.store.upsert import insert

_NEW = insert(Base.metadata.tables[Setting.__tablename__])
_NOTE = _NEW.on_conflict_do_update(index_elements=["name"], set_={"value": _NEW.excluded.value})


def note(session: Session, name: str, value: str) -> None:
    session.execute(_NOTE, {"name": name, "value": value})
