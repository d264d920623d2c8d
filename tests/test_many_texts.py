"""Many people at once: each is answered, each is stored, nobody hears that something went wrong."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from service.envelopes import Address, Inbound
from service.store.tables import Entry
from service.store.tables import Inbound as Received
from tests.phone import Phone

WORDS = ("POSTURE", "LIFT", "my back hurts", "REMIND", "CHECK", "postrue", "chest pain", "blorp")


def test_hundreds_of_different_texts_at_once_are_each_answered_and_stored_once(
    phone: Phone,
) -> None:
    texts = [
        Inbound(Address("simulator", f"+1212555{number:04}"), f"SM{number}", WORDS[number % 8])
        for number in range(400)
    ]
    with ThreadPoolExecutor(16) as at_once:  # as many as gunicorn runs
        answers = list(at_once.map(phone.runtime.receive, texts))
    assert all(answers)
    assert not [reply for answer in answers for reply in answer if "went wrong" in reply.text]
    with phone.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Received)) == len(texts)


def test_one_webhook_repeated_many_times_at_once_has_one_answer(phone: Phone) -> None:
    message = Inbound(Address("simulator", phone.number), "SM1", "REMIND")
    with ThreadPoolExecutor(16) as at_once:
        answers = list(at_once.map(phone.runtime.receive, [message] * 64))
    assert all(answer == answers[0] for answer in answers)
    with phone.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 1
