import json
import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from service.imports import files
from service.store.engine import open_store
from service.store.operator_tables import Audit
from tests.cli.conftest import Upright

NUMBER = "+14155550177"


def test_a_list_shows_who_is_there_but_not_their_number(upright: Upright) -> None:
    upright("say", "--from", NUMBER, "REMIND")
    upright("say", "--from", NUMBER, "YES")
    listed = upright("people", "list")
    assert "**********77" in listed.stdout
    assert NUMBER not in listed.stdout
    assert " in " in listed.stdout
    assert NUMBER in upright("people", "list", "--full").stdout


def test_an_export_holds_everything_that_was_said_and_agreed(upright: Upright) -> None:
    upright("say", "--from", NUMBER, "REMIND")
    upright("say", "--from", NUMBER, "YES")
    [kept] = json.loads(upright("people", "export", NUMBER).stdout)
    assert kept["addresses"][0]["handle"] == NUMBER
    assert [event["event"] for event in kept["consent"]] == ["asked", "given"]
    assert kept["consent"][1]["used"] == "YES"
    assert len(kept["received"]) == 2
    assert any("You're in" in entry["text"] for entry in kept["sent"])
    assert kept["plan"]["hours"] == "09:00-17:00"


def test_a_stranger_to_us_has_nothing_to_export(upright: Upright) -> None:
    result = upright("people", "export", NUMBER)
    assert result.exit_code == 1
    assert NUMBER not in result.stderr


def test_linked_addresses_are_listed_as_one_person_and_exported_together(upright: Upright) -> None:
    other = "+14155550188"
    for words in ("REMIND", "YES"):
        upright("say", "--from", NUMBER, words)
    answer = upright("say", "--from", NUMBER, "LINK").stdout
    code = re.search(r"LINK (\w{4}-\w{4})", answer)
    assert code
    assert "Linked" in upright("say", "--from", other, f"LINK {code[1]}").stdout
    lines = upright("people", "list", "--full").stdout.splitlines()[1:]
    assert [line.split()[:2] for line in lines] == [["1*", NUMBER], ["1", other]]
    for number in (NUMBER, other):
        [kept] = json.loads(upright("people", "export", number).stdout)
        assert [row["handle"] for row in kept["addresses"]] == [NUMBER, other]
        assert len(kept["received"]) == 4


def test_a_look_at_whole_numbers_and_an_export_are_noted(upright: Upright, tmp_path: Path) -> None:
    upright("say", "--from", NUMBER, "MENU")
    upright("people", "list")
    upright("people", "list", "--full")
    upright("people", "export", NUMBER)
    store = open_store(f"sqlite:///{tmp_path}/upright.db")
    with store.read() as session:
        rows = session.execute(select(Audit.name, Audit.action, Audit.person_id).order_by(Audit.id))
        assert [tuple(row) for row in rows] == [
            ("command line", "numbers listed", None), ("command line", "person exported", 1),
        ]  # fmt: skip
    store.close()


def test_whoever_is_erased_is_gone_and_stays_out(upright: Upright) -> None:
    for words in ("REMIND", "YES"):
        upright("say", "--from", NUMBER, words)
    assert upright("people", "erase", NUMBER, "--yes").exit_code == 0
    assert upright("people", "export", NUMBER).exit_code == 1
    upright("say", "--from", NUMBER, "MENU")
    assert " out " in upright("people", "list").stdout


def test_nobody_is_erased_without_being_sure(upright: Upright) -> None:
    upright("say", "--from", NUMBER, "MENU")
    assert upright("people", "erase", NUMBER).exit_code == 1
    assert upright("people", "export", NUMBER).exit_code == 0


def test_a_list_is_brought_in_and_its_bad_lines_named(upright: Upright, tmp_path: Path) -> None:
    lists = tmp_path / "list.csv"
    lists.write_text(
        "number;consent_at;consent_source;consent_words\n"
        f"{NUMBER};2026-01-31;paper form;I agree to reminders\n"
        "+14155550188;;;\n"
    )
    dry = upright("people", "import", str(lists), "--dry-run")
    assert dry.exit_code == 1
    assert "line 3: consent_at, consent_source, consent_words: No consent" in dry.stdout
    assert "0 brought in, 1 could be" in dry.stderr
    assert upright("people", "export", NUMBER).exit_code == 1
    done = upright("people", "import", str(lists))
    assert "1 brought in" in done.stderr
    [kept] = json.loads(upright("people", "export", NUMBER).stdout)
    assert kept["consent"][0]["source"] == "import"
    again = upright("people", "import", str(lists))
    assert "0 brought in, 0 could be, 1 get reminders already, 1 refused" in again.stderr


def test_a_dry_run_leaves_the_same_list_on_the_dashboard_alone(
    upright: Upright, tmp_path: Path
) -> None:
    lists = tmp_path / "list.csv"
    lists.write_text(
        f"number,consent_at,consent_source,consent_words\n{NUMBER},2026-01-31,form,I agree\n"
    )
    store = open_store(f"sqlite:///{tmp_path}/upright.db")
    now = datetime.now(UTC)
    kept, _ = files.keep(store, lambda: [lists.read_bytes()], "list.csv", "simulator", now)
    assert upright("people", "import", str(lists), "--dry-run").exit_code == 0
    with store.write() as session:
        assert files.confirm(session, kept, now)
    store.close()


def test_what_is_no_list_is_told_so(upright: Upright, tmp_path: Path) -> None:
    lists = tmp_path / "list.csv"
    lists.write_text("name\nAda\n")
    result = upright("people", "import", str(lists))
    assert result.exit_code == 2
    assert "no column called" in result.stderr
