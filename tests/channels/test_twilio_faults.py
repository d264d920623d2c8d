"""Lines that break at each point of a send: was the request written, or certainly not?"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import aiohttp
import pytest

from service.channels import twilio_wire
from service.channels.twilio_errors import read_faults
from service.envelopes import SendFailed, Verdict
from tests.channels.twilio_line import OUTGOING, channel, send

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing drops the line at once, with an RST
Play = Callable[[socket.socket], None]


@contextmanager
def server(play: Play) -> Iterator[str]:
    """Plays with the one connection that comes; its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            play(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)


def reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def reset_within_the_request(line: socket.socket) -> None:
    line.recv(1)
    reset(line)


def reset_after_the_request(line: socket.socket) -> None:
    line.recv(65_536)
    reset(line)


def half_an_answer(line: socket.socket) -> None:
    line.recv(65_536)
    line.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{")


def failure(url: str) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        send(channel(api_url=url))
    return caught.value


@pytest.mark.parametrize(
    "play", [reset_within_the_request, reset_after_the_request, half_an_answer]
)
def test_a_line_that_breaks_once_it_stood_leaves_the_text_in_doubt(play: Play) -> None:
    with server(play) as url:
        failed = failure(url)
    assert (failed.verdict, failed.code) == (Verdict.DOUBTFUL, "no_answer")


def test_a_line_that_is_cut_before_the_request_is_never_taken_for_a_refusal() -> None:
    with server(reset) as url:  # whether we have written by then is a matter of microseconds
        assert failure(url).verdict in {Verdict.RETRY, Verdict.DOUBTFUL}


def test_a_line_that_never_came_about_in_time_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_wire, "TIMEOUT", aiohttp.ClientTimeout(total=20, connect=0.2))
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for caller in (first, second):  # its queue is full: whoever knocks now isn't heard
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        failed = failure(f"http://127.0.0.1:{deaf.getsockname()[1]}")
    assert (failed.verdict, failed.code) == (Verdict.RETRY, "unreachable")


def test_a_name_that_leads_nowhere_sent_nothing() -> None:
    failed = failure("https://upright.invalid")
    assert (failed.verdict, failed.code) == (Verdict.RETRY, "unreachable")


def test_a_server_that_speaks_no_tls_was_told_nothing() -> None:
    heard: list[bytes] = []
    with server(lambda line: heard.append(line.recv(65_536))) as url:
        failed = failure(url.replace("http:", "https:"))
    assert failed.verdict is Verdict.RETRY
    assert b"stretch" not in b"".join(heard)


def test_a_send_that_is_called_off_gives_its_line_back() -> None:
    twilio = channel(api_url="http://127.0.0.1:1")

    async def called_off() -> None:
        attempt = asyncio.create_task(twilio.send(OUTGOING))
        await asyncio.sleep(0)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        await twilio.close()

    asyncio.run(called_off())


@pytest.mark.parametrize("code", [21620, 21623, 30019, 63019])
def test_a_picture_that_cant_be_sent_is_a_fault_of_this_text_only(code: int) -> None:
    fault = read_faults().of(str(code))
    assert fault.verdict is Verdict.REFUSED
    assert "picture" in fault.sentence
