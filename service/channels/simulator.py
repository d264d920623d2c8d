"""The phone page's channel: nothing leaves the house, and every text arrives at once."""

from collections.abc import Sequence

from service.envelopes import (
    Answer,
    Inbound,
    Knock,
    Outgoing,
    Receipt,
    Reply,
    Sent,
    State,
    Unverified,
)


class Simulator:
    name = "simulator"
    real = False
    buttons = False
    pictures = False

    def read(self, knock: Knock) -> Inbound | None:
        raise Unverified("the simulator has no webhook: its texts come from the phone page")

    def read_receipt(self, knock: Knock) -> Receipt | None:
        raise Unverified("the simulator has no status callback")

    def answer(self, replies: Sequence[Reply], to: Inbound | None = None) -> Answer:
        return Answer("\n\n".join(reply.text for reply in replies), "text/plain; charset=utf-8")

    async def send(self, outgoing: Outgoing) -> Sent:
        return Sent(f"simulated-{outgoing.attempt}", State.DELIVERED)

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        return None

    async def close(self) -> None:
        """It holds nothing open."""
