"""Which texts are kept as not understood, and that nothing in them names anybody."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, text

from service.conversation import unread_texts
from service.runtime import Runtime
from service.store.engine import Store
from service.store.unread_tables import Unread
from tests.conftest import BOTH
from tests.phone import Phone, Wall

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
DAY = datetime(2026, 3, 2, tzinfo=UTC)
GIBBERISH = "blorp the gronk vertebrate"


def kept(runtime: Runtime) -> Sequence[Unread]:
    with runtime.store.read() as session:
        return unread_texts.newest(session, 100)


@BOTH
def test_a_text_that_is_not_understood_is_kept_masked(phone: Phone, wall: Wall) -> None:
    wall.moment += timedelta(minutes=37)
    phone.text(f"{GIBBERISH} 555 0100")
    (row,) = kept(phone.runtime)
    assert (row.text, row.language) == (f"{GIBBERISH} [number]", "en")
    assert (row.topic, row.times) == ("UNKNOWN", 1)
    assert row.last_at == DAY  # and no hour


@BOTH
def test_texts_that_are_alike_are_counted_by_whomever_they_come(
    phone: Phone, service: Callable[..., Runtime], wall: Wall
) -> None:
    phone.join()
    phone.text(GIBBERISH)  # somebody known, without a transaction
    other = Phone(phone.runtime, wall, "+12125550188")
    other.text("Gronk, the blorp: VERTEBRATE!")  # somebody new
    wall.moment += timedelta(days=1)
    other.text(GIBBERISH)
    (row,) = kept(phone.runtime)
    assert (row.times, row.text, row.last_at) == (3, GIBBERISH, DAY + timedelta(days=1))


def test_a_webhook_that_comes_again_counts_once(phone: Phone) -> None:
    phone.join()
    for _ in range(2):
        phone.text(GIBBERISH, "SAME")
    assert [row.times for row in kept(phone.runtime)] == [1]


def test_no_column_names_a_person_a_channel_or_an_hour() -> None:
    assert set(Unread.__table__.columns.keys()) == {
        "likeness", "text", "language", "last_at", "times",
        "intent", "topic", "rule", "confidence", "nearest",
    }  # fmt: skip
    assert not Unread.__table__.foreign_keys


@pytest.mark.parametrize(
    "words",
    ["POSTURE", "my back hurts after lifting a box", "I can't feel my legs gronk", "STOP",
     "leave me alone blorp", "chest gronk feels odd", "what blorp about numb groin gronk",
     "a book on stroke gronk", "never had cancer gronk blorp", "555 0100", "😀"],
)  # fmt: skip
def test_what_is_understood_dangerous_or_leaving_is_not_kept(phone: Phone, words: str) -> None:
    phone.text(words)
    assert [row.text for row in kept(phone.runtime)] == []


def test_nor_is_an_answer_to_our_question_or_a_text_of_somebody_who_left(phone: Phone) -> None:
    phone.number = "+79161234567"  # which tells no time zone
    assert "place" in phone.join().text("Gronkville").lower()
    phone.texts("CHECK", "blorp gronk a bit", "DELETE", "blorp no gronk")
    phone.texts("STOP", GIBBERISH)
    assert [row.text for row in kept(phone.runtime)] == []


def test_with_real_people_nothing_is_kept_unless_that_was_decided(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    off = service(keep_unread=False)
    Phone(off, wall).text(GIBBERISH)
    assert kept(off) == []
    real: dict[str, Any] = {"twilio_account_sid": "AC" + "1" * 32, "twilio_from": "+14155550100"}
    real["twilio_auth_token"] = SecretStr("token")
    assert off.settings.model_copy(update={"keep_unread": None}).keeps_unread
    assert not off.settings.model_copy(update={"keep_unread": None, **real}).keeps_unread
    assert off.settings.model_copy(update={"keep_unread": True, **real}).keeps_unread


@BOTH
def test_it_goes_after_thirty_days(phone: Phone, wall: Wall) -> None:
    phone.text(GIBBERISH)
    wall.moment += timedelta(days=20)
    phone.text("wibble wobble flonk")
    wall.moment += timedelta(days=11)
    phone.runtime.tidy()
    assert [row.text for row in kept(phone.runtime)] == ["wibble wobble flonk"]


@BOTH
def test_all_of_it_goes_when_it_is_switched_off(
    phone: Phone, service: Callable[..., Runtime]
) -> None:
    phone.text(GIBBERISH)
    off = service(keep_unread=False)
    off.tidy()
    assert kept(off) == []


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {
            "likeness": f"{number:032x}", "text": f"gronk {number}",
            "language": "es" if number % 50 else "en",
            "last_at": NOW - timedelta(hours=number // 7), "times": 1, "intent": "unknown",
            "topic": "UNKNOWN", "rule": "unknown", "confidence": 0.3, "nearest": "",
        }
        for number in range(count)
    ]  # fmt: skip


def test_pages_hold_each_row_once(store: Store) -> None:
    with store.write() as session:
        session.execute(insert(Unread), rows(100))
    seen: list[str] = []
    place = None
    with store.read() as session:
        while page := unread_texts.newest(session, 9, after=place):
            seen += [row.likeness for row in page]
            place = page[-1].last_at, page[-1].likeness
    assert len(seen) == len(set(seen)) == 100


@pytest.mark.parametrize("language", ["", "en"])
def test_a_page_of_very_many_is_read_from_an_index(store: Store, language: str) -> None:
    """The million row table is read by its index: nothing is sorted, nothing scanned."""
    with store.write() as session:
        session.execute(insert(Unread), rows(5_000))
    after = (NOW - timedelta(hours=300), "8" * 32)
    asked = unread_texts._newest(50, language=language, after=after)
    compiled = asked.compile(store.engine, compile_kwargs={"literal_binds": True})
    with store.engine.connect() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("ANALYZE unread"))
        explain = "EXPLAIN QUERY PLAN " if store.dialect == "sqlite" else "EXPLAIN "
        plan = " ".join(str(row) for row in connection.execute(text(f"{explain}{compiled}")))
    index = "ix_unread_language_last_at_likeness" if language else "ix_unread_last_at_likeness"
    assert index in plan
    assert not re.search(r"\bSort\b|TEMP B-TREE|Seq Scan", plan)
