"""A real HTTP server on a loopback port that plays Twilio's message API."""

import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Act:
    """What the server does with one request. No `json` and no `text`: what Twilio would answer."""

    status: int = 201
    json: object = None
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False  # close the connection instead of answering
    taken: bool = True  # does the message exist afterwards? (also after a dropped answer)


def refused(code: int, status: int = 400) -> Act:
    """Twilio's refusal with an error code."""
    page = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": "To +12125550123 is wrong", "more_info": page}
    return Act(status, {**body, "status": status}, taken=False)


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; of a name that repeats, the last value."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]  # names in lower case
    connection: int  # the port that it came from
    body: bytes = b""


@dataclass
class Loopback:
    """Scripted acts are used up in order; then every message is taken."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)  # presses of Telegram's buttons
    _script: deque[Act] = field(default_factory=deque)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, sends: int) -> None:
        """Until so many sends have arrived; half a minute at most."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.sent) >= sends, timeout=30)

    def script(self, *acts: Act) -> None:
        self._script.extend(acts)

    @property
    def sent(self) -> list[dict[str, str]]:
        """The forms of all sends, in the order of arrival."""
        return [asked.form for asked in self.asked if asked.method == "POST"]

    def act(self, asked: Asked) -> tuple[Act, bytes]:
        if asked.path.endswith("/answerCallbackQuery"):  # beside the sends, in no order with them
            self.acknowledged.append(asked.form["callback_query_id"])
            return Act(200), b'{"ok": true, "result": true}'
        with self._arrived:
            self.asked.append(asked)
            self._arrived.notify_all()
        if asked.method == "GET":
            return Act(200), self._listed(asked).encode()
        act = self._script.popleft() if self._script else Act()
        body = self._take(asked) if act.taken else {}
        said = (
            act.text if act.text is not None else json.dumps(body if act.json is None else act.json)
        )
        return act, said.encode()

    def _take(self, asked: Asked) -> dict[str, Any]:
        service = asked.form.get("MessagingServiceSid")
        message = {
            "sid": f"SM{next(self._ids):032x}",
            "account_sid": asked.path.split("/")[3],
            "body": asked.form.get("Body", ""),
            "to": asked.form.get("To"),
            "from": asked.form.get("From"),
            "status": "accepted" if service else "queued",
            "direction": "outbound-api",
            "num_segments": "0" if service else "1",
            "date_created": format_datetime(datetime.now(UTC)),
            "error_code": None,
        }
        self.messages.append(message)
        return message

    def _listed(self, asked: Asked) -> str:
        to = asked.form.get("To")
        found = [message for message in reversed(self.messages) if message["to"] == to]
        page = {"first_page_uri": asked.path, "next_page_uri": None, "page": 0, "page_size": 50}
        return json.dumps({"messages": found, **page})


@contextmanager
def loopback() -> Iterator[Loopback]:
    """Serve until the block ends."""
    api = Loopback()
    with serving(api):
        yield api


@contextmanager
def serving(api: Loopback) -> Iterator[None]:
    """The same for a server that answers in its own way."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(api)) as server:
        server.daemon_threads = True
        api.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _handler(api: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body leave in one packet

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._play(self.rfile.read(length))

        def do_GET(self) -> None:
            self._play(b"")

        def _play(self, body: bytes) -> None:
            query = urlsplit(self.path).query
            form = parse_qs(f"{query}&{body.decode(errors='replace')}")
            fields = {name: values[-1] for name, values in form.items()}
            names = {name.lower(): value for name, value in self.headers.items()}
            port = self.client_address[1]
            path = urlsplit(self.path).path
            act, said = api.act(Asked(self.command, path, fields, names, port, body))
            time.sleep(act.delay)
            if act.drop:
                self.close_connection = True
            else:
                self._say(act, said)

        def _say(self, act: Act, body: bytes) -> None:
            self.send_response(act.status)
            for name, value in {"Content-Type": "application/json", **act.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet: what arrived is in `asked`."""

    return Handler
