"""At which address the service runs, for commands that are given beside it without its HOST and PORT."""

from contextlib import suppress
from urllib.parse import urlsplit

from config.settings import Settings
from service.store import facts
from service.store.engine import Store, StoreBusy, StoreFailed, open_store
from service.store.tables import Setting

_ADDRESS = "web.address"


def note(store: Store, settings: Settings) -> None:
    """A demo's own address, which nobody sets. Not worth a start that fails."""
    if not _set(settings):
        with suppress(StoreBusy, StoreFailed), store.write() as session:
            facts.note(session, _ADDRESS, settings.site_url)


def beside(settings: Settings) -> Settings:
    """The settings of a command, with the address at which the service was started last."""
    address = "" if _set(settings) else _noted(settings)
    if not address:
        return settings
    found = urlsplit(address)
    return settings.model_copy(update={"host": found.hostname, "port": found.port})


def _set(settings: Settings) -> bool:
    return bool(settings.public_url or settings.real)


def _noted(settings: Settings) -> str:
    store = open_store(settings.database)
    try:
        with suppress(StoreBusy, StoreFailed), store.read() as session:
            noted = session.get(Setting, _ADDRESS)
            return noted.value if noted is not None else ""
    finally:
        store.close()
    return ""
