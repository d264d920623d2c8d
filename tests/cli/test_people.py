import json
import re

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
