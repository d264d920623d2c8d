"""What follows from a text that didn't arrive: for consent, for the address, for the operators."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.envelopes import Verdict
from service.outbox import fall_back
from service.outbox.opting_out import opt_out
from service.people import consent
from service.store.tables import AddressRow


@dataclass(frozen=True, slots=True)
class Alert:
    """Words for the operators, without numbers or bodies. Raised by the door, after its commit."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A text that failed for good, of an entry's kind, as its channel explains it."""

    kind: str
    channel: str
    verdict: Verdict | None
    code: str
    reason: str

    @property
    def told(self) -> str:
        return f"{self.code}: {self.reason}"


def follow_up(
    session: Session,
    failure: Failure,
    address: AddressRow | None,
    now: datetime,
    carriers: Collection[str],
) -> list[Alert]:
    """Do what the failure asks for. Doing it again changes nothing.

    `carriers`: the channels on which a reminder can be promised here.
    """
    if address is not None and failure.verdict is Verdict.OPTED_OUT:
        _opted_out(session, address, failure, now, carriers)
    if address is not None and failure.verdict is Verdict.DEAD:
        address.dead = failure.told
        fall_back.move_on(session, address, carriers)
    return list(_alerts(failure))


def _opted_out(
    session: Session,
    address: AddressRow,
    failure: Failure,
    now: datetime,
    carriers: Collection[str],
) -> None:
    """A carrier's "this person said STOP" is consent withdrawn, wherever it arrives."""
    if consent.joinable(address):  # not yet known to be blocked by the carrier
        evidence = consent.Evidence(source="provider", rule=failure.code)
        opt_out(session, address, evidence, "provider", now, carriers=carriers)


def _alerts(failure: Failure) -> Iterable[Alert]:
    if failure.verdict is Verdict.SET_UP:
        yield Alert(f"{failure.channel} can't send ({failure.code})", failure.told)
    if failure.verdict is Verdict.MEND:
        yield Alert(f"{failure.channel} can't send some texts ({failure.code})", failure.told)
    if failure.kind == "emergency":
        yield Alert("an emergency answer did not arrive", failure.told)
