"""The overview: what needs doing comes first; what a page fetches by itself keeps nobody signed in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from service.operators import sign_ins
from service.runtime import Runtime
from service.store.tables import Entry, Sender, Spending
from service.store.tally_tables import SentTally
from service.web import charts
from service.web.numbers.figures import FIGURES, Shape
from service.web.numbers.history import OUTCOMES, Table
from service.web.numbers.period import DAYS
from tests.conftest import BOTH
from tests.phone import Phone, Wall
from tests.web import joining
from tests.web.operators import Desk, signed_in

DRAWN = [name for name, figure in FIGURES.items() if figure.shape is not Shape.HEAT]


@pytest.fixture
def desk(service: Callable[..., Runtime], wall: Wall) -> Desk:
    runtime = service()
    runtime.tick()
    Phone(runtime, wall).join()
    runtime.counting.tally()
    wall.moment += timedelta(minutes=1)  # by now PostgreSQL's rows are counted, too
    runtime.counting.tally()
    return signed_in(runtime, "viewer")


def page(desk: Desk, path: str = "/dashboard") -> str:
    answer = desk.client.get(path)
    assert answer.status_code == 200
    return answer.text.replace("&#39;", "'")


@BOTH
@pytest.mark.parametrize("days", DAYS)
def test_an_empty_service_has_an_overview(service: Callable[..., Runtime], days: int) -> None:
    desk = signed_in(service(), "viewer")
    shown = page(desk, f"/dashboard?days={days}")
    assert "The clock has never ticked." in shown
    for name in DRAWN:
        assert desk.client.get(f"/dashboard/charts/{name}.svg?days={days}").status_code == 200


@BOTH
def test_people_and_texts_are_on_it(desk: Desk) -> None:
    shown = page(desk)
    assert "Nothing needs doing." in shown
    assert re.search(r"People who get reminders</dt><dd class=\"big\">1<", shown)
    assert re.search(r'alt="Keywords received, last 7 days: [^"]*REMIND 1', shown)


@pytest.mark.parametrize("state", ["failed", "undelivered", "lost", "expired"])
def test_an_emergency_answer_that_did_not_arrive_comes_first(
    desk: Desk, wall: Wall, state: str
) -> None:
    with desk.runtime.store.write() as session:
        now, error = wall.moment, "30006: no phone there."
        given = {"created_at": now, "not_before": now, "state": state, "error": error}
        session.add(Entry(kind="emergency", channel="simulator", **given))
    shown = page(desk)
    first = re.search(r'class="alert[^"]*">\s*<strong>([^<]*)', shown)
    assert first
    assert first[1] == "1 emergency answer didn't arrive in the last 24 hours."
    assert ("30006: no phone there." in shown) is (state in {"failed", "undelivered"})


def test_what_waits_too_long_is_told(desk: Desk, wall: Wall) -> None:
    wall.moment += timedelta(minutes=10)
    shown = page(desk)
    assert "The clock hasn't ticked since 02 Mar 14:00 UTC." in shown
    with desk.runtime.store.write() as session:
        now = wall.moment
        rests = Sender(name="sms", tokens=0.0, faults=3, paused_from=now)
        rests.paused_until = now + timedelta(minutes=4)
        session.add(rests)
    assert "SMS sends nothing until 14:15:00 UTC, after 3 faults in a row." in page(desk)


def test_what_was_not_understood_is_shown_masked_a_click_from_what_was_thought_of_it(
    desk: Desk, wall: Wall
) -> None:
    words = "flurbing gronk +14155550177"
    Phone(desk.runtime, wall).text(words)
    for _ in range(2):
        wall.moment += timedelta(minutes=1)
        desk.runtime.counting.tally()
    seen = page(desk)
    assert "1 of 3 texts, which is 33.3 %. Operators can read them, masked." in seen
    assert "flurbing" not in seen
    operator = signed_in(desk.runtime)
    shown = page(operator)
    assert "+14155550177" not in shown
    thought = re.search(r'<a lang="en" href="([^"]+)">flurbing gronk [^<]*</a>', shown)
    assert thought
    assert "As it was spelt out" in page(operator, thought[1])


def test_a_queue_that_stands_still_is_told(desk: Desk, wall: Wall) -> None:
    with desk.runtime.store.write() as session:
        session.add(
            Entry(kind="reply", channel="sms", created_at=wall.moment, not_before=wall.moment)
        )
    wall.moment += timedelta(minutes=2)
    desk.runtime.tick()
    assert "Nothing needs doing." in page(desk)
    wall.moment += timedelta(seconds=1)
    assert "Texts have waited for 2 minutes." in page(desk)


@pytest.mark.parametrize(("attempts", "told"), [(1, False), (2, True)])
def test_texts_that_are_tried_again_are_told_with_the_reason(
    desk: Desk, wall: Wall, attempts: int, told: bool
) -> None:
    desk.runtime.tick()
    row = {
        "kind": "reply", "channel": "sms", "state": "queued", "attempts": attempts,
        "error": "unreachable: Twilio couldn't be reached", "created_at": wall.moment,
    }  # fmt: skip
    with desk.runtime.store.write() as session:
        for minutes in (-3, 10):  # the second waits for its next try
            session.add(Entry(**row, not_before=wall.moment + timedelta(minutes=minutes)))
    seen = page(desk)
    assert ("2 texts couldn't be handed over, and are tried again." in seen) == told
    row_of_table = re.findall(r"reached</td><td[^>]*>(\d)</td><td[^>]*>(\d)</td>", seen)
    assert row_of_table == [(str(attempts), "2")]
    assert ("SENDER_RATE" in seen) != told


@pytest.mark.parametrize(
    ("segments", "told"),
    [
        (79, "Nothing needs doing."),
        (80, "80 % of the month's budget is used."),
        (100, "The month's budget is used up."),
    ],
)
def test_a_budget_that_runs_out_is_told(
    service: Callable[..., Runtime], wall: Wall, segments: int, told: str
) -> None:
    runtime = service(monthly_budget=100)
    runtime.tick()
    with runtime.store.write() as session:
        session.add(Spending(sender="sms", day=wall.moment.date(), segments=segments))
    assert told in page(signed_in(runtime, "viewer"))


@pytest.mark.parametrize(("outcome", "told"), [("failed", "failed"), ("expired", "came too late")])
def test_reminders_that_often_do_not_arrive_are_told(
    service: Callable[..., Runtime], wall: Wall, outcome: str, told: str
) -> None:
    runtime = service()
    runtime.tick()
    shown, hour = signed_in(runtime, "viewer"), wall.moment - timedelta(hours=2)
    with runtime.store.write() as session:
        for state, texts in ((outcome, 1), ("delivered", 18)):
            session.add(
                SentTally(hour=hour, channel="sms", kind="reminder", state=state, texts=texts)
            )
    assert "Nothing needs doing." in page(shown)  # of so few one is chance
    with runtime.store.write() as session:
        session.get_one(SentTally, (hour, "sms", "reminder", "delivered")).texts = 19
    assert f"5 % of reminders {told} in the last 24 hours (1)." in page(shown)


def test_a_page_to_join_that_has_sent_all_its_texts_is_told(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    runtime = service(join_limit=1)
    runtime.tick()
    shown = signed_in(runtime, "viewer")
    assert "Nothing needs doing." in page(shown)
    assert joining.visitor(runtime, wall).send().status_code == 303
    assert "The page /join has sent all the texts that it may in an hour (1)." in page(shown)
    wall.moment += timedelta(hours=1)
    runtime.tick()
    assert "The page /join" not in page(signed_in(runtime, "viewer"))


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_brings_its_colours_and_no_script(desk: Desk, name: str) -> None:
    for size in ("", "&narrow"):
        answer = desk.client.get(f"/dashboard/charts/{name}.svg?days=30{size}")
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers.getlist("Content-Security-Policy") == [
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        ]
        drawn = ElementTree.fromstring(answer.text)
        tags = {element.tag.rpartition("}")[2] for element in drawn.iter()}
        assert "style" in tags
        assert not tags & {"script", "foreignObject", "a"}
        assert "prefers-color-scheme: dark" in answer.text
        assert "http" not in answer.text.replace("http://www.w3.org/", "")


@pytest.mark.parametrize("steps", [24, 168], ids=["bars", "an area"])
def test_an_outcome_that_never_happened_is_not_drawn(steps: int) -> None:
    hours = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(steps)]
    table = Table(("Hour (UTC)", *OUTCOMES), tuple((hour, 0, 3, 2, 0, 0, 0) for hour in hours))
    drawn = ElementTree.fromstring(charts.draw(FIGURES["replies"], table))
    series = [each for each in drawn.iter() if "series" in each.get("class", "").split()]
    shapes = [each for group in series for each in group.iter() if each is not group]
    kind = {24: "rect", 168: "path"}[steps]
    assert len([each for each in shapes if each.tag.endswith(kind)]) == {24: 48, 168: 2}[steps]
    legend = [each for each in drawn.iter() if "legend" in each.get("class", "").split()]
    assert ["".join(each.itertext()).strip() for each in legend] == list(OUTCOMES)


def test_what_has_not_changed_is_not_sent_again(desk: Desk, wall: Wall) -> None:
    first = desk.client.get("/dashboard/live?days=7")
    again = desk.client.get(
        "/dashboard/live?days=7", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    Phone(desk.runtime, wall, "+12125550101").text("POSTURE")
    wall.moment += timedelta(minutes=1)
    desk.runtime.counting.tally()
    news = desk.client.get(
        "/dashboard/live?days=7", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert news.status_code == 200
    assert "<picture>" not in news.text
    assert "<picture>" in page(desk, "/dashboard/live?days=7&figures")


@pytest.mark.parametrize("path", ["/dashboard/live?days=7", "/dashboard/charts/people.svg"])
def test_what_a_page_fetches_by_itself_keeps_nobody_signed_in(
    desk: Desk, wall: Wall, path: str
) -> None:
    ends = wall.moment + sign_ins.IDLE
    while wall.moment + timedelta(minutes=10) < ends:
        wall.moment += timedelta(minutes=10)
        assert desk.client.get(path).status_code == 200
    wall.moment = ends
    assert desk.client.get(path).status_code == 303


def test_looking_at_a_page_keeps_somebody_signed_in(desk: Desk, wall: Wall) -> None:
    for _ in range(5):
        wall.moment += timedelta(minutes=40)
        assert desk.client.get("/dashboard").status_code == 200
