"""What no worker asks for is neither forgotten nor left to lie."""

from sqlalchemy import delete

from service.outbox import strays
from service.store.tables import AddressRow
from tests.outbox.line import House


def bring_in(house: House) -> None:
    strays.bring_in(house.store, ["sms"], house.clock())


def test_a_text_on_a_channel_that_isnt_set_up_waits_until_it_expires(house: House) -> None:
    row = house.put(house.person(channel="whatsapp"))
    house.deliver()
    bring_in(house)
    assert house.entry(row).state == "queued"
    house.clock.forward(minutes=10)
    bring_in(house)
    assert house.entry(row).state == "expired"


def test_a_text_on_a_channel_that_is_set_up_again_goes(house: House) -> None:
    house.put(house.person(channel="sms"))
    strays.bring_in(house.store, ["whatsapp"], house.clock())
    house.deliver()
    assert house.states() == ["sent"]


def test_a_text_of_an_older_version_is_sent(house: House) -> None:
    """It knows nothing of channels, and its web may run on while the database is migrated."""
    house.put(house.person(), kind="reply", channel="")
    house.deliver()
    assert house.states() == ["queued"]
    bring_in(house)
    house.deliver()
    assert house.states() == ["sent"]


def test_a_text_of_an_older_version_to_who_was_erased_meanwhile_expires(house: House) -> None:
    house.put(house.person(), channel="")
    with house.store.write() as session:
        session.execute(delete(AddressRow))
    bring_in(house)
    assert house.states() == ["queued"]
    house.clock.forward(minutes=10)
    bring_in(house)
    assert house.states() == ["expired"]


def test_texts_of_all_kinds_on_several_such_channels_expire(house: House) -> None:
    people = [house.person(channel=name) for name in ("slack", "telegram", "whatsapp")]
    for person in people:
        house.put(person, kind="emergency")
        house.put(person)
    house.clock.forward(hours=24)
    bring_in(house)
    assert house.states() == ["expired"] * 6
