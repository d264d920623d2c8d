"""Somebody is let go, whether they only said that they leave or were in danger as well."""

from service.conversation.turn import Turn
from service.outbox.opting_out import opt_out
from service.people import consent


def let_go(turn: Turn, out_by: str, *, everywhere: bool = False) -> None:
    """They are out, and nothing that was queued reaches them: not on another channel of their number either.

    There nobody blocks us, so JOIN leads back as after words of their own.
    """
    evidence = turn.evidence()
    opt_out(turn.session, turn.address, evidence, out_by, turn.now, everywhere=everywhere)
    for address in consent.elsewhere(turn.session, turn.address):
        if address.standing != "out":
            opt_out(turn.session, address, evidence, "words", turn.now, everywhere=everywhere)
