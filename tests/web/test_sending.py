"""Writing to a person or a group, from the form to the last text."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service.people import directory
from service.runtime import Runtime
from service.store.broadcast_tables import Broadcast
from service.store.operator_tables import Audit
from service.store.tables import Entry, Person
from tests.phone import Phone, Wall
from tests.web.operators import Desk, audited, signed_in

NEW = "/dashboard/messages/broadcasts/new"
FORM: dict[str, object] = {
    "text_en": "We are closed on Friday.", "fallback": "en", "whom": "group", "days": "1",
    "until": "20:00", "rest_days": "0", "service": "yes",
}  # fmt: skip
SAID = "Upright: We are closed on Friday. STOP to end."


@pytest.fixture
def phones(runtime: Runtime, wall: Wall) -> list[Phone]:
    return [Phone(runtime, wall, f"+1212555010{n}").join() for n in range(3)]


@pytest.fixture
def desk(runtime: Runtime, phones: list[Phone]) -> Desk:
    return signed_in(runtime)


def form(desk: Desk, **changes: object) -> dict[str, object]:
    page = desk.client.get(NEW).text
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return {**FORM, "token": found[1], **changes}


def draft(desk: Desk, **changes: object) -> str:
    made = desk.post(NEW, NEW, **form(desk, **changes))
    assert made.status_code == 303, made.text
    return made.headers["Location"]


def texts(runtime: Runtime) -> list[str]:
    with runtime.store.read() as session:
        wanted = select(Entry.text).where(Entry.kind == "broadcast", Entry.state == "delivered")
        return list(session.scalars(wanted))


def states(runtime: Runtime) -> dict[str, int]:
    with runtime.store.read() as session:
        counted = select(Entry.state, func.count()).where(Entry.kind == "broadcast")
        return {row[0]: row[1] for row in session.execute(counted.group_by(Entry.state))}


def count(runtime: Runtime, table: type) -> int:
    with runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_it_is_looked_at_first_then_sent_then_watched(desk: Desk) -> None:
    page = draft(desk)
    before = desk.client.get(page).text
    assert SAID in before
    assert "Send it to 3 people" in before
    assert "1 segment, " in before
    assert states(desk.runtime) == {}
    assert desk.post(f"{page}/send", page).status_code == 303
    desk.runtime.broadcast()
    assert "0 of 3 are settled" in desk.client.get(page).text
    desk.runtime.drain()
    desk.runtime.broadcast()
    assert texts(desk.runtime) == [SAID] * 3
    after = desk.client.get(page).text
    assert "3 of 3 are settled" in after
    assert "Done" in after


def test_a_form_sent_twice_makes_one_and_sent_off_twice_it_goes_once(desk: Desk) -> None:
    once = form(desk)
    pages = {desk.post(NEW, NEW, **once).headers["Location"] for _ in range(2)}
    assert len(pages) == 1
    page = pages.pop()
    for _ in range(2):
        desk.post(f"{page}/send", page)
        desk.runtime.broadcast()
        desk.runtime.drain()
    assert texts(desk.runtime) == [SAID] * 3
    assert count(desk.runtime, Broadcast) == 1


def test_one_person_can_be_written_to_and_another_left_out(desk: Desk) -> None:
    page = draft(desk, whom="people", people="#2\n+1 212 555 0100", left_out="+12125550100")
    assert "Send it to 1 person" in desk.client.get(page).text
    desk.post(f"{page}/send", page)
    desk.runtime.broadcast()
    with desk.runtime.store.read() as session:
        wanted = select(Entry.person_id).where(Entry.kind == "broadcast")
        assert session.scalars(wanted).all() == [2]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text_en": "Mats 20% off"}, "“20% off” looks like advertising: it is a discount"),
        ({"text_es": "Visite bit.ly/abc"}, "it is a shortened link"),
        ({"text_en": "word " * 120}, "too long"),
        ({"service": ""}, "Confirm that this is a service text"),
        ({"whom": "people", "people": "#99, #1"}, "stands at place 1"),
        ({"whom": "people", "people": ""}, "Name somebody"),
        ({"days": "9"}, "The days within which it goes must be a number from 1 to 3"),
        ({"rest_days": "x"}, "The days since the last one must be a number"),
        ({"fallback": "es"}, "which is empty"),
        ({"countries": "US, Narnia"}, "“Narnia” is none that we know"),
        ({"zones": "Middle/Earth"}, "“Middle/Earth” isn&#39;t one"),
        ({"zones": "London"}, "may be one of these: Europe/London, America/Toronto"),
        ({"until": "late"}, "must be a time"),
    ],
)
def test_what_cannot_go_is_refused_with_the_reason_and_the_words_stay(
    desk: Desk, changes: dict[str, object], reason: str
) -> None:
    refused = desk.post(NEW, NEW, **form(desk, **{"text_zh": "系统维护", **changes}))
    assert refused.status_code == 422
    assert reason in refused.text
    assert "系统维护" in refused.text
    assert count(desk.runtime, Broadcast) == 0


def test_without_words_there_is_nothing_to_send(desk: Desk) -> None:
    refused = desk.post(NEW, NEW, **form(desk, text_en=" "))
    assert (refused.status_code, "in one language at least" in refused.text) == (422, True)


def test_countries_and_zones_may_be_written_as_people_call_them(desk: Desk) -> None:
    page = draft(desk, countries="united states, gb", zones="New York")
    with desk.runtime.store.read() as session:
        kept = session.scalars(select(Broadcast)).one().audience
    assert (kept["countries"], kept["zones"]) == (["US", "GB"], ["America/New_York"])
    assert "Send it to 3 people" in desk.client.get(page).text


def test_what_was_thrown_away_was_never_sent_and_says_so(desk: Desk) -> None:
    page = draft(desk)
    desk.post(f"{page}/cancel", page)
    assert "Thrown away: nobody gets it." in desk.client.get(page).text
    assert "Thrown away before it was sent." in desk.client.get(page).text
    desk.post(f"{page}/send", "/dashboard/messages/broadcasts/new")
    assert "nothing was sent" in desk.client.get(page).text
    desk.runtime.broadcast()
    assert states(desk.runtime) == {}


def test_it_is_not_sent_to_nobody(desk: Desk) -> None:
    page = draft(desk, countries="ZA")
    assert "Nobody would get it" in desk.client.get(page).text
    desk.post(f"{page}/send", page)
    desk.runtime.broadcast()
    assert states(desk.runtime) == {}


def test_cancelled_it_stops_and_says_so(desk: Desk) -> None:
    page = draft(desk)
    desk.post(f"{page}/send", page)
    desk.runtime.broadcast()
    desk.post(f"{page}/cancel", page)
    assert states(desk.runtime) == {"dropped": 3}
    desk.runtime.broadcast()
    desk.runtime.drain()
    assert texts(desk.runtime) == []
    shown = desk.client.get(page).text
    assert "nothing of it is under way any more" in shown
    assert "<li>3: An operator cancelled the broadcast.</li>" in shown


def test_stop_in_between_silences_it(desk: Desk, phones: list[Phone]) -> None:
    page = draft(desk)
    desk.post(f"{page}/send", page)
    phones[0].text("STOP")
    desk.runtime.broadcast()
    phones[1].text("STOP")
    desk.runtime.drain()
    assert len(texts(desk.runtime)) == 1
    assert states(desk.runtime) == {"delivered": 1, "dropped": 1}


def test_a_text_to_try_goes_to_one_number_only_and_is_none_of_it(desk: Desk) -> None:
    page = draft(desk)
    for number in ("+12125550101", "+12125550999"):
        desk.post(f"{page}/try", page, channel="simulator", handle=number, language="en")
    desk.runtime.drain()
    assert texts(desk.runtime) == [SAID]
    assert "Send it to 3 people" in desk.client.get(page).text
    assert audited(desk.runtime, "broadcast tried") == [("operator", 2, {"broadcast": 1})]


def test_a_text_to_try_goes_in_each_language_to_a_number_as_people_write_it(desk: Desk) -> None:
    page = draft(desk, text_es="Cerramos el viernes.")
    for language in ("en", "es", "en"):
        answer = desk.post(
            f"{page}/try", page, channel="simulator", handle="+1 (212) 555-0101", language=language
        )
    told = desk.client.get(answer.headers["Location"]).text
    assert "It went there a moment ago" in told
    desk.runtime.drain()
    assert len(texts(desk.runtime)) == 2


def test_a_text_to_try_that_would_not_go_now_is_not_said_to_be_on_its_way(
    desk: Desk, wall: Wall
) -> None:
    page = draft(desk)
    wall.moment += timedelta(hours=12)  # 21:00 in New York, and the sign-in is over
    desk.sign_in("operator")
    answer = desk.post(
        f"{page}/try", page, channel="simulator", handle="+12125550101", language="en"
    )
    assert "go there now (quiet hours)" in desk.client.get(answer.headers["Location"]).text


def test_what_an_operator_did_is_noted(desk: Desk) -> None:
    page = draft(desk)
    desk.post(f"{page}/send", page)
    desk.post(f"{page}/cancel", page)
    with desk.runtime.store.read() as session:
        wanted = select(Audit.action).where(Audit.action.startswith("broadcast"))
        noted = session.scalars(wanted.order_by(Audit.id))
        assert noted.all() == ["broadcast drafted", "broadcast sent", "broadcast cancelled"]


def test_how_far_it_is_answers_only_with_news(desk: Desk) -> None:
    page = draft(desk)
    desk.post(f"{page}/send", page)
    first = desk.client.get(f"{page}/progress")
    again = {"If-None-Match": first.headers["ETag"]}
    assert desk.client.get(f"{page}/progress", headers=again).status_code == 304
    desk.runtime.broadcast()
    assert desk.client.get(f"{page}/progress", headers=again).status_code == 200


def test_another_one_like_it_brings_its_words_and_people(desk: Desk) -> None:
    page = draft(desk, whom="people", people="#2", seated="")
    again = desk.client.get(f"{NEW}?like={page.rpartition('/')[2]}").text
    assert "We are closed on Friday." in again
    assert "#2</textarea>" in again


def test_another_one_like_it_names_nobody_who_is_gone(desk: Desk) -> None:
    page = draft(desk, whom="people", people="#2\n#3", left_out="#1\n#2", seated="")
    with desk.runtime.store.write() as session:
        directory.erase(session, session.get_one(Person, 2), ["key"], desk.runtime.now())
    again = desk.client.get(f"{NEW}?like={page.rpartition('/')[2]}").text
    assert "#2" not in again
    assert ("#3</textarea>" in again, "#1</textarea>" in again) == (True, True)


def test_a_broadcast_is_listed(desk: Desk) -> None:
    draft(desk)
    assert "We are closed on Friday." in desk.client.get("/dashboard/messages/broadcasts").text
