"""The log of messages, and one of them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from service.operators.accounts import OPERATOR, VIEWER
from service.outbox import entries
from service.runtime import Runtime
from service.store.operator_tables import Audit
from service.store.tables import AddressRow, Person
from tests.phone import Phone
from tests.web.operators import Desk, signed_in

LOG = "/dashboard/messages"


@pytest.fixture
def desk(phone: Phone) -> Desk:
    phone.join()
    phone.text("I have chest pain and can't breathe")
    return signed_in(phone.runtime)


def write(runtime: Runtime, **changes: object) -> int:
    with runtime.store.write() as session:
        address = session.query(AddressRow).one()
        given = {
            "kind": "reply",
            "text": "a text",
            "now": runtime.now(),
            "channel": address.channel,
        }
        row = entries.put(
            session, person_id=address.person_id, address_id=address.id, **given | changes
        )
        assert row is not None
        return row


def test_the_log_shows_what_was_said_with_masked_numbers(desk: Desk) -> None:
    page = desk.client.get(LOG).text
    assert "emergency" in page
    assert "911" in page
    assert "…00" in page
    assert "+12125550100" not in page


def test_the_log_can_be_filtered(desk: Desk) -> None:
    page = desk.client.get(f"{LOG}?kind=emergency&state=answered&channel=simulator").text
    assert "911" in page
    assert "Reply YES" not in page
    assert "Nothing." in desk.client.get(f"{LOG}?state=failed").text
    day = desk.runtime.now()
    assert "911" in desk.client.get(f"{LOG}?day={day:%Y-%m-%d}&from={day:%H}").text
    assert "Nothing." in desk.client.get(f"{LOG}?day={day + timedelta(days=1):%Y-%m-%d}").text


def test_older_ones_are_a_page_further(desk: Desk) -> None:
    for number in range(60):
        write(desk.runtime, text=f"words no. {number}")
    page = desk.client.get(f"{LOG}?channel=simulator").text
    assert "words no. 59" in page
    assert "words no. 9<" not in page
    older = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "words no. 9<" in desk.client.get(older).text


def test_an_address_that_was_never_given_leads_to_no_page(desk: Desk) -> None:
    for strange in ("x", "2026-03-02~1", "2026-03-02T09:00:00Z~x"):
        assert desk.client.get(f"{LOG}?state=sent&after={strange}").status_code == 400
        assert desk.client.get(f"{LOG}?after={strange}").status_code == 400


def test_a_number_is_looked_up_without_standing_in_an_address(desk: Desk) -> None:
    found = desk.post(f"{LOG}/whose", LOG, name="+1 212 555-0100")
    assert found.headers["Location"] == f"{LOG}?person=1"
    assert "911" in desk.client.get(found.headers["Location"]).text
    nobody = desk.post(f"{LOG}/whose", LOG, name="+12125550999")
    assert "Nobody is known" in desk.client.get(nobody.headers["Location"]).text
    with desk.runtime.store.read() as session:
        looked = select(Audit.person_id, Audit.detail).where(Audit.action == "people looked for")
        assert [tuple(row) for row in session.execute(looked)] == [
            (1, {"found": 1}),
            (None, {"found": 0}),
        ]


def test_one_message_tells_how_far_it_got(phone: Phone) -> None:
    desk = signed_in(phone.join().runtime)
    row = write(phone.runtime, text="on its way")
    waits = desk.client.get(f"{LOG}/{row}").text
    assert "on its way" in waits
    assert "Queued: it waits" in waits
    phone.runtime.drain()
    assert "Delivered, says the provider" in desk.client.get(f"{LOG}/{row}").text


def test_what_went_wrong_is_said_in_words_with_what_to_do(phone: Phone) -> None:
    desk = signed_in(phone.join().runtime)
    row = write(phone.runtime, kind="notice", slot=phone.runtime.now(), text="x")
    phone.text("STOP")
    page = desk.client.get(f"{LOG}/{row}").text
    assert "opted out" in page
    assert "Only they can come back, by texting START." in page


def test_no_message_shows_a_whole_number_but_leads_to_where_a_look_is_noted(phone: Phone) -> None:
    phone.join()
    row = write(phone.runtime)
    for role in (OPERATOR, VIEWER):
        page = signed_in(phone.runtime, role).client.get(f"{LOG}/{row}").text
        assert "+12125550100" not in page
        assert 'href="/dashboard/people/1"' in page


def test_a_viewer_may_not_look_by_number(phone: Phone) -> None:
    seen = signed_in(phone.runtime, VIEWER).client
    assert "Everything to one number" not in seen.get(LOG).text


def test_the_text_of_an_erased_person_stands_without_them(phone: Phone) -> None:
    desk = signed_in(phone.join().runtime)
    with phone.runtime.store.write() as session:
        session.execute(delete(Person))
    page = desk.client.get(LOG)
    assert page.status_code == 200
    assert "gone" in desk.client.get(f"{LOG}/1").text


def test_no_such_message(desk: Desk) -> None:
    assert desk.client.get(f"{LOG}/999999").status_code == 404
