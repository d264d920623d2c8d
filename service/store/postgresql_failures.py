"""What PostgreSQL's error codes mean to whoever runs the service.

The codes are the manual's appendix A. A refused connection brings none, only words.
"""

from service.store.failures import OLD_TABLES, StoreBusy, StoreFailed

_BUSY = {
    "40001": "others changed the same rows: try again",
    "40P01": "others wait for the same rows: try again",
    "55P03": "others hold the same rows: try again",
    "57014": "the database took too long: try again",
    "53300": "the database server has no connection left: try again, or raise its max_connections",
}
_UNREACHABLE = (
    "the database server can't be reached: check that it runs, the network and DATABASE_URL"
)
_PASSWORD = "the database server refused the user or the password: check DATABASE_URL"  # noqa: S105 -- no password
_NO_DATABASE = "there is no such database on the server: make it (createdb), or check DATABASE_URL"
_STARTING = "the database server is starting or stopping: wait, then look at its log"
_DAMAGED = (
    "the database is damaged: stop the service, look at the server's log and restore a backup"
)
_REASONS = {
    "08": _UNREACHABLE,
    "25006": "the database server takes no writes: check that DATABASE_URL names the primary",
    "28": _PASSWORD,
    "3D000": _NO_DATABASE,
    "3F000": OLD_TABLES,
    "42P01": OLD_TABLES,
    "42703": OLD_TABLES,
    "42501": "the database user may not do this: make it the owner of the tables, or grant it",
    "53100": "the disk of the database server is full: free some space there",
    "53200": "the database server is out of memory: give it more, or lower its settings",
    "57P": _STARTING,
    "58": "the database server can't read or write its files: look at its log and its disk",
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
_WORDS = {
    "authentication failed": _PASSWORD,
    "no password supplied": _PASSWORD,
    'role "': _PASSWORD,
    "no pg_hba.conf entry": "the database server lets nobody in from here: allow it in pg_hba.conf",
    "does not exist": _NO_DATABASE,
    "too many clients": _BUSY["53300"],
    "remaining connection slots": _BUSY["53300"],
    "the database system is": _STARTING,
}
# The driver's own words, before it reaches for the server.
_OPTIONS = ("invalid connection option", "bad value for connect_timeout")
_NO_OPTION = (
    "DATABASE_URL ends in an option that the driver doesn't take: correct what follows the ?"
)
_READ_ONLY = "25006"


def meaning(error: BaseException | None, *, writing: bool) -> StoreBusy | StoreFailed | None:
    """As failures.Meaning says."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        return _without_code(error)
    if state in _BUSY:
        return StoreBusy(_BUSY[state])
    if state == _READ_ONLY and not writing:
        return None  # a reading session tried to write
    reason = _REASONS.get(state) or _REASONS.get(state[:3]) or _REASONS.get(state[:2])
    return StoreFailed(reason) if reason else None


def _without_code(error: BaseException | None) -> StoreBusy | StoreFailed | None:
    """A connection that was refused or broke; the driver's own checks of our values stay theirs."""
    if any(words in str(error) for words in _OPTIONS):
        return StoreFailed(_NO_OPTION)
    names = {kind.__name__ for kind in type(error).__mro__}
    if not names & {"OperationalError", "InterfaceError"}:
        return None
    reason = next((told for words, told in _WORDS.items() if words in str(error)), _UNREACHABLE)
    return StoreBusy(reason) if reason in _BUSY.values() else StoreFailed(reason)
