"""Updates that are fetched: each is taken in once, whatever goes wrong."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
from pydantic import SecretStr
from sqlalchemy import func, select

from service import direct, polling
from service.channels.telegram_account import BotAccount
from service.envelopes import SendFailed, Verdict
from service.polling import Listener
from service.runtime import Runtime
from service.store.tables import Inbound
from tests.channels.updates import BOT, CHAT, SECRET, TOKEN, message, press, refusal, taken
from tests.loopback import Loopback, loopback
from tests.phone import Wall
from tests.test_failing_database import read_only_disk

DOWN = SendFailed(Verdict.RETRY, "unreachable", "Telegram can't be asked.")
Batch = list[dict[str, Any]] | SendFailed | Exception


@dataclass
class Account:
    """Telegram's list of updates; when it is used up, whoever listens is told to end."""

    ended: threading.Event
    batches: deque[Batch] = field(default_factory=deque)
    asked: list[int] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    id: str = BOT
    holds: threading.Event | None = None  # until then Telegram takes no acknowledgement
    saw_one: threading.Event = field(default_factory=threading.Event)

    def saw(self, press: str) -> None:
        if self.holds:
            self.holds.wait(10)
        self.seen.append(press)
        self.saw_one.set()

    def updates(self, after: int) -> Sequence[Mapping[str, Any]]:
        self.asked.append(after)
        if not self.batches:
            self.ended.set()
            return []
        batch = self.batches.popleft()
        if isinstance(batch, Exception):
            raise batch
        return batch


@dataclass
class Desk:
    runtime: Runtime
    api: Loopback

    def listen(
        self, *batches: Batch, holds: threading.Event | None = None
    ) -> tuple[Account, Listener]:
        account = Account(threading.Event(), deque(batches), holds=holds)
        listener = Listener(account, self.runtime, account.ended)
        listener.run()
        return account, listener

    def received(self) -> int:
        with self.runtime.store.read() as session:
            return session.scalar(select(func.count()).select_from(Inbound)) or 0

    def texts(self) -> list[str]:
        return [sent["text"] for sent in self.api.sent]


@pytest.fixture
def desk(service: Callable[..., Runtime], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for module in (polling, direct):
        monkeypatch.setattr(module, "AGAIN", 0.0)
    with loopback() as api:
        yield Desk(
            service(
                telegram_bot_token=SecretStr(TOKEN),
                telegram_webhook_secret=SecretStr(SECRET),
                telegram_api_url=api.url,
                secret_key=SecretStr("k" * 32),
                suppression_key=SecretStr("s" * 32),
            ),
            api,
        )


def test_what_people_write_is_answered_in_order(desk: Desk) -> None:
    desk.api.script(taken(1), taken(2))
    account, listener = desk.listen([message("LIFT", 11), message("POSTURE", 12)])
    assert account.asked == [0, 12]
    assert ["squat" in desk.texts()[0], "back straight" in desk.texts()[1]] == [True, True]
    assert not listener.broke


def test_a_press_is_answered_by_writing_into_the_text_and_acknowledged(desk: Desk) -> None:
    desk.api.script(taken(71), taken(5))
    group = message("/lift", 13, chat={"id": -5, "type": "group", "title": "A"})
    account, _ = desk.listen([press("1DONE", 12), group])
    assert account.saw_one.wait(10)
    edit, declined = sorted(desk.api.asked, key=lambda asked: asked.path)
    assert edit.path.endswith("/editMessageText")
    assert edit.form["text"].startswith("Stand up_ now.\n\nWell done!")
    assert account.seen == ["4382bfdwdsb323b2d9"]
    assert "private chat" in declined.form["text"]


def test_telegram_that_cant_be_asked_is_asked_again(desk: Desk) -> None:
    desk.api.script(taken())
    account, _ = desk.listen(DOWN, DOWN, [message("LIFT", 11)])
    assert account.asked == [0, 0, 0, 11]
    assert len(desk.texts()) == 1


def test_an_answer_that_certainly_didnt_go_is_sent_again(desk: Desk, wall: Wall) -> None:
    desk.api.script(refusal(429, "Too Many Requests"), taken(), taken())
    desk.listen([message("crushing chest pain", 11)])
    for _ in range(2):  # by the outbox, one after the other
        desk.runtime.drain()
        wall.moment += timedelta(seconds=2)
    refused, *sent = desk.texts()
    assert "\n\n".join(sent) == refused
    assert len(sent) == 2


def test_a_chat_that_must_wait_holds_up_nobody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "WITHIN", 0.05)
    desk.api.script(refusal(429, "Too Many Requests", retry_after=300), taken())
    with read_only_disk(desk.runtime):  # so that there is no outbox
        other = {"id": CHAT + 1, "type": "private", "first_name": "B"}
        desk.listen([message("LIFT", 11)], [message("crushing chest pain", 12, chat=other)])
        desk.api.wait_for(2)
    assert "emergency" in desk.texts()[1].lower()


def test_a_group_that_must_wait_is_left_alone(desk: Desk) -> None:
    desk.api.script(refusal(429, "Too Many Requests", retry_after=300), taken())
    group = {"id": -5, "type": "group", "title": "A"}
    began = time.monotonic()
    desk.listen([message("/lift", 11, chat=group)], [message("LIFT", 12)])
    assert time.monotonic() - began < polling.WITHIN / 2
    assert len(desk.texts()) == 2


def test_one_person_is_answered_in_order(desk: Desk) -> None:
    desk.api.script(replace(taken(1), delay=0.1), taken(2), taken(3))
    desk.listen(
        [message(words, number) for number, words in enumerate(("LIFT", "POSTURE", "DISC"))]
    )
    assert ["squat" in desk.texts()[0], "back straight" in desk.texts()[1]] == [True, True]


def test_nobody_waits_until_telegram_knows_that_a_button_was_seen(desk: Desk) -> None:
    desk.api.script(taken(71), taken(72))
    hold = threading.Event()
    account, _ = desk.listen([press("1DONE", 11)], [message("LIFT", 12)], holds=hold)
    assert len(desk.texts()) == 2
    assert account.seen == []
    hold.set()


def test_what_failed_leaves_the_button(desk: Desk) -> None:
    desk.api.script(taken())
    with read_only_disk(desk.runtime):
        desk.listen([press("1DONE", 11)])
    assert desk.api.asked[0].path.endswith("/sendMessage")


def test_an_answer_in_doubt_is_not_sent_twice(desk: Desk) -> None:
    desk.api.script(refusal(500, "Internal Server Error"), taken())
    desk.listen([message("LIFT", 11), message("POSTURE", 12)])
    assert len(desk.texts()) == 2


def test_an_update_that_we_cant_read_keeps_nobody_waiting(desk: Desk) -> None:
    desk.api.script(taken())
    account, _ = desk.listen([{"update_id": 10, "poll": {}}, message("LIFT", 11)])
    assert account.asked[-1] == 11
    assert len(desk.texts()) == 1


def test_whoever_texts_is_answered_whatever_breaks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_inbound: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk.runtime, "receive", broken)
    desk.api.script(taken())
    _, listener = desk.listen([message("LIFT", 11)])
    assert "emergency" in desk.texts()[0].lower()
    assert not listener.broke


def test_a_listener_that_breaks_ends_its_process(desk: Desk) -> None:
    account = Account(threading.Event(), deque([ZeroDivisionError()]))
    listener = Listener(account, desk.runtime, account.ended)
    with pytest.raises(ZeroDivisionError):
        listener.run()
    assert listener.broke
    assert account.ended.is_set()


@pytest.mark.parametrize(
    "told",
    [
        {"json": {"error": "bad gateway"}},
        {"body": "<html>"},
        {"body": requests.ConnectionError(TOKEN)},
    ],
)
def test_a_proxys_answer_is_no_end(told: dict[str, Any]) -> None:
    with responses.RequestsMock() as played:
        played.get(f"https://api.telegram.org/bot{TOKEN}/getUpdates", status=502, **told)
        with pytest.raises(SendFailed) as caught:
            BotAccount(token=TOKEN).updates(0)
    assert TOKEN not in f"{caught.value}"
    assert str(CHAT) not in f"{caught.value}"
