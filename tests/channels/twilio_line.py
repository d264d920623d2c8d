"""What the Twilio tests share: a channel, requests to its doors, and a send."""

import asyncio
from datetime import UTC, datetime, timedelta

from service.channels.twilio import Twilio
from service.envelopes import Address, Knock, Outgoing, Sent
from tests.signed import ACCOUNT, PUBLIC_URL, SERVICE_NUMBER, TOKEN, Form, signature

STARTED = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
OUTGOING = Outgoing(
    attempt="a1b2",
    address=Address("sms", "+12125550123"),
    text="Upright: stand up & stretch.",
    valid_for=timedelta(minutes=10),
    started_at=STARTED,
)


def channel(**changes: str) -> Twilio:
    given = {
        "account_sid": ACCOUNT,
        "tokens": TOKEN,
        "public_url": PUBLIC_URL,
        "sender": SERVICE_NUMBER,
    }
    return Twilio(**(given | changes))


def knock(path: str, form: Form, **headers: str) -> Knock:
    """A request signed as Twilio signs it; `headers` replace, with "_" for "-"."""
    given = {"x-twilio-signature": signature(path, form)}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    pairs = [
        (name, value)
        for name, values in form.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return Knock(path, given, pairs)


def send(twilio: Twilio, outgoing: Outgoing = OUTGOING) -> Sent:
    async def once() -> Sent:
        try:
            return await twilio.send(outgoing)
        finally:
            await twilio.close()

    return asyncio.run(once())
