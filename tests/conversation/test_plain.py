"""Texts that ask for words: answered from a glance at the database, written at once, on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from service.conversation import plain
from service.conversation.history import Exchange, attempt_of
from service.conversation.understand import understand
from service.envelopes import Address, Reading
from service.envelopes import Inbound as Message
from service.outbox import entries
from service.people import directory
from service.runtime import Runtime
from service.store.base import Base
from service.store.tables import Entry, Inbound, Person
from tests.phone import Phone, Wall
from tests.vocabulary import CATALOGUE


@pytest.fixture
def phone(service: Callable[..., Runtime], wall: Wall, database_url: str) -> Phone:
    """Somebody who has texted before; the service is on either database."""
    phone = Phone(service(database_url=SecretStr(database_url)), wall)
    phone.text("MENU")
    return phone


def test_every_text_that_we_say_carries_the_channel_of_its_address(phone: Phone) -> None:
    """Also the answer to who is new, and the one that a kept connection writes."""
    phone.text("POSTURE")
    assert [entry.channel for entry in phone.entries()] == [phone.channel] * 2


def count(phone: Phone, table: type[Base]) -> int:
    with phone.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def decide(phone: Phone, provider_id: str, words: str) -> Exchange:
    runtime = phone.runtime
    message = Message(Address(phone.channel, phone.number), provider_id, words)
    reading = understand(words, CATALOGUE.vocabulary)
    decided = plain.exchange(
        runtime.store, runtime.house, message, reading, runtime.now(), wait=5.0
    )
    assert decided is not None
    return decided


@pytest.mark.parametrize("words", ["LIFT", "MENU", "how should i sit", "STATUS", "MORE", "blorp"])
def test_a_plain_text_is_answered_and_both_are_kept(phone: Phone, words: str) -> None:
    answer = phone.text(words)
    assert answer
    with phone.runtime.store.read() as session:
        kept = session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
        received = session.get_one(Inbound, kept.inbound_id)
    assert (kept.text, kept.state, kept.person_id) == (answer, "answered", 1)
    assert received.address_id == kept.address_id


def test_the_same_plain_text_again_gets_the_same_answer_and_changes_nothing(phone: Phone) -> None:
    first = phone.text("LIFT", provider_id="SM1")
    before = count(phone, Entry), count(phone, Inbound)
    assert phone.text("LIFT", provider_id="SM1") == first
    assert (count(phone, Entry), count(phone, Inbound)) == before


def test_a_plain_text_that_gets_no_answer_is_kept_too(phone: Phone) -> None:
    before = count(phone, Inbound)
    assert phone.text("thanks") == ""
    assert count(phone, Inbound) == before + 1


def test_a_plain_text_tells_when_somebody_was_last_seen(phone: Phone) -> None:
    phone.after(hours=3)
    phone.text("LIFT")
    with phone.runtime.store.read() as session:
        seen = session.scalars(select(Person.last_seen_at)).one()
    assert seen == phone.runtime.now()


def test_a_topic_that_changes_the_stretches_to_come_is_more_than_plain(phone: Phone) -> None:
    assert phone.text("STRAIN")
    with phone.runtime.store.read() as session:
        gentle = session.scalars(select(Person.gentle_until)).one()
    assert gentle is not None
    assert gentle > phone.runtime.now() + timedelta(days=2)


@pytest.mark.parametrize("hours", [0, 3])
def test_an_exchange_is_written_once(phone: Phone, hours: int) -> None:
    phone.after(hours=hours)
    decided = decide(phone, "SM9", "LIFT")
    assert phone.runtime.reception.write(decided, wait=5.0)
    assert not phone.runtime.reception.write(decided, wait=5.0)
    assert phone.text("LIFT", provider_id="SM9") == decided.answers[0]["text"]


def test_somebody_who_was_erased_while_we_thought_is_answered_as_a_stranger(phone: Phone) -> None:
    runtime = phone.runtime
    decided = decide(phone, "SM9", "LIFT")
    with runtime.store.write() as session:
        directory.erase(session, session.get_one(Person, 1), ["key"], runtime.now())
    assert not runtime.reception.write(decided, wait=5.0)
    assert count(phone, Inbound) == 1  # that of before; nothing half written
    assert "squat" in phone.text("LIFT", provider_id="SM9")


def test_an_answer_that_stands_there_without_its_text_is_never_half_written(phone: Phone) -> None:
    """A part of a restored database, say."""
    message = Message(Address(phone.channel, phone.number), "SM9", "LIFT")
    decided = decide(phone, "SM9", "LIFT")
    with phone.runtime.store.write() as session:
        entries.put(
            session, person_id=1, address_id=1, channel=phone.channel, kind="reply", text="an answer",
            now=phone.runtime.now(), inline=attempt_of(message, 0),
        )  # fmt: skip
    before = count(phone, Inbound)
    assert not phone.runtime.reception.write(decided, wait=5.0)
    assert count(phone, Inbound) == before


@pytest.mark.parametrize("words", ["STOP", "crushing chest pain", "JOIN", "HOURS 8-16", "DONE"])
def test_what_changes_more_than_the_history_is_not_plain(words: str) -> None:
    message = Message(Address("sms", "+12125550100"), "SM1", words)
    assert not plain.is_plain(message, understand(words, CATALOGUE.vocabulary))


def test_an_open_question_is_answered_in_a_transaction(phone: Phone) -> None:
    assert "YES" in phone.text("REMIND")
    runtime = phone.runtime
    message = Message(Address(phone.channel, phone.number), "SM5", "MENU")
    reading = understand("MENU", CATALOGUE.vocabulary)
    assert (
        plain.exchange(runtime.store, runtime.house, message, reading, runtime.now(), wait=5.0)
        is None
    )


def test_every_topic_can_be_answered_to_somebody_who_is_only_read(phone: Phone) -> None:
    phone.join()
    phone.after(hours=30)  # the question that follows joining has closed
    phone.texts("LIFT", "MORE")
    runtime = phone.runtime
    message = Message(Address(phone.channel, phone.number), "SM7", "?")
    asked = [*CATALOGUE.topics(), *sorted(plain.WORDS)]
    readings = [
        Reading(topic.lower(), topic, "exact", topic, 1.0, language="en") for topic in asked
    ]
    plain_ones = [reading for reading in readings if plain.is_plain(message, reading)]
    assert len(plain_ones) == len(asked) - 1  # STRAIN makes the stretches to come gentler
    for reading in plain_ones:
        assert plain.exchange(
            runtime.store, runtime.house, message, reading, runtime.now(), wait=5.0
        )
