"""Every table that there is, for whoever makes or compares a database."""

from service.store import operator_tables, tables, tally_tables, unread_tables
from service.store.base import Base

MODULES = (tables, operator_tables, tally_tables, unread_tables)  # each has added its own
METADATA = Base.metadata
