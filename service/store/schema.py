"""Every table that there is, for whoever makes or compares a database."""

from service.store import (
    broadcast_tables,
    import_tables,
    operator_tables,
    tables,
    tally_tables,
    unread_tables,
)
from service.store.base import Base

MODULES = (  # each has added its own
    tables,
    broadcast_tables,
    import_tables,
    operator_tables,
    tally_tables,
    unread_tables,
)
METADATA = Base.metadata
