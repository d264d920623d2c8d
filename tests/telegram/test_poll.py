"""`upright telegram poll` as it is started on a laptop: it ties the bot to itself, answers, and ends when told."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.channels.updates import CHAT, TOKEN, message
from tests.loopback import Loopback
from tests.processes import command, ends, running

LONGEST = 30  # seconds


@dataclass
class BotApi:
    """Telegram's side: the methods called, in order, and updates to be fetched."""

    url: str = ""
    called: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def call(self, method: str, given: dict[str, str]) -> object:
        with self.changed:
            self.called.append((method, given))
            self.changed.notify_all()
            if method == "getUpdates" and not self.updates:
                self.changed.wait(0.2)  # as a long poll does
            if method == "getUpdates":
                return [self.updates.popleft()] if self.updates else []
        if method == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "Upright", "username": "upright_bot"}
        chat = {"id": CHAT, "type": "private", "first_name": "A"}
        sent = {"message_id": 5, "date": 1, "chat": chat, "text": "x"}
        return sent if method == "sendMessage" else True

    def wait_for(self, method: str) -> dict[str, str]:
        with self.changed:
            assert self.changed.wait_for(lambda: method in dict(self.called), LONGEST)
            return dict(self.called)[method]


@contextmanager
def bot_api() -> Iterator[BotApi]:
    api = BotApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._play(self.rfile.read(length).decode(errors="replace"))

        def do_GET(self) -> None:
            self._play("")

        def _play(self, form: str) -> None:
            address = urlsplit(self.path)
            given = {
                name: values[-1] for name, values in parse_qs(f"{address.query}&{form}").items()
            }
            result = api.call(address.path.rpartition("/")[2], given)
            body = json.dumps({"ok": True, "result": result}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet: what came is in `called`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        api.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()


def test_a_laptop_answers_the_bot_and_stops_when_told(tmp_path: Path) -> None:
    with bot_api() as api:
        api.updates.append(message("/lift", 11))
        settings = {"telegram_bot_token": TOKEN, "telegram_api_url": api.url}
        poll = command("telegram poll --migrate")
        with running(poll, Loopback(url=api.url), tmp_path, **settings) as process:
            answer = api.wait_for("sendMessage")
            assert answer["chat_id"] == str(CHAT)
            assert "squat" in answer["text"]
            assert ends(process) == 0
    methods = [method for method, _ in api.called]
    assert methods.index("deleteWebhook") < methods.index("getUpdates")
    listed = [
        given.get("language_code", "") for name, given in api.called if name == "setMyCommands"
    ]
    assert sorted(listed) == ["", "en", "es", "zh"]
