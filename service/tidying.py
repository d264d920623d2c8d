"""What is put in order once an hour: what is past its time is removed, and the minutes are counted anew."""

from collections.abc import Callable
from datetime import datetime, timedelta

from config.settings import Settings
from service.conversation import signing_up, unread_texts
from service.imports import files
from service.operators import sign_ins, throttle
from service.outbox import retention, sweep
from service.outbox.failures import Alert
from service.people import link_codes
from service.reminders import room
from service.store.engine import Store

BETWEEN = 0.005  # seconds in which a webhook gets the write lock


def tidy(
    store: Store,
    settings: Settings,
    now: datetime,
    wall: datetime,
    ending: Callable[[float], bool],
) -> list[Alert]:
    """`wall`: the time by which operators' sign-ins end, which a demo's moved clock leaves alone.
    `ending` waits so many seconds at most, and says whether the process is about to end.

    Raises StoreBusy, StoreFailed.
    """
    with store.write() as session:
        sweep.purge(session, now)
        link_codes.purge(session, now)
        sign_ins.purge(session, wall)
        throttle.purge(session, wall)
        signing_up.forget(session, settings.suppression_keys, now)
    alerts = count(store, settings, now)
    before = now - timedelta(days=settings.history_days)
    retention.trim(store, before, lambda: not ending(BETWEEN))
    files.purge(store, now, lambda: not ending(BETWEEN))
    if settings.keeps_unread:
        unread_texts.purge(store, now, lambda: not ending(BETWEEN))
    else:
        unread_texts.forget_all(store)
    return alerts


def count(store: Store, settings: Settings, now: datetime) -> list[Alert]:
    """How many people each minute has; an alert when one has more than the sender can text."""
    with store.read() as session:
        counted = room.count(session, now)
    with store.write() as session:
        room.note(session, counted)
    fullest, can = max(counted), int(room.HOUR * settings.rate)
    if not settings.real or fullest <= max(can, 1):
        return []
    return [
        Alert(
            "the sender is too slow for its people",
            f"{fullest} reminders are due in one minute and {can} segments can go: late ones expire. "
            "Raise SENDER_RATE with the provider, or ask for rarer reminders",
        )
    ]
