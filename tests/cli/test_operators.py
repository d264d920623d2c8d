"""Who may open the dashboard, as whoever runs commands on the machine decides it."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from service.operators import accounts, passwords, sign_ins
from service.store.engine import open_store
from service.store.operator_tables import Audit, Operator, SignIn
from tests.cli.conftest import Upright
from tests.phone import Wall

PASSWORD = "correct horse battery staple"
NOW = Wall().moment


@pytest.fixture(autouse=True)
def _looks_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "METHOD", "pbkdf2:sha256:1")


def kept(folder: Path) -> dict[str, Operator]:
    store = open_store(f"sqlite:///{folder / 'upright.db'}")
    with store.read() as session:
        found = {each.name: each for each in accounts.everybody(session)}
    store.close()
    return found


def noted(folder: Path) -> list[tuple[str, str, str]]:
    store = open_store(f"sqlite:///{folder / 'upright.db'}")
    with store.read() as session:
        lines = session.scalars(select(Audit).order_by(Audit.id)).all()
    store.close()
    return [(line.name, line.action, line.detail["account"]) for line in lines]


def signed_in(folder: Path, name: str, *, begin: bool = False) -> int:
    """In how many browsers they are."""
    store = open_store(f"sqlite:///{folder / 'upright.db'}")
    with store.write() as session:
        operator = accounts.find(session, name)
        if begin and operator is not None:
            sign_ins.begin(session, operator, NOW)
            session.flush()
        count = len(session.scalars(select(SignIn)).all())
    store.close()
    return count


def add(upright: Upright, *words: str) -> None:
    result = upright("operators", "add", *words, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output


def test_a_password_is_asked_for_twice_and_not_shown(upright: Upright, tmp_path: Path) -> None:
    result = upright("operators", "add", "Ana", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert "Added ana (operator)." in result.stdout
    assert PASSWORD not in result.output
    assert accounts.knows(kept(tmp_path)["ana"], PASSWORD)
    assert noted(tmp_path) == [("command line", "operator added", "ana")]


def test_a_password_typed_in_two_ways_is_asked_for_again(upright: Upright, tmp_path: Path) -> None:
    upright("operators", "add", "ana", stdin=f"{PASSWORD}\nanother\n{PASSWORD}\n{PASSWORD}\n")
    assert accounts.knows(kept(tmp_path)["ana"], PASSWORD)
    upright("operators", "add", "ben", stdin=f"{PASSWORD}\nanother\n")
    assert set(kept(tmp_path)) == {"ana"}


def test_the_first_is_operator_and_others_are_viewers(upright: Upright, tmp_path: Path) -> None:
    for name in ("ana", "ben"):
        add(upright, name)
    add(upright, "cleo", "--role", "operator")
    roles = {name: each.role for name, each in kept(tmp_path).items()}
    assert roles == {"ana": "operator", "ben": "viewer", "cleo": "operator"}


def test_a_password_that_is_made_is_printed_once(upright: Upright, tmp_path: Path) -> None:
    shown = upright("operators", "add", "ana", "--make-password").stdout
    made = re.search(r"shown only now: (\S+)", shown)
    assert made
    assert accounts.knows(kept(tmp_path)["ana"], made[1])
    assert made[1] not in upright("operators", "list").output


def test_a_code_comes_as_an_address_and_as_something_to_scan(
    upright: Upright, tmp_path: Path
) -> None:
    shown = upright("operators", "add", "ana", "--make-password", "--totp").stdout
    secret = kept(tmp_path)["ana"].totp_secret
    assert f"otpauth://totp/Upright:ana?secret={secret}&issuer=Upright" in shown
    assert "▀" in shown
    signed_in(tmp_path, "ana", begin=True)
    shown = upright("operators", "totp", "ana").stdout
    other = kept(tmp_path)["ana"].totp_secret
    assert other != secret
    assert other in shown
    assert signed_in(tmp_path, "ana") == 0
    assert "secret" not in upright("operators", "totp", "ana", "--off").stdout
    assert kept(tmp_path)["ana"].totp_secret == ""
    assert [what for _, what, _ in noted(tmp_path)] == [
        "operator added",
        "code switched on",
        "code switched on",
        "code switched off",
    ]


def test_a_list_names_everybody_and_no_secret(upright: Upright, tmp_path: Path) -> None:
    add(upright, "ana", "--totp")
    add(upright, "ben")
    upright("operators", "disable", "ben")
    result = upright("operators", "list")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line[0] for line in lines] == ["NAME", "ana", "ben"]
    assert "password and code" in result.stdout
    assert lines[2][-1] == "disabled"
    assert "2 in all." in result.stderr
    assert kept(tmp_path)["ana"].totp_secret not in result.output


@pytest.mark.parametrize("words", [["password"], ["role", "viewer"], ["disable"], ["remove"]])
def test_a_change_ends_their_sign_ins_and_is_noted(
    upright: Upright, tmp_path: Path, words: list[str]
) -> None:
    add(upright, "ana")
    add(upright, "ben", "--role", "operator")
    assert signed_in(tmp_path, "ben", begin=True) == 1
    command, *rest = words
    result = upright("operators", command, "Ben", *rest, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert signed_in(tmp_path, "ben") == 0
    assert noted(tmp_path)[-1][::2] == ("command line", "ben")


def test_another_password_counts(upright: Upright, tmp_path: Path) -> None:
    add(upright, "ana")
    other = "another password altogether"
    result = upright("operators", "password", "ana", "--password-stdin", stdin=other)
    assert result.exit_code == 0
    assert accounts.knows(kept(tmp_path)["ana"], other)


def test_somebody_disabled_comes_back(upright: Upright, tmp_path: Path) -> None:
    add(upright, "ana")
    add(upright, "ben")
    upright("operators", "disable", "ben")
    assert not accounts.knows(kept(tmp_path)["ben"], PASSWORD)
    upright("operators", "enable", "ben")
    assert accounts.knows(kept(tmp_path)["ben"], PASSWORD)


@pytest.mark.parametrize("words", [["role", "viewer"], ["disable"], ["remove"]])
def test_the_last_operator_stays_unless_forced(
    upright: Upright, tmp_path: Path, words: list[str]
) -> None:
    add(upright, "ana")
    command, *rest = words
    result = upright("operators", command, "ana", *rest)
    assert (result.exit_code, "--force" in result.stderr) == (1, True)
    assert result.stdout == ""
    assert kept(tmp_path)["ana"].role == "operator"
    assert upright("operators", command, "ana", *rest, "--force").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["password"],
        ["totp"],
        ["role", "viewer"],
        ["disable"],
        ["enable"],
        ["remove"],
    ],
)
def test_who_is_not_there_is_one_sentence(upright: Upright, words: list[str]) -> None:
    command, *rest = words
    result = upright("operators", command, "nobody", *rest)
    assert result.exit_code == 1
    assert result.stderr == "upright: There is no operator called nobody.\n"


@pytest.mark.parametrize(
    ("words", "stdin", "code", "said"),
    [
        (["ana", "--password-stdin"], "short\n", 1, "12 to 256 characters"),
        (["ana", "--password-stdin"], "", 1, "12 to 256 characters"),
        (["two words", "--make-password"], "", 1, "begins with a letter or digit"),
        (["ana", "--role", "owner"], "", 2, "'viewer', 'operator'"),
        (["ana", "--make-password", "--password-stdin"], "", 2, "exclude each other"),
        (["ben", "--make-password"], "", 1, "There is an operator called ben already."),
    ],
)
def test_what_will_not_do_is_said_and_adds_nobody(
    upright: Upright, tmp_path: Path, words: list[str], stdin: str, code: int, said: str
) -> None:
    add(upright, "ben")
    result = upright("operators", "add", *words, stdin=stdin)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert "Traceback" not in result.output
    assert set(kept(tmp_path)) == {"ben"}


def test_a_database_without_tables_names_the_command_that_makes_them(
    upright: Upright, tmp_path: Path
) -> None:
    (tmp_path / "upright.db").unlink()
    result = upright("operators", "list")
    assert (result.exit_code, "upright migrate" in result.stderr) == (2, True)
