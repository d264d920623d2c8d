import json

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
