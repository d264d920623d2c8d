"""The signed link to somebody's own page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from service.envelopes import Address
from service.people import directory
from service.people.directory import Known
from service.people.page_links import LASTS, NOWHERE, Expired, NoEntry, PageLinks, hidden
from service.store.engine import Store
from service.store.tables import AddressRow, Person
from tests.outbox.line import NOON

LINKS = PageLinks("https://upright.example", b"key")
ANNA, BORIS = Address("sms", "+12125550100"), Address("sms", "+12125550101")


def meet(store: Store, address: Address) -> Known:
    with store.write() as session:
        return directory.meet(session, address, ("key",), NOON)


def token(store: Store, address: Address, links: PageLinks = LINKS) -> str:
    with store.read() as session:
        known = directory.find(session, address, NOON)
        assert known
        return links.to(known.person, known.address, NOON).rpartition("/")[2]


def opens(store: Store, link: str, after: timedelta = timedelta()) -> str:
    """The handle whose page it is."""
    with store.read() as session:
        return LINKS.open(session, link, NOON + after).address.handle


def erase(store: Store, address: Address) -> None:
    with store.write() as session:
        known = directory.find(session, address, NOON)
        assert known
        directory.erase(session, known.person, ("key",), NOON)


def test_a_link_is_short_and_opens_the_page_of_its_address(store: Store) -> None:
    meet(store, ANNA)
    meet(store, BORIS)
    for address in (ANNA, BORIS):
        link = token(store, address)
        assert len(link) <= 40
        assert link.isalnum()
        assert opens(store, link) == address.handle


def test_a_link_ends_after_a_week(store: Store) -> None:
    meet(store, ANNA)
    link = token(store, ANNA)
    assert opens(store, link, timedelta(days=7, seconds=-1))
    with pytest.raises(Expired):
        opens(store, link, timedelta(days=7))


def test_an_old_link_does_not_tell_whether_its_person_is_still_there(store: Store) -> None:
    meet(store, ANNA)
    link = token(store, ANNA)
    erase(store, ANNA)
    with pytest.raises(Expired):
        opens(store, link, LASTS)


@pytest.mark.parametrize("at", range(32))
def test_a_link_that_was_changed_opens_nothing(store: Store, at: int) -> None:
    meet(store, ANNA)
    meet(store, BORIS)
    link = token(store, ANNA)
    other = "b" if link[at] == "a" else "a"
    with pytest.raises(NoEntry):
        opens(store, link[:at] + other + link[at + 1 :])


@pytest.mark.parametrize("link", ["", "1", "a" * 31, "a" * 33, "A" * 32, "0" * 32, "\u00e4" * 32])
def test_what_is_no_link_opens_nothing(store: Store, link: str) -> None:
    with pytest.raises(NoEntry):
        opens(store, link)


def test_a_link_that_others_signed_opens_nothing(store: Store) -> None:
    meet(store, ANNA)
    link = token(store, ANNA, replace(LINKS, secret=b"another key"))
    with pytest.raises(NoEntry):
        opens(store, link)


def test_a_link_ends_with_its_person_whoever_has_their_row_now(store: Store) -> None:
    before = meet(store, ANNA)
    link = token(store, ANNA)
    erase(store, ANNA)
    with pytest.raises(NoEntry):
        opens(store, link)
    after = meet(store, BORIS)
    if after.address.id != before.address.id:  # PostgreSQL counts on
        with store.write() as session:
            row = session.merge(after.address)
            row.id = before.address.id
    with pytest.raises(NoEntry):
        opens(store, link)


def test_a_link_ends_with_its_person_though_the_next_has_their_number_and_row(
    store: Store,
) -> None:
    before = meet(store, ANNA)
    link = token(store, ANNA)
    erase(store, ANNA)
    with store.write() as session:
        later = NOON + timedelta(hours=1)
        session.add(Person(id=before.person.id, created_at=later, state="stranger"))
        session.flush()
        given = {"channel": ANNA.channel, "handle": ANNA.handle}
        session.add(AddressRow(id=before.address.id, person_id=before.person.id, **given))
    assert opens(store, token(store, ANNA)) == ANNA.handle
    with pytest.raises(NoEntry):
        opens(store, link)


@pytest.mark.parametrize("change", [{"handle": BORIS.handle}, {"channel": "whatsapp"}])
def test_a_link_ends_when_the_row_of_its_address_is_another(
    store: Store, change: dict[str, str]
) -> None:
    meet(store, ANNA)
    link = token(store, ANNA)
    with store.write() as session:
        session.execute(update(AddressRow).values(change))
    with pytest.raises(NoEntry):
        opens(store, link)


def test_a_link_ends_when_its_address_is_somebody_elses(store: Store) -> None:
    meet(store, ANNA)
    other = meet(store, BORIS)
    link = token(store, ANNA)
    with store.write() as session:
        known = directory.find(session, ANNA, NOON)
        assert known
        known.address.person_id = other.person.id
    with pytest.raises(NoEntry):
        opens(store, link)


def test_without_a_known_address_of_the_service_there_is_no_link(store: Store) -> None:
    known = meet(store, ANNA)
    assert NOWHERE.to(known.person, known.address, NOON) == ""


def test_a_link_is_left_out_for_other_readers(store: Store) -> None:
    known = meet(store, ANNA)
    link = LINKS.to(known.person, known.address, NOON)
    assert hidden(f"Yours: {link} bye") == "Yours: https://upright.example/me/*** bye"
