"""How gunicorn is told to serve us."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from gunicorn.config import Config

PATH = Path(__file__).parent.parent / "config" / "gunicorn.conf.py"


def configured(**environment: str) -> Config:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        said: dict[str, Any] = runpy.run_path(str(PATH))
    made = Config()
    for name, value in said.items():
        if name in made.settings:
            made.set(name, value)
    return made


def test_one_process_serves_where_it_also_ticks() -> None:
    assert configured(WEB_CONCURRENCY="4").workers == 1
    assert configured(WEB_CONCURRENCY="4", BACKGROUND="0").workers == 4


@pytest.mark.parametrize(
    ("host", "bind"),
    [("127.0.0.1", "127.0.0.1:8123"), ("0.0.0.0", "0.0.0.0:8123"), ("::1", "[::1]:8123")],
)
def test_it_listens_where_the_settings_say(host: str, bind: str) -> None:
    assert configured(HOST=host, PORT="8123").bind == [bind]


def test_no_socket_is_opened_in_the_home_directory() -> None:
    assert configured().control_socket_disable


def test_who_asked_for_what_is_not_logged() -> None:
    made = configured()
    assert made.logger_class(made).access_log_enabled is False


def test_only_loopback_may_say_who_is_asking() -> None:
    assert set(configured().forwarded_allow_ips) <= {"127.0.0.1", "::1"}


def test_a_wrong_setting_ends_it_with_a_sentence() -> None:
    with pytest.raises(SystemExit, match="PORT"):
        configured(PORT="many")
