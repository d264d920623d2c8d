"""One text and who sent it: what every answer is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from messages.catalogue import DEFAULT, Catalogue
from messages.keywords import Keywords
from service import hours
from service.envelopes import Inbound, Reading
from service.outbox import entries
from service.outbox.windows import Reach
from service.people import consent, primary
from service.people.consent import AT, Evidence
from service.people.directory import Known
from service.people.naming import named
from service.people.page_links import NOWHERE, PageLinks
from service.reminders import plans
from service.rich import Showcase
from service.store.tables import AddressRow, Dialogue, Person

ENTRY = "entry"  # in a question's data: the row of the outbox that asks it
_ANYWHERE = frozenset({"alarm"})  # whoever is in danger is met with care on every channel


@dataclass(frozen=True, slots=True)
class House:
    """How this installation answers: settings and words, the same for everybody."""

    catalogue: Catalogue
    suppression_keys: tuple[str, ...]
    reply_size: str  # sms or lite
    quiet: tuple[time, time]
    sender_rate: float  # segments a second
    provider_answers: frozenset[str]  # channels whose provider answers STOP, START and HELP itself
    showcase: Showcase
    carriers: frozenset[str]  # channels on which a reminder can be promised
    reach: Reach  # what else we start
    made_up: frozenset[str] = frozenset()  # channels of people who don't exist, beside real ones
    without_reminders: frozenset[str] = frozenset()  # those that are set up, and can't promise one
    keeps_unread: bool = False  # masked copies of what wasn't understood
    pages: PageLinks = NOWHERE  # to the pages on which people see and change what is theirs


@dataclass(frozen=True, slots=True)
class Said:
    """A text to say: its catalogue key and what fills it."""

    key: str
    params: dict[str, Any]
    kind: str = "reply"  # reply, consent, emergency


def said(key: str, kind: str = "reply", **params: Any) -> Said:
    return Said(key, params, kind)


@dataclass(slots=True)
class Turn:
    opened: Callable[[], Session]
    house: House
    person: Person
    address: AddressRow
    inbound: Inbound
    reading: Reading
    now: datetime
    question: Dialogue | None = None  # as stored; dialogue() says whether it is still open
    new: bool = False  # somebody we have never heard from
    talkative: bool = False  # had so many answers today that brakes may hold
    answered: bool = False  # the text was a valid answer to our open question
    language: str = ""  # in which we answer: that of a text where it is clear, else the person's

    def __post_init__(self) -> None:
        spoken = self.reading.spoken and not self.inbound.page
        self.language = self.reading.language if spoken else self.person.language

    @classmethod
    def of(
        cls,
        opened: Callable[[], Session],
        house: House,
        known: Known,
        inbound: Inbound,
        reading: Reading,
        now: datetime,
        *,
        new: bool = False,
    ) -> "Turn":
        return cls(
            opened, house, known.person, known.address, inbound, reading, now, known.question,
            new=new, talkative=known.talkative,
        )  # fmt: skip

    @property
    def session(self) -> Session:
        return self.opened()

    @property
    def words(self) -> Keywords:
        """The words of the language in which this text was understood."""
        return self.house.catalogue.keywords[self.reading.language or self.person.language]

    @property
    def local(self) -> datetime:
        return hours.local(self.now, self.person.zone or "UTC")

    @property
    def active(self) -> bool:
        return self.person.state == "active"

    @property
    def reminded(self) -> bool:
        """Do they get reminders, and have they agreed to them at this address?"""
        return self.active and self.address.standing == "in"

    @property
    def promises_none(self) -> bool:
        """Is this a channel on which we couldn't keep the promise of a reminder?"""
        return self.address.channel in self.house.without_reminders

    @property
    def provider_answers(self) -> bool:
        """Has the provider answered this carrier word, so that ours would be a second reply?

        It does for a single word alone; "help please" and "Start!" are ours to answer.
        """
        if self.inbound.provider_said:
            return True
        if self.inbound.page:  # of which no provider knows
            return False
        words = self.house.catalogue.keywords[DEFAULT]  # the carriers know no other
        word = self.inbound.text.strip().lower()
        carriers = word in words.carrier_stop | words.help | words.start
        return carriers and self.address.channel in self.house.provider_answers

    def when(self, moment: datetime) -> str:
        """A moment in the person's local words."""
        local = hours.local(moment, self.person.zone or "UTC")
        return self.house.catalogue.when(local, self.local, self.language)

    def reminded_at(self) -> AddressRow:
        """The address of theirs at which reminders arrive."""
        if self.address.primary:
            return self.address
        return primary.primary(self.session, self.person.id) or self.address

    def channel(self, address: AddressRow) -> str:
        """How an address of theirs is called here."""
        known = named(address, self.address)
        return self.house.catalogue.channel(known["CHANNEL"], self.language, known["ENDS"])

    def next_time(self) -> str:
        """When their next reminder comes, in local words."""
        moment = plans.next_for(self.session, self.person, self.now, self.house.quiet)
        if moment is None:
            return self.house.catalogue.say("words.unknown_time", self.language)
        return self.when(moment)

    def hold(self, until: datetime, why: str) -> None:
        """No reminders before `until`; a longer hold that is already there stays."""
        consent.hold(self.person, until, why, self.now)

    def not_in(self, key: str = "NOT_IN") -> list[Said]:
        """What to say about reminders, under this key, to somebody who gets none: or how they may, at all."""
        if self.promises_none:
            return [said("REMIND_ELSEWHERE")]
        return [said(key if consent.joinable(self.address) else "JOIN_START")]

    def ask(self, question: str, closes: timedelta, **data: Any) -> None:
        """Open a question with this person; it takes the place of any other.

        Only this address can answer it: a YES elsewhere agrees to nothing that was shown here.
        """
        self._overtake()
        if self.question is None:
            self.question = Dialogue(person_id=self.person.id)
            self.session.add(self.question)
        self.question.question = question
        self.question.data = data if question in _ANYWHERE else {**data, AT: self.address.id}
        self.question.closes_at = self.now + closes
        self.session.flush()

    def dialogue(self) -> Dialogue | None:
        """The question that is open now, at this address."""
        found = self.question
        if found is None or found.closes_at <= self.now:
            return None
        return found if found.data.get(AT) in {None, self.address.id} else None

    def _overtake(self) -> None:
        """A question of the page /join that the outbox holds until morning isn't asked any more."""
        waiting = self.question.data.get(ENTRY) if self.question is not None else None
        if waiting is not None:
            entries.call_off(self.session, waiting, self.now, "answered, or overtaken")

    def close(self) -> None:
        self._overtake()
        if self.question is not None:
            self.session.delete(self.question)
            self.session.flush()
            self.question = None

    def _source(self) -> str:
        if self.inbound.page:
            return "page"
        # Somebody who blocks us, or a carrier that answered for us, without a word of theirs.
        return "provider" if self.inbound.provider_said and not self.inbound.text else "text"

    def evidence(self, shown: str = "") -> Evidence:
        """This text as proof of a consent event."""
        return Evidence(
            source=self._source(),
            rule=f"{self.reading.rule}: {self.reading.words}",
            shown=shown,
            used=self.inbound.text[:160],
            provider_id=self.inbound.provider_id,
        )
