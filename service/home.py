"""The home tab on Slack: somebody's settings in words, and buttons for what is asked most."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from messages.catalogue import DEFAULT
from service.channels.slack import NAME, Slack
from service.conversation.learning import status
from service.conversation.speak import render_all
from service.conversation.turn import House, Turn, said
from service.envelopes import Address, Channel, Inbound, Reading, SendFailed
from service.people import directory
from service.store.engine import Store, StoreBusy, StoreFailed

log = logging.getLogger(__name__)
_REMINDED = ("STRETCH", "DONE", "SNOOZE", "PAUSE", "HOURS", "CHECK", "MENU", "HELP")
_PAUSED = ("RESUME", "STRETCH", "HOURS", "CHECK", "MENU", "HELP")
_OTHERS = ("REMIND", "STRETCH", "CHECK", "POSTURE", "MENU", "HELP")
_ASKED = Reading("status", "STATUS", "exact", "", 1.0)

Home = tuple[Sequence[str], Sequence[str]]  # paragraphs, and the words of buttons


def show(
    store: Store, house: House, channels: Mapping[str, Channel], handle: str, now: datetime
) -> None:
    """Compose it and hand it to Slack (blocking). A fault is logged: the next look tries again."""
    channel = channels.get(NAME)
    assert isinstance(channel, Slack)
    try:
        with store.read() as session:
            texts, choices = compose(session, house, Address(NAME, handle), now)
        channel.show_home(handle, texts, choices)
    except SendFailed as failure:
        log.warning("home_not_shown code=%s: %s", failure.code, failure.reason)
    except (StoreBusy, StoreFailed) as error:
        log.warning("home_without_database: %s", error)
    except Exception:  # the door of its thread
        log.exception("home_not_composed")


def compose(session: Session, house: House, address: Address, now: datetime) -> Home:
    catalogue = house.catalogue
    known = directory.find(session, address, now)
    if known is None:
        texts = [catalogue.say(key, DEFAULT) for key in ("STATUS_NEW", "MENU")]
        return texts, [catalogue.keyword(word, DEFAULT) for word in _OTHERS]
    inbound = Inbound(address, provider_id="", text="")
    turn = Turn.of(lambda: session, house, known, inbound, _ASKED, now)
    texts = [text for _, text, _ in render_all(turn, [*status(turn), said("MENU")])]
    held = known.person.held_until is not None and known.person.held_until > now
    words = (_PAUSED if held else _REMINDED) if turn.active else _OTHERS
    return texts, [catalogue.keyword(word, turn.language) for word in words]
