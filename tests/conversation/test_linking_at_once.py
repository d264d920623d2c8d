"""Several texts of people who are being linked, in the same moment."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from service.conversation import plain
from service.conversation.understand import understand
from service.envelopes import Address, Inbound
from service.people import alone
from tests.conftest import BOTH
from tests.conversation.linked import addresses, another, code_of, link, people, primaries
from tests.phone import Phone

pytestmark = BOTH


def at_once(*texts: tuple[Phone, str]) -> Sequence[str]:
    """What each is answered, when all are sent in one moment."""
    ready = Barrier(len(texts))

    def text(phone: Phone, words: str) -> str:
        ready.wait(5)
        return phone.text(words)

    with ThreadPoolExecutor(len(texts)) as pool:
        answers = [pool.submit(text, *each) for each in texts]
        return [answer.result(20) for answer in answers]


def test_two_who_send_each_other_their_codes_are_joined_once(phone: Phone) -> None:
    for pair in range(4):
        here, there = (another(phone, f"+1212555{pair}{side}01").join() for side in (1, 2))
        codes = [code_of(each.text("LINK")) for each in (here, there)]
        answers = at_once((here, f"LINK {codes[1]}"), (there, f"LINK {codes[0]}"))
        assert sorted("Linked:" in answer for answer in answers) == [False, True]
        assert not any("went wrong" in answer for answer in answers)
        assert people(phone.runtime) == pair + 1
        assert len(primaries(phone.runtime)) == pair + 1


def test_a_code_that_two_send_at_once_joins_one_of_them(phone: Phone) -> None:
    code = code_of(phone.text("LINK"))
    others = [another(phone, f"+1212555030{number}") for number in range(3)]
    answers = at_once(*((other, f"LINK {code}") for other in others))
    assert sorted("Linked:" in answer for answer in answers) == [False, False, True]
    assert sum("doesn't work" in answer for answer in answers) == 2
    assert people(phone.runtime) == 3


def test_what_either_texts_meanwhile_is_kept(phone: Phone) -> None:
    phone.join()
    for round_ in range(3):
        other = another(phone, f"+1212555040{round_}").join()
        code = code_of(phone.text("LINK"))
        answers = at_once((other, f"LINK {code}"), (phone, "SEATED ON"), (other, "DISCREET ON"))
        assert "Linked:" in answers[0]
        assert not any("went wrong" in answer for answer in answers)
        assert people(phone.runtime) == 1
        assert phone.person.seated
        assert len(primaries(phone.runtime)) == 1


def test_two_stops_at_once_leave_nobody_in(phone: Phone) -> None:
    phone.join()
    other = another(phone).join()
    link(phone, other)
    at_once((phone, "STOP"), (other, "STOP"))
    assert {row.standing for row in addresses(phone.runtime).values()} == {"out"}
    assert phone.person.state == "stopped"


def test_two_stops_at_once_by_sms_and_by_whatsapp_are_both_confirmed(phone: Phone) -> None:
    for number in range(6):
        here, there = (
            another(phone, f"+5255555501{number:02}", "sms").join(),
            another(phone, f"+52155555501{number:02}", "whatsapp").join(),
        )
        answers = at_once((here, "STOP"), (there, "leave me alone"))
        assert all("unsubscribed" in answer for answer in answers)
    assert {row.standing for row in addresses(phone.runtime).values()} == {"out"}


def test_a_question_of_whoever_is_just_texting_is_closed_a_moment_later(
    phone: Phone, database: str
) -> None:
    phone.join().text("stop it")
    phone.wall.moment += timedelta(hours=25)
    runtime = phone.runtime
    if database == "postgresql":  # SQLite has one writer
        with runtime.store.write() as session:
            alone.find(session, Address(phone.channel, phone.number), phone.wall.moment)
            runtime.tick()  # waits for nobody
            assert phone.person.state == "active"
    runtime.tick()
    assert phone.person.state == "stopped"


def test_an_answer_decided_before_the_join_and_written_after_it_has_an_owner(phone: Phone) -> None:
    other = another(phone)
    other.text("MENU")
    inbound = Inbound(Address(other.channel, other.number), "P1", "POSTURE")
    runtime = phone.runtime
    house = runtime.reception._house
    reading = understand(inbound.text, house.catalogue.vocabulary)
    exchange = plain.exchange(runtime.store, house, inbound, reading, runtime.now(), 5)
    assert exchange is not None
    assert "Linked" in link(phone, other)
    assert runtime.reception.write(exchange, 5)
    assert {entry.person_id for entry in other.entries()} == {phone.person.id}
