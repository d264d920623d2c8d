import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from gunicorn.errors import AppImportError

from config.settings import Settings
from service.app import create_app
from service.commands.running import beside
from service.commands.serve import greeting, prove
from tests.cli.conftest import Upright
from tests.processes import free_port

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_in_use_is_one_sentence_that_says_what_to_do(upright: Upright, taken: int) -> None:
    result = upright("serve", port=str(taken))
    assert result.exit_code == 2
    assert result.stderr.strip().endswith(
        f"Port {taken} is in use: stop what runs there or run `make run PORT={taken + 1}`."
    )


def test_a_host_that_is_not_ours_is_one_sentence(upright: Upright) -> None:
    result = upright("serve", host="192.0.2.1")
    assert result.exit_code == 2
    assert "HOST" in result.stderr


@pytest.mark.parametrize("command", ["serve", "clock"])
def test_a_database_without_tables_stops_the_start(
    upright: Upright, tmp_path: Path, command: str
) -> None:
    (tmp_path / "upright.db").unlink()
    result = upright(command, port=str(free_port()))
    assert result.exit_code == 2
    assert "upright migrate" in result.stderr


def test_an_address_for_alerts_that_is_none_stops_the_start(upright: Upright) -> None:
    result = upright("serve", port=str(free_port()), alert_urls="garbage")
    assert result.exit_code == 2
    assert "ALERT_URLS" in result.stderr


def test_under_gunicorn_a_database_without_tables_is_one_sentence(
    upright: Upright, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "upright.db").unlink()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(AppImportError, match="upright migrate"):
        create_app()


def test_a_newcomer_is_told_where_the_phone_is_and_what_to_try() -> None:
    said = greeting(Settings())  # type: ignore[call-arg]
    assert "http://127.0.0.1:8000/phone" in said
    assert "POSTURE" in said


def test_whoever_has_no_operator_yet_is_told_how_to_make_one() -> None:
    settings = Settings()  # type: ignore[call-arg]
    assert "http://127.0.0.1:8000/dashboard" in greeting(settings)
    assert "operators add" not in greeting(settings)
    assert "upright operators add NAME" in greeting(settings, staffed=False)


def test_it_is_known_before_the_start_whether_there_is_an_operator(
    upright: Upright, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)  # type: ignore[call-arg]
    assert not prove(settings)
    assert upright("operators", "add", "ana", "--make-password").exit_code == 0
    assert prove(settings)


def test_whoever_has_a_number_is_told_what_to_paste_at_twilio() -> None:
    said = greeting(
        Settings(  # type: ignore[call-arg]
            twilio_account_sid="AC" + "1" * 32,
            twilio_auth_token="token",  # type: ignore[arg-type]
            twilio_from="+14155550123",
            public_url="https://upright.example.org",
            secret_key="one",  # type: ignore[arg-type]
            suppression_key="other",  # type: ignore[arg-type]
        )
    )
    assert "https://upright.example.org/in/twilio#rc=2&rp=ct,rt,5xx" in said
    assert "under the number or its Messaging Service, both" in said
    assert "/phone" not in said
    assert "token" not in said


@pytest.mark.parametrize(
    ("sms", "place"),
    [
        ("", "under the WhatsApp sender, both"),
        ("+14155550123", "under the number or its Messaging Service and the WhatsApp sender, both"),
    ],
)
def test_whoever_has_a_whatsapp_sender_is_told_that_it_needs_them_too(sms: str, place: str) -> None:
    said = greeting(
        Settings(  # type: ignore[call-arg]
            twilio_account_sid="AC" + "1" * 32,
            twilio_auth_token="token",  # type: ignore[arg-type]
            twilio_from=sms,
            twilio_whatsapp_from="+14155550177",
            public_url="https://upright.example.org",
            secret_key="one",  # type: ignore[arg-type]
            suppression_key="other",  # type: ignore[arg-type]
        )
    )
    assert place in said


def test_the_whole_service_starts_answers_and_ends_when_told(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"DATA_DIR": str(tmp_path), "PORT": str(port)}
    command = [sys.executable, "-m", "service.cli", "serve", "--migrate"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Upright is at http://127.0.0.1:{port}\n"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/phone", timeout=10) as page:
                assert page.status == 200
            assert beside(Settings(data_dir=tmp_path)).port == port  # type: ignore[call-arg]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
    assert process.returncode == 0


def test_workers_need_a_broker_and_a_database_that_can_be_shared(upright: Upright) -> None:
    alone = upright("worker")
    assert (alone.exit_code, "BROKER_URL" in alone.stderr) == (2, True)
    on_a_file = upright("worker", broker_url="redis://127.0.0.1:1/0")
    assert (on_a_file.exit_code, "PostgreSQL" in on_a_file.stderr) == (2, True)
    elsewhere = upright("worker", broker_url="kafka://127.0.0.1")
    assert (elsewhere.exit_code, "amqp://" in elsewhere.stderr) == (2, True)
