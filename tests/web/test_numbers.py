"""The numbers of the overview: what is counted, in which steps, and as CSV."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from service.runtime import Runtime
from service.store.tables import Entry, Spending
from service.store.tally_tables import ConsentTally, LocalTally, ReceivedTally, SentTally
from service.web.numbers import live, rhythm
from service.web.numbers.figures import FIGURES, gist, newest
from service.web.numbers.history import History
from service.web.numbers.period import Period
from tests.outbox.line import NOON, House
from tests.phone import Phone, Wall
from tests.web.operators import signed_in


@pytest.fixture
def house(store: object) -> House:
    return House(store)  # type: ignore[arg-type]


def sent(session: Session, hour: datetime, state: str, texts: int, kind: str = "reminder") -> None:
    session.add(SentTally(hour=hour, channel="sms", kind=kind, state=state, texts=texts))


@pytest.mark.parametrize(
    ("asked", "days", "steps"), [("1", 1, 24), ("7", 7, 168), ("30", 30, 30), ("90", 90, 90)]
)
def test_a_period_has_a_step_for_each_hour_or_day(asked: str, days: int, steps: int) -> None:
    period = Period.of(asked, NOON + timedelta(minutes=30))
    assert (period.days, len(period.steps)) == (days, steps)
    assert period.steps[-1] == (NOON if days <= 7 else NOON.date())


@pytest.mark.parametrize("asked", ["", "2", "-1", "9" * 50, "x", "7.0"])
def test_a_period_that_there_is_not_is_the_usual_one(asked: str) -> None:
    assert Period.of(asked, NOON).days == 7


def test_states_are_told_as_outcomes(house: House) -> None:
    with house.store.write() as session:
        for texts, state in enumerate(
            ("sending", "doubtful", "answered", "undelivered", "lost"), 1
        ):
            sent(session, NOON, state, texts)
        sent(session, NOON, "delivered", 10, "snooze")
        sent(session, NOON, "delivered", 100, "reply")
    with house.store.read() as session:
        table = History(session, Period.last(1, NOON)).reminders()
    assert dict(table.totals) == {
        "queued": 3, "sent": 3, "delivered": 10, "failed": 9, "expired": 0, "withdrawn": 0,
    }  # fmt: skip


def test_days_are_sums_of_their_hours(house: House) -> None:
    with house.store.write() as session:
        for hour in range(-14, 3):  # the day before begins at -36
            sent(session, NOON + timedelta(hours=hour), "sent", 1)
    with house.store.read() as session:
        rows = History(session, Period.last(30, NOON)).reminders().rows
    assert [(row[0], row[2]) for row in rows[-2:]] == [
        (date(2026, 3, 1), 2),
        (date(2026, 3, 2), 15),
    ]


def test_texts_to_people_who_are_erased_stay_counted(house: House) -> None:
    with house.store.write() as session:
        sent(session, NOON, "delivered", 3)
        session.flush()
        session.get_one(SentTally, (NOON, "sms", "reminder", "delivered")).erased = 2
    with house.store.read() as session:
        table = History(session, Period.last(1, NOON)).reminders()
    assert dict(table.totals)["delivered"] == 5


def test_opt_outs_are_told_per_thousand_reminders(house: House) -> None:
    with house.store.write() as session:
        sent(session, NOON, "delivered", 300)
        sent(session, NOON, "sent", 100)
        sent(session, NOON, "failed", 50)
        session.add(ConsentTally(hour=NOON, event="withdrawn", source="text", events=2))
        session.add(ConsentTally(hour=NOON, event="given", source="text", events=9))
    with house.store.read() as session:
        table = History(session, Period.last(7, NOON)).opt_outs()
    assert table.rows[-1] == (NOON.date(), 2, 400, 5.0)
    assert table.rows[0][3] is None


def test_dones_are_told_by_hour_and_weekday(house: House) -> None:
    with house.store.write() as session:
        session.add(LocalTally(hour=NOON, weekday=0, clock=9, reminders=20, dones=5))
        session.add(LocalTally(hour=NOON, weekday=2, clock=11, reminders=10, dones=5))
    with house.store.read() as session:
        rows = rhythm.heat(History(session, Period.last(7, NOON)).rhythm())
    assert [hour for hour, _ in rows] == [9, 10, 11]
    assert (rows[0][1][0].rate, rows[0][1][0].shade) == (25.0, 2)
    assert (rows[2][1][2].rate, rows[2][1][2].shade) == (50.0, 5)
    assert rows[1][1][0].rate is None


def test_an_hour_with_few_reminders_is_not_the_best(house: House) -> None:
    with house.store.write() as session:
        session.add(LocalTally(hour=NOON, weekday=0, clock=9, reminders=4, dones=4))
        session.add(LocalTally(hour=NOON, weekday=1, clock=9, reminders=5, dones=2))
    with house.store.read() as session:
        ((_, cells),) = rhythm.heat(History(session, Period.last(7, NOON)).rhythm())
    assert [(cell.rate, cell.shade) for cell in cells[:2]] == [(100.0, 1), (40.0, 5)]


def test_rare_keywords_are_summed_up(house: House) -> None:
    with house.store.write() as session:
        for number in range(14):
            session.add(
                ReceivedTally(hour=NOON, channel="sms", intent="x", topic=f"T{number:02}",
                              language="es", texts=100 - number)
            )  # fmt: skip
        session.add(
            ReceivedTally(hour=NOON, channel="sms", intent="emergency", topic="E_CHEST",
                          language="zh", texts=500)
        )  # fmt: skip
    with house.store.read() as session:
        history = History(session, Period.last(7, NOON))
        keywords, languages = history.keywords(), history.languages()
    told = gist(FIGURES["keywords"], keywords)
    assert told[0] == ("emergency", 500)
    assert told[-1] == ("all others", sum(100 - number for number in range(9, 14)))
    assert gist(FIGURES["languages"], languages) == [("Spanish", 1309), ("Chinese", 500)]
    assert len(newest(FIGURES["keywords"], keywords)[0]) == 15


def test_the_queue_is_read_as_it_is(house: House) -> None:
    person = house.person()
    assert _queue(house).waiting == 0
    first = house.put(person, "reply")
    house.clock.forward(minutes=3)
    house.put(person)
    house.put(person, "notice", not_before=NOON + timedelta(hours=1))
    queue = _queue(house)
    assert (queue.waiting, queue.oldest, queue.sending) == (2, NOON, 0)
    with house.store.write() as session:
        session.get_one(Entry, first).state = "sending"
    assert (_queue(house).waiting, _queue(house).sending) == (1, 1)


def _queue(house: House) -> live.Queue:
    with house.store.read() as session:
        return live.queue(session, house.clock.now)


def test_a_long_queue_is_counted_to_a_bound(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST", 2)
    live._queue.cache_clear()
    person = house.person()
    for _ in range(3):
        house.put(person, "reply")
    assert (_queue(house).waiting, _queue(house).more) == (2, True)
    live._queue.cache_clear()


def test_why_texts_failed_is_told_in_the_channels_words(house: House) -> None:
    person = house.person()
    for number in range(3):
        entry = house.put(person, "reply")
        with house.store.write() as session:
            row = session.get_one(Entry, entry)
            row.state = "sending"
            session.flush()
            row.state, row.error = "failed", f"{number // 2}: why"
    with house.store.read() as session:
        faults = live.faults(session, house.clock.now)
    assert [(fault.channel, fault.error, fault.texts) for fault in faults] == [
        ("sms", "0: why", 2), ("sms", "1: why", 1),
    ]  # fmt: skip


def test_a_figure_can_be_downloaded(service: Callable[..., Runtime], wall: Wall) -> None:
    runtime = service()
    Phone(runtime, wall).join()
    runtime.counting.tally()
    answer = signed_in(runtime, "viewer").client.get("/dashboard/numbers/replies.csv?days=1")
    assert answer.headers["Content-Disposition"] == "attachment; filename=replies-1-days.csv"
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "Hour (UTC),queued,sent,delivered,failed,expired,withdrawn"
    assert lines[-1].startswith(f"{wall.moment.astimezone(UTC):%Y-%m-%dT%H}:00:00+00:00,0,")
    assert len(lines) == 25


def test_the_months_money_is_that_of_its_segments(service: Callable[..., Runtime]) -> None:
    runtime = service(monthly_budget=1000)
    today = runtime.now().date()
    with runtime.store.write() as session:
        session.add(Spending(sender="sms", day=today, segments=900))
        session.add(Spending(sender="whatsapp", day=today.replace(day=1), segments=50))
        session.add(
            Spending(sender="sms", day=today.replace(day=1) - timedelta(days=1), segments=7)
        )
        first = datetime.combine(today.replace(day=1), time(), UTC)
        for hour, segments in ((first, 40), (first - timedelta(hours=1), 9)):
            answer = {"channel": "sms", "kind": "reply", "state": "answered", "texts": 5}
            session.add(SentTally(hour=hour, segments=segments, **answer))
    client = signed_in(runtime, "viewer").client
    page = " ".join(client.get("/dashboard").text.split())
    assert '<dd class="big">990</dd>' in page
    assert "950 that we started: 95 % of the budget of 1,000" in page
    assert "40 of answers, which no budget holds back" in page
    assert "about $8.22 in all" in page
    assert "95 % of the month's budget is used." in page.replace("&#39;", "'")
    days = client.get("/dashboard/numbers/spending.csv?days=90").text.splitlines()
    assert days[0].endswith("Day,sms,whatsapp,answers")
    assert sum(int(line.split(",")[-1]) for line in days[1:]) == 49


def test_there_is_no_figure_of_another_name(service: Callable[..., Runtime]) -> None:
    client = signed_in(service(), "viewer").client
    for path in (
        "numbers/people.svg",
        "numbers/nothing.csv",
        "charts/nothing.svg",
        "charts/rhythm.svg",
    ):
        assert client.get(f"/dashboard/{path}").status_code == 404
