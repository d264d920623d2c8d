"""Prepared statements on a small table."""

from sqlalchemy import bindparam, insert, literal, select, update

from service.store.prepared import Prepared
from service.store.tables import Setting

_NAMED = Setting.name == bindparam("the_name")
PUT = Prepared(insert(Setting).values(name=bindparam("the_name"), value=literal("x")))
FIND = Prepared(select(Setting.name, Setting.value).where(_NAMED))
CHANGE = Prepared(update(Setting).where(_NAMED).values(value=bindparam("new")))
