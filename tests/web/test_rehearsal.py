"""The days ahead as a calendar, and a play on a page."""

import csv
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, expect

from service.operators.accounts import VIEWER
from service.rehearsal import Line, Play
from service.reminders.forecast import Forecast, Tally
from service.runtime import Runtime
from service.store.tables import Entry, Person
from service.web.dashboard import heat_map, playing
from tests.conftest import BOTH
from tests.phone import Phone, Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.operators import Desk, signed_in
from tests.web.test_dashboard_browser import sign_in

AHEAD = "/dashboard/rehearsal"
PLAY = "/dashboard/rehearsal/play?people=1&days=1&country=US"


@pytest.fixture
def desk(phone: Phone, wall: Wall) -> Desk:
    """Two people who get seven reminders a working day, one of them by one zone later."""
    phone.join()
    Phone(phone.runtime, wall, "+13125550100").join()
    return signed_in(phone.runtime, VIEWER)


def shown(desk: Desk, path: str = AHEAD) -> str:
    """In a thread of its own, as a server has it: a browser's test leaves an event loop in this one."""
    with ThreadPoolExecutor(1) as server:
        answer = server.submit(desk.client.get, path).result()
    assert answer.status_code == 200
    return answer.text


def table(desk: Desk, path: str) -> list[dict[str, str]]:
    text = desk.client.get(path).text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


@BOTH
def test_the_coming_days_stand_in_a_calendar_with_their_cost(desk: Desk) -> None:
    page = shown(desk, f"{AHEAD}?days=1")
    assert '<th scope="row">Mon 02 Mar</th>' in page
    cells = re.findall(r'<td class="heat-(\d)">(\d*)</td>', page)
    assert len(cells) == 24
    assert sum(int(many or 0) for _, many in cells) == 13  # the hour that has begun is left out
    assert {heat for heat, many in cells if many == "2"} == {"5"}
    assert {heat for heat, many in cells if not many} == {"0"}
    assert "$0.11" in page  # 13 segments at 0.0083


def test_each_hour_is_in_the_file_by_either_clock(desk: Desk) -> None:
    by_utc = table(desk, f"{AHEAD}/hours.csv?days=7")
    own = table(desk, f"{AHEAD}/hours.csv?days=7&clock=local")
    assert len(by_utc) == len(own) == 7 * 24
    assert {row["hour"][-5:] for row in own if row["reminders"] != "0"} == {
        "09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00",
    }  # fmt: skip
    assert by_utc[15]["hour"] == "2026-03-02 15:00"
    assert sum(int(row["reminders"]) for row in by_utc) == sum(int(row["reminders"]) for row in own)


def test_one_person_can_be_looked_at(desk: Desk, phone: Phone) -> None:
    one = table(desk, f"{AHEAD}/hours.csv?days=7&person={phone.person.id}")
    all_of_them = table(desk, f"{AHEAD}/hours.csv?days=7")
    assert (
        0
        < sum(int(row["reminders"]) for row in one)
        < sum(int(row["reminders"]) for row in all_of_them)
    )
    assert "Nobody is reminded" in shown(desk, f"{AHEAD}?person=999999")


@pytest.mark.parametrize(
    "asked", ["days=0", "days=x", "days=999", "person=-1", "person=٣", "country=USA"]
)
def test_whatever_is_asked_a_page_comes(desk: Desk, asked: str) -> None:
    assert "The days ahead" in shown(desk, f"{AHEAD}?{asked}")


def test_who_pauses_is_left_out_and_counted(desk: Desk, phone: Phone) -> None:
    before = len(re.findall(r'class="heat-5"', shown(desk, f"{AHEAD}?days=2")))
    phone.text("PAUSE 2 days")
    page = shown(desk, f"{AHEAD}?days=2")
    assert before > 0
    assert re.search(r"left out</dt><dd>1<", page)


def test_it_warns_of_a_slow_sender_and_of_budgets(
    service: Callable[..., Runtime], desk: Desk
) -> None:
    poor = service(sender_rate=1 / 60, daily_budget=3, monthly_budget=20)
    page = shown(signed_in(poor, VIEWER))
    assert "SENDER_RATE" in page
    assert "Mon 02 Mar 15:50 with 2" in page
    assert "used up on Mon 02 Mar (13)" in page
    assert "used up in March 2026" in page
    assert "SENDER_RATE" not in shown(desk)


def test_shades_and_sums_follow_from_the_hours() -> None:
    tally = Tally([0, 1, 10, *[0] * 21], [0.0, 1.0, 15.0, *[0.0] * 21])
    days = heat_map.rows(date(2026, 3, 2), tally, Decimal("0.01"))
    assert [cell.heat for cell in days[0].cells[:3]] == [0, 1, 5]
    assert (days[0].segments, days[0].cost) == (16.0, Decimal("0.16"))
    assert [(each.least, each.most) for each in heat_map.legend(days)] == [
        (1, 2), (3, 4), (5, 6), (7, 8), (9, 10),
    ]  # fmt: skip
    assert heat_map.legend(heat_map.rows(date(2026, 3, 2), Tally.of(24), Decimal(1))) == []
    full = Forecast(date(2026, 3, 31), [61, 60], Tally([0] * 48, [1.0] * 48), tally)
    crowded = heat_map.crowded(full, 1.0)
    assert crowded is not None
    assert crowded.fullest == [(datetime(2026, 3, 31), 61)]  # noqa: DTZ001 -- shown as UTC
    assert heat_map.over_daily(full, 30, spent=6) == []
    assert heat_map.over_daily(full, 30, spent=7) == [(date(2026, 3, 31), 31.0)]
    assert heat_map.over_monthly(full, 30, spent=10) == [(date(2026, 3, 1), 34.0)]
    assert heat_map.over_monthly(full, 0, spent=10) == []


def test_a_day_of_somebody_made_up_is_shown_as_a_chat(desk: Desk) -> None:
    page = shown(desk, f"{PLAY}&says=EVERY+120")
    chat = page.partition('class="chat"')[2]
    assert [chat.count(f">{word}</p>") for word in ("REMIND", "YES", "EVERY 120")] == [1, 1, 1]
    assert re.findall(r"(\d\d:\d\d), reminder", chat) == ["09:50", "11:50", "13:50", "15:50"]
    assert "<li>DONE</li>" in chat


def test_it_speaks_their_language_where_they_live(desk: Desk) -> None:
    page = shown(
        desk, "/dashboard/rehearsal/play?people=2&days=1&country=ES&language=es&zone=Madrid"
    )
    assert 'lang="es"' in page
    assert "Europe/Madrid" in page


def test_nothing_of_it_reaches_the_real_database(desk: Desk) -> None:
    def many() -> tuple[int, int]:
        with desk.runtime.store.read() as session:
            return session.query(Person).count(), session.query(Entry).count()

    before = many()
    assert 'class="chat"' in shown(desk, PLAY)
    assert many() == before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("people=1&country=XX", "no country has the code XX"),
        ("people=1&country=RU", "several time zones"),
        ("people=1&country=US&zone=Nowhereville", "No place that we know is called so"),
        ("people=1&country=US&says=" + "%0A".join("ABCDEF"), "at most 5 lines"),
    ],
)
def test_what_can_not_be_played_says_why(desk: Desk, asked: str, said: str) -> None:
    assert said in shown(desk, f"/dashboard/rehearsal/play?{asked}")


def test_a_play_is_bounded_and_one_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = list[Play]()

    def played(acts: Play) -> list[Line]:
        cast.append(acts)
        return []

    monkeypatch.setattr(playing, "_played", played)
    shown(desk, "/dashboard/rehearsal/play?people=5000&days=400&country=US&zone=Chicago")
    assert (len(cast[0].handles), cast[0].days) == (20, 7)
    monkeypatch.undo()
    with playing._playing:
        assert "Another rehearsal" in shown(desk, PLAY)


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_everybody_can_read_it(phone: Phone, chromium: Browser, width: int, dark: bool) -> None:
    runtime = phone.join().runtime
    signed_in(runtime)
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        sign_in(page, host, AHEAD)
        assert flaws(page) == []
        expect(page.get_by_role("table")).to_be_visible()
        page.set_default_timeout(30_000)
        page.goto(f"{host}{PLAY}")
        assert page.get_by_text("reminder, 1 segment").count() == 7
        assert flaws(page) == []


def test_three_weeks_are_a_page(desk: Desk) -> None:
    page = shown(desk, f"{AHEAD}?days=28")
    last = date(2026, 3, 2) + timedelta(days=27)
    assert f'<th scope="row">{last:%a %d %b}</th>' in page
