"""What travels between the floors: plain values that know no provider, no web framework and no table."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Unverified(Exception):
    """A request that doesn't prove who sent it; the message says what was wrong. Answer 403, keep nothing."""


@dataclass(frozen=True, slots=True)
class Knock:
    """An HTTP request to one of our doors, as it came in: nothing trimmed, nothing decoded twice."""

    target: str  # path and query exactly as received, for the signature
    headers: Mapping[str, str]  # keys in lower case
    form: Sequence[tuple[str, str]] = ()  # in order, repeats kept
    body: bytes = b""  # of a request that is no form


# All that there are, set up or not.
CHANNELS = ("sms", "whatsapp", "telegram", "slack", "simulator")
PAGE = "page"  # where texts come in that were chosen on somebody's own page on the web


@dataclass(frozen=True, slots=True)
class Address:
    """Where one person can be reached: a channel and a handle there (E.164 for SMS)."""

    channel: str
    handle: str


@dataclass(frozen=True, slots=True)
class Press:
    """The button for which a text stands."""

    message: str  # the provider's id of the text under which the button was
    text: str  # that text, as the provider shows it; "" where it doesn't say
    once: bool  # its buttons are used up now: the answer is written into that text
    pictured: bool = False  # is the text the caption of a picture?
    call: str = ""  # the provider's id of the press, where it wants to be told that it was seen
    page: bool = False  # under no text, but on a page of theirs that shows how things stand


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that somebody sent us."""

    address: Address
    provider_id: str
    text: str
    provider_said: str = ""  # STOP, START or HELP when the provider has already answered it
    press: Press | None = None
    language: str = ""  # that the provider says they use (IETF tag): a guess, for somebody new
    group: bool = False  # said where others read it too: we answer people only, each by themself
    inline: bool = True  # may its answer stand in the answer to the request that brought it?
    patience: float = math.inf  # seconds in which the platform wants that request answered
    page: bool = False  # chosen on their own page, which shows the answer: nobody texted it

    @property
    def channel(self) -> str:
        """Where it came in, which its id belongs to."""
        return PAGE if self.page else self.address.channel


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing beside a text."""

    name: str  # the same name is the same drawing
    alt: str  # what it shows, in the person's language
    url: str  # where it can be fetched; "" while the service has no public address
    png: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Reply:
    """One text of the answer to an Inbound. Its attempt id comes back in the status callback."""

    text: str
    attempt: str  # "" for one that the outbox sends
    choices: Sequence[str] = ()  # words to answer with, each a button where a chat has them
    picture: Picture | None = None
    apology: bool = False  # we failed: nothing is done, and a button that was pressed stays


def as_one(replies: Sequence[Reply]) -> Reply:
    """Several texts as one: of what stands beside them, what the last has that has any."""
    return replace(
        replies[0],
        text=in_one(reply.text for reply in replies),
        choices=next((reply.choices for reply in reversed(replies) if reply.choices), ()),
        picture=next((reply.picture for reply in reversed(replies) if reply.picture), None),
        apology=any(reply.apology for reply in replies),
    )


def in_one(texts: Iterable[str]) -> str:
    return "\n\n".join(texts)


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP answer to a webhook: what the platform takes as our inline reply."""

    body: str
    content_type: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Cold:
    """A text to somebody who hasn't written for so long that their platform takes only approved wordings."""

    language: str  # of the text
    notice: bool  # no reminder, but what we ask or say beside them


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One attempt to send one text."""

    attempt: str
    address: Address
    text: str
    valid_for: timedelta = timedelta(hours=10)  # the provider gives up after this
    started_at: datetime | None = None  # when the attempt began, for a look-up
    choices: Sequence[str] = ()  # words to answer with
    once: bool = True  # the first choice that is pressed uses them up
    picture: Picture | None = None
    edits: Press | None = None  # the press that it answers: to be written into that text
    urgent: bool = False  # what to do in danger, or that we failed: no pace holds it up
    cold: Cold | None = None  # where it may only go in an approved wording


class State(StrEnum):
    """How far a text got. A receipt moves it forward only; see outbox/receipts.py."""

    QUEUED = "queued"
    SENDING = "sending"
    DOUBTFUL = "doubtful"  # may or may not have been accepted
    ANSWERED = "answered"  # given to the platform in a webhook's answer
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    EXPIRED = "expired"  # past its best-before, or no budget
    DROPPED = "dropped"  # refused by the gate, or withdrawn before it was sent
    LOST = "lost"  # stayed doubtful and was let go


class Verdict(StrEnum):
    """The one decision that a failure asks of its caller."""

    RETRY = "retry"  # certainly not sent, and may be tried again
    SLOW_DOWN = "slow_down"  # certainly not sent: the provider wants fewer at once
    TOO_SOON = "too_soon"  # certainly not sent: this person had another text a moment ago
    DOUBTFUL = "doubtful"  # perhaps sent: never again without a look-up
    REFUSED = "refused"  # this text won't go; the next may
    OPTED_OUT = "opted_out"  # the person told the provider to stop: consent is withdrawn
    DEAD = "dead"  # nobody is reached at this handle
    MEND = "mend"  # nor will others like it until an operator mends something; all else goes on
    SET_UP = "set_up"  # an operator must mend something; nothing goes until then


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it."""

    provider_id: str
    state: State = State.SENT
    segments: int | None = None


class SendFailed(Exception):
    """The provider did not (certainly) take it. `reason` is a sentence for operators, without numbers or bodies."""

    def __init__(self, verdict: Verdict, code: str, reason: str, wait: float = 0.0) -> None:
        super().__init__(f"{code}: {reason}")
        self.verdict = verdict
        self.code = code
        self.reason = reason
        self.wait = wait  # seconds to hold back, where that is known


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a status callback says about one attempt."""

    attempt: str  # from the signed callback address; empty when the provider left it out
    provider_id: str
    state: State
    verdict: Verdict | None = None  # set on failure
    code: str = ""
    reason: str = ""
    address: Address | None = None


class Channel(Protocol):
    """One way to reach people. A channel is one file; it knows no table and no catalogue."""

    name: str
    real: bool  # a real provider: the clock can't be moved, secrets must be set
    buttons: bool  # are choices shown as buttons?
    pictures: bool  # does a picture go along without a cost?

    def read(self, knock: Knock) -> Inbound | None:
        """The text in a verified request; None when it holds none that wants an answer. Raises Unverified."""

    def read_receipt(self, knock: Knock) -> Receipt | None:
        """The receipt in a verified request; None for one that says nothing new. Raises Unverified."""

    def answer(self, replies: Sequence[Reply], to: Inbound | None = None) -> Answer:
        """The HTTP answer that hands the replies over inline; `to`: the text that they answer."""

    async def send(self, outgoing: Outgoing) -> Sent:
        """Hand one text over. Raises SendFailed."""

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        """What became of a doubtful attempt (blocking); `known` are provider ids of other attempts.

        None when the provider has no trace of it. Raises SendFailed when it can't be asked.
        """

    async def close(self) -> None:
        """Give connections back."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag found in a text: which rule, which template answers it, which words fired."""

    code: str
    template: str
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What we make of a text before looking at who sent it (a pure function of the text)."""

    intent: str  # one of the public intents, such as posture, emergency, stop, settings
    topic: str  # the finer name: MOVE, HOURS, E_SPINE, STOP, UNKNOWN ...
    rule: str  # red_flag, stop, help, start, exact, command, clause, phrase, typo, model, net, unknown
    words: str  # the words that fired
    confidence: float
    argument: str = ""  # what follows a command word: "8-16" in HOURS 8-16
    flag: Flag | None = None
    nearest: Sequence[str] = field(default_factory=tuple)  # topics to offer when unknown
    danger: str = ""  # words of the wide net found in the text, whatever else it means
    language: str = ""  # in which it was understood
    spoken: bool = False  # clearly in that language: we may answer in it
    leaves: bool = False  # an opt-out, whatever else the text says
    also: str = ""  # another topic that the same text asks about

    @property
    def exact(self) -> bool:
        """Was the whole text one keyword? Anything else is answered with the emergency number."""
        return self.rule in {"stop", "help", "start", "exact"}
