"""Answers that can't stand in the answer to a request."""

from datetime import timedelta
from typing import Any

from service.envelopes import Address, Inbound, Press, State, Verdict
from service.outbox import answers, entries, policy
from tests.outbox.line import NOON

HERE = Address("slack", "U1")


def row(text: str, number: int = 0, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "person_id": 7,
        "address_id": 8,
        "kind": "reply",
        "key": f"K{number}",
        "params": {},
    }
    return entries.row(
        channel="slack", text=text, now=NOON, segments=1, inline=f"a{number}", **(given | changes)
    )


def elsewhere(*rows: dict[str, Any], press: Press | None = None, asked: bool = False) -> Any:
    return answers.elsewhere(rows, Inbound(HERE, "Ev1", "x", press=press), NOON, asked=asked)


def test_no_answer_is_no_row() -> None:
    assert elsewhere() == []


def test_all_texts_of_an_answer_are_one_queued_row() -> None:
    consent = row("You're in.", kind="consent", params={"N": 8})
    (only,) = elsewhere(consent, row("Where are you?", 1, params={"choices": ["OK"]}))
    assert (only["text"], only["kind"], only["key"]) == (
        "You're in.\n\nWhere are you?",
        "consent",
        "K1",
    )
    assert (only["state"], only["attempt"], only["settled_at"]) == (State.QUEUED, None, None)
    assert only["params"] == {"N": 8, "choices": ["OK"]}
    assert only["segments"] == 2
    assert only["best_before"] == NOON + entries.CONFIRM


def test_in_danger_what_to_do_goes_alone_and_at_once() -> None:
    first, second = elsewhere(row("Call 112", kind="emergency"), row("We'll wait.", 1))
    assert (first["text"], first["state"], first["attempt"]) == ("Call 112", State.SENDING, "a0")
    assert first["lease_until"] > NOON
    assert (second["state"], second["attempt"]) == (State.QUEUED, None)
    assert second["not_before"] > NOON


def test_an_erasure_is_confirmed_past_the_outbox_which_knows_nobody_any_more() -> None:
    (only,) = elsewhere(row("Erased.", person_id=None, address_id=None))
    assert (only["state"], only["attempt"]) == (State.SENDING, "a0")


def test_whoever_left_is_answered_soon_or_not() -> None:
    (only,) = elsewhere(row("Squat."), asked=True)
    assert only["params"] == {"asked": True}
    assert only["best_before"] == NOON + timedelta(minutes=5)


def test_the_answer_to_a_button_knows_its_text() -> None:
    press = Press("D1:1.1", "Arms up", once=True, pictured=True)
    (only,) = elsewhere(row("Nice!"), press=press)
    assert answers.edits_of(only["params"]) == press
    for other in (Press("D1:1.1", "Arms up", once=False), Press("", "", once=True)):
        (only,) = elsewhere(row("Nice!"), press=other)
        assert answers.edits_of(only["params"]) is None


def test_a_text_that_comes_too_soon_waits_as_long_as_it_says() -> None:
    state, again = policy.after(Verdict.TOO_SOON, 1, NOON, NOON, wait=0.5)
    assert (state, again) == (State.QUEUED, NOON + timedelta(seconds=0.5))
