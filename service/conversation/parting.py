"""Somebody is let go, whether they only said that they leave or were in danger as well."""

from service.conversation.turn import Turn
from service.outbox.opting_out import opt_out
from service.people import consent


def let_go(turn: Turn, out_by: str, *, everywhere: bool = False) -> None:
    """They are out, and nothing that was queued reaches them: not on another channel of their number either.

    There nobody blocks us, so JOIN leads back as after words of their own.
    """
    others = consent.elsewhere(turn.session, turn.address)
    also = [(address, "words") for address in others if address.standing != "out"]
    for address, by in [(turn.address, out_by), *also]:
        opt_out(
            turn.session, address, turn.evidence(), by, turn.now,
            carriers=turn.house.carriers, everywhere=everywhere,
        )  # fmt: skip
