"""One thing has one name, wherever an operator reads of it."""

import re
from collections.abc import Callable, Iterator

import pytest

from service.envelopes import CHANNELS, State
from service.outbox.entries import KINDS
from service.runtime import Runtime
from service.store.tables import AddressRow, Entry
from service.web.numbers.history import OUTCOMES, STATES
from tests.phone import Phone, Wall
from tests.web.operators import Desk, signed_in

LOG = "/dashboard/messages"
NEW = f"{LOG}/broadcasts/new"
OURS = {*CHANNELS, *KINDS, *State, *STATES, "en", "es", "zh"}
READ = {
    "sent",
    "delivered",
    "failed",
    "stopped",
    "reminder",
    "notice",
    "broadcast",
}  # as they are written


@pytest.fixture
def desk(service: Callable[..., Runtime], wall: Wall) -> Desk:
    """Texts of each kind in each state; people of each state."""
    runtime = service()
    Phone(runtime, wall, "+12125550101").join().text("STOP")
    Phone(runtime, wall, "+12125550102").text("POSTURE")
    Phone(runtime, wall, "+12125550103").join()
    with runtime.store.write() as session:
        where = session.query(AddressRow).first()
        assert where
        given = {"person_id": where.person_id, "address_id": where.id, "channel": "simulator"}
        for kind in KINDS:
            for number, state in enumerate(State):
                at = runtime.now().replace(microsecond=number)
                row = {"kind": kind, "state": state, "created_at": at, "not_before": at, "slot": at}
                session.add(Entry(**given, **row))
    runtime.counting.tally()
    return signed_in(runtime)


def words(page: str) -> Iterator[str]:
    """What stands by itself between two tags."""
    return (word.strip() for word in re.findall(r">([^<>]+)<", page))


@pytest.mark.parametrize(
    "path", ["", "/people", "/people/1", "/messages", "/messages/1", "/messages/broadcasts/new", "/rehearsal"]
)  # fmt: skip
def test_no_page_shows_a_name_of_the_database(desk: Desk, path: str) -> None:
    shown = set(words(desk.client.get(f"/dashboard{path}").text))
    assert shown & (OURS - READ) == set()


def test_people_are_in_the_same_states_on_each_page(desk: Desk) -> None:
    tile = desk.client.get("/dashboard").text
    assert "<dd>1 never joined, 1 stopped</dd>" in tile
    assert re.search(
        r'alt="People by state, [^"]*: stopped 1, never joined 1, gets reminders 1', tile
    )
    for header in ("gets reminders", "never joined", "stopped"):
        assert f'<th scope="col">{header}</th>' in tile
        assert header in desk.client.get("/dashboard/charts/people.svg").text
        assert header in desk.client.get("/dashboard/people").text
    csv = desk.client.get("/dashboard/numbers/people.csv").text
    assert "Day,stopped,stranger,active" in csv  # programs read it


def test_what_became_of_a_text_is_called_the_same_on_each_page(desk: Desk) -> None:
    overview, log = desk.client.get("/dashboard").text, desk.client.get(LOG).text
    drawn = desk.client.get("/dashboard/charts/reminders.svg").text
    for word in ("withdrawn", "too late", "waiting"):
        assert f'<th scope="col">{word}</th>' in overview
        assert word in drawn
        assert re.search(rf'<option value="[a-z]+">{word}</option>', log)
        assert re.search(rf'<span class="badge state state-[a-z]+">{word}</span>', log)
    csv = desk.client.get("/dashboard/numbers/reminders.csv").text
    assert ",".join(OUTCOMES) in csv


def test_the_log_is_filtered_by_words_whose_addresses_stay(desk: Desk) -> None:
    log = desk.client.get(f"{LOG}?state=dropped&channel=simulator&kind=reply").text
    assert '<option value="dropped" selected>withdrawn</option>' in log
    assert '<option value="simulator" selected>Phone page</option>' in log
    assert '<option value="reply" selected>answer</option>' in log


def test_a_broadcast_names_channels_and_languages_as_people_do(desk: Desk) -> None:
    form = desk.client.get(NEW).text
    token = re.search(r'name="token" value="([^"]+)"', form)
    assert token
    for label in ("Text (English)", ">Phone page</label>", ">Spanish</label>"):
        assert label in form
    made = desk.post(
        NEW, NEW, token=token[1], text_en="We are closed on Friday.", fallback="en", whom="group",
        days="1", until="20:00", rest_days="0", service="yes", channels="simulator", languages="en",
        reminded="yes",
    )  # fmt: skip
    draft = desk.client.get(made.headers["Location"]).text
    assert 'aria-current="true">Broadcasts</a>' in draft
    assert "channels: Phone page; languages: English; " in draft
    assert "gets reminders: yes" in draft
    assert set(words(draft)) & (OURS - READ) == set()


def test_the_log_says_of_what_its_number_is_where_no_heading_stands(phone: Phone) -> None:
    desk = signed_in(phone.join().runtime)
    assert '1<span class="unit"> segment</span>' in desk.client.get(LOG).text
    assert 'aria-current="true">Log</a>' in desk.client.get(f"{LOG}/1").text
