"""Who may be sent what, and when."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from service.envelopes import State
from service.outbox.gate import may_send, settled_as
from service.store.tables import AddressRow, Entry, Person, Plan
from tests.outbox.line import NOON

QUIET = (time(9), time(20))
NIGHT = NOON.replace(hour=23)
LATER = NOON + timedelta(hours=1)


def ask(kind: str, now: datetime = NOON, **changes: Any) -> str | None:
    """May it go to somebody in London who is active and in? Changes: entry_, person_, address_, plan_."""

    def given(prefix: str) -> dict[str, Any]:
        return {
            name.removeprefix(prefix): value
            for name, value in changes.items()
            if name.startswith(prefix)
        }

    entry = Entry(**{"kind": kind, "key": "", "slot": NOON, "segments": 1, **given("entry_")})
    person = Person(
        **{"state": "active", "zone": "Europe/London", "held_why": "", **given("person_")}
    )
    address = AddressRow(**{"standing": "in", "dead": "", **given("address_")})
    plan = Plan(**{"own": False, "hours": "09:00-17:00", **given("plan_")})
    return may_send(entry, person, address, plan, now=now, quiet=QUIET)


@pytest.mark.parametrize("kind", ["reminder", "snooze", "notice", "reply", "consent", "emergency"])
def test_somebody_who_is_in_gets_everything_by_day(kind: str) -> None:
    assert ask(kind) is None


@pytest.mark.parametrize(
    ("kind", "key", "refusal"),
    [
        ("reminder", "", "no consent"),
        ("snooze", "", "no consent"),
        ("notice", "MONTHLY", "no consent"),
        ("reply", "POSTURE.sms", "opted out"),
        ("consent", "OPTIN_ASK", "opted out"),
        ("consent", "STOP_OK", None),
        ("consent", "DELETE_OK", None),
        ("emergency", "E_SPINE", None),
    ],
)
def test_somebody_who_left_hears_the_confirmation_and_emergencies_only(
    kind: str, key: str, refusal: str | None
) -> None:
    assert ask(kind, entry_key=key, address_standing="out", person_state="stopped") == refusal


@pytest.mark.parametrize(("kind", "refusal"), [("reply", None), ("reminder", "no consent")])
def test_a_stranger_is_answered_and_never_reminded(kind: str, refusal: str | None) -> None:
    assert ask(kind, address_standing="none", person_state="stranger") == refusal


@pytest.mark.parametrize("why", ["pause", "emergency", "doubt"])
@pytest.mark.parametrize("kind", ["reminder", "snooze", "notice"])
def test_a_hold_stops_what_we_start(kind: str, why: str) -> None:
    assert ask(kind, person_held_until=LATER, person_held_why=why) == f"held: {why}"


@pytest.mark.parametrize("kind", ["reply", "consent", "emergency"])
def test_a_hold_leaves_answers_alone(kind: str) -> None:
    assert ask(kind, person_held_until=LATER) is None


def test_a_hold_that_has_ended_stops_nothing() -> None:
    assert ask("reminder", person_held_until=NOON) is None


def test_the_question_after_long_silence_passes_a_hold() -> None:
    assert ask("notice", entry_key="STILL_YOU", person_held_until=LATER) is None


def test_who_moved_a_moment_ago_isnt_reminded_but_their_snooze_comes() -> None:
    assert ask("reminder", person_rest_until=LATER) == "moved or snoozed"
    assert ask("reminder", person_rest_until=NOON) is None
    assert ask("snooze", person_rest_until=LATER) is None


@pytest.mark.parametrize("kind", ["reminder", "snooze", "notice"])
def test_quiet_hours(kind: str) -> None:
    assert ask(kind, now=NIGHT, entry_slot=NIGHT) == "quiet hours"


@pytest.mark.parametrize(
    ("hours", "refusal"),
    [
        ("22:00-06:00", None),
        ("09:00-17:00", "outside their hours"),
        ("08:00-12:00 20:00-23:30", None),
    ],
)
def test_quiet_hours_yield_to_hours_that_the_person_set(hours: str, refusal: str | None) -> None:
    assert ask("reminder", now=NIGHT, entry_slot=NIGHT, plan_own=True, plan_hours=hours) == refusal


def test_quiet_hours_follow_the_persons_clock() -> None:
    assert ask("reminder", person_zone="America/Los_Angeles") == "quiet hours"
    assert ask("reminder", person_zone="") == "zone unknown"


def test_an_answer_is_given_at_night() -> None:
    assert ask("reply", now=NIGHT) is None


@pytest.mark.parametrize(("kind", "refusal"), [("reply", "address dead"), ("emergency", None)])
def test_a_dead_address_is_tried_in_an_emergency_only(kind: str, refusal: str | None) -> None:
    assert ask(kind, address_dead="21614: not a mobile number") == refusal


@pytest.mark.parametrize("kind", ["reminder", "reply", "emergency"])
def test_late_is_worse_than_never(kind: str) -> None:
    assert ask(kind, entry_best_before=NOON) == "best-before"
    assert ask(kind, entry_best_before=NOON + timedelta(seconds=1)) is None


def test_nobody_there() -> None:
    entry = Entry(kind="reply")
    assert may_send(entry, None, None, None, now=NOON, quiet=QUIET) == "nobody there"


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("best-before", State.EXPIRED),
        ("budget", State.EXPIRED),
        ("quiet hours", State.DROPPED),
        ("opted out", State.DROPPED),
    ],
)
def test_a_refusal_is_recorded(reason: str, state: State) -> None:
    assert settled_as(reason) is state


@pytest.mark.parametrize("kind", ["reply", "consent"])
@pytest.mark.parametrize("changes", [{"address_standing": "out"}, {"address_dead": "21614: gone"}])
def test_who_left_or_couldnt_be_reached_and_writes_is_answered(
    kind: str, changes: dict[str, Any]
) -> None:
    assert ask(kind, **changes) is not None
    assert ask(kind, entry_params={"asked": True}, **changes) is None


def test_that_somebody_wrote_brings_no_reminder_back() -> None:
    asked = {"asked": True}
    assert ask("reminder", entry_params=asked, address_standing="out") == "no consent"
    assert ask("reminder", entry_params=asked, address_dead="21614: gone") == "address dead"
