"""How far one message got: steps in order of time, and no failure left out."""

import re
from datetime import timedelta

from sqlalchemy import update

from service.envelopes import Verdict
from service.store.engine import Store
from service.store.tables import Entry
from service.web.dashboard.steps import timeline
from tests.outbox.line import NOON, House, failed
from tests.phone import Phone
from tests.web.operators import signed_in
from tests.web.test_messages import LOG, write


def steps(house: House, row: int) -> list[str]:
    return [step.name for step in timeline(house.entry(row), house.clock.now)]


def moments_in_order(house: House, row: int) -> bool:
    at = [step.at for step in timeline(house.entry(row), house.clock.now) if step.at]
    return at == sorted(at)


def test_what_waits_to_be_tried_again_tells_why_and_when_last(store: Store) -> None:
    house = House(store)
    house.line.script.extend(failed(Verdict.RETRY, "503") for _ in range(2))
    row = house.put(house.person(), "reply")
    for count in (1, 2):
        house.deliver()
        *before, failure, again = timeline(house.entry(row), house.clock.now)
        assert [step.name for step in before] == ["Written", "Taken for sending"]
        assert failure.name == f"Didn't go: 503: as the test says (attempts so far: {count})"
        assert (again.name, again.at, again.done) == (
            "Next try",
            house.entry(row).not_before,
            False,
        )
        assert moments_in_order(house, row)
        house.clock.forward(minutes=1)
    house.deliver()
    assert steps(house, row) == [
        "Written",
        "Due again",
        "Taken for sending (attempt 3)",
        "Sent: the provider has taken it",
    ]
    assert moments_in_order(house, row)


def test_what_is_in_doubt_and_what_expired_tell_of_the_attempt(store: Store) -> None:
    house = House(store)
    house.line.script.append(failed(Verdict.DOUBTFUL, "504"))
    doubtful = house.put(house.person(), "reply")
    house.deliver()
    assert steps(house, doubtful)[-2:] == [
        "Didn't go: 504: as the test says (attempts so far: 1)",
        "In doubt: the provider is asked whether it went",
    ]
    house.line.script.append(failed(Verdict.RETRY, "503"))
    late = house.put(house.person(), "reply", best_before=NOON + timedelta(seconds=1))
    house.deliver()
    assert house.entry(late).state == "expired"
    assert steps(house, late)[-2].startswith("Didn't go: 503")
    assert moments_in_order(house, late)


def test_what_rests_with_its_sender_was_not_tried(store: Store) -> None:
    """It goes at its old moment: that is no next try, and the attempt doesn't count."""
    house = House(store)
    house.line.script.append(failed(Verdict.SET_UP, "401"))
    row = house.put(house.person(), "reply")
    house.deliver()
    assert steps(house, row) == [
        "Written",
        "Due",
        "Taken for sending",
        "Didn't go: 401: as the test says (attempts so far: 0)",
        "Queued: it waits for its turn",
    ]


def test_what_is_due_later_is_last_and_so_is_what_never_came(store: Store) -> None:
    house = House(store)
    row = house.put(house.person(), not_before=NOON + timedelta(hours=1))
    assert steps(house, row) == ["Written", "Queued: it waits for its turn", "Due"]
    with store.write() as session:
        session.execute(update(Entry).values(state="dropped", settled_at=NOON, error="opted out"))
    assert steps(house, row) == [
        "Written",
        "Not sent: withdrawn, or refused just before it went",
        "It would have been due",
    ]
    assert moments_in_order(house, row)


def test_the_page_shows_the_steps_and_the_failure(phone: Phone) -> None:
    desk = signed_in(phone.join().runtime)
    row, now = write(phone.runtime), phone.runtime.now()
    tried = {"claimed_at": now + timedelta(seconds=24), "attempts": 3, "error": "503: unavailable"}
    with phone.runtime.store.write() as session:
        again = {"not_before": now + timedelta(seconds=47)}
        session.execute(update(Entry).where(Entry.id == row).values(**tried, **again))
    page = desk.client.get(f"{LOG}/{row}").text
    listed = re.findall(r"<li[^>]*>([^<]+)<", page.partition('class="timeline"')[2])
    assert listed[:4] == [
        "Written",
        "Taken for sending",
        "Didn&#39;t go: 503: unavailable (attempts so far: 3)",
        "Next try",
    ]
    assert page.count("503: unavailable") == 1
