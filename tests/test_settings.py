"""Settings are refused with a sentence that says what to do; secrets are made once."""

from pathlib import Path

import pytest

from config.settings import SettingsError, load

TWILIO: dict[str, object] = {
    "twilio_account_sid": f"AC{'0' * 32}",
    "twilio_auth_token": "token",
    "twilio_from": "+12125550199",
    "public_url": "https://sms.example.org",
    "secret_key": "s",
    "suppression_key": "k",
}


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = load(data_dir=tmp_path / "new").secret("secret_key")
    assert len(first) > 30
    assert load(data_dir=tmp_path / "new").secret("secret_key") == first
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "suppression_key").write_text("")
    with pytest.raises(SettingsError, match="is empty: restore it"):
        load(data_dir=tmp_path).secret("suppression_key")


def test_a_folder_that_takes_no_secret_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(SettingsError, match="set it, or point DATA_DIR to a writable folder"):
        load(data_dir=tmp_path / "data").secret("secret_key")


def test_old_suppression_keys_are_kept_for_look_up() -> None:
    keys = load(suppression_key="new, old,").suppression_keys
    assert keys == ("new", "old")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"twilio_auth_token": ""}, "together, or neither"),
        ({"twilio_from": ""}, "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID"),
        ({"public_url": ""}, "PUBLIC_URL"),
        ({"public_url": "http://sms.example.org"}, "must begin with https://"),
        ({"public_url": "https://user:pw@sms.example.org"}, "bare address"),
        ({"twilio_api_url": "http://example.org"}, "plain http only for 127.0.0.1"),
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"suppression_key": ""}, "SUPPRESSION_KEY"),
        ({"twilio_account_sid": "AC12"}, "TWILIO_ACCOUNT_SID: is not of the right form"),
        ({"programme_name": "A very long name"}, "PROGRAMME_NAME"),
        ({"quiet_hours": "9-20"}, "QUIET_HOURS: is not of the right form"),
        ({"port": 0}, "PORT"),
        ({"sender_rate": 0}, "SENDER_RATE"),
        ({"public_url": "https://sms.example.org:https"}, "a number as its port"),
        ({"twilio_api_url": "https://api twilio.com"}, "bare address"),
        ({"database_url": "sqlite://"}, "DATABASE_URL: must name a file"),
        ({"database_url": "sqlite+pysqlite:///:memory:"}, "DATABASE_URL: must name a file"),
        ({"web_concurrency": "several"}, "WEB_CONCURRENCY"),
        ({"broker_url": "http://127.0.0.1"}, "BROKER_URL: must begin with redis://"),
        ({"broker_url": "redis://127.0.0.1:abc/5"}, "a number as its port"),
        ({"broker_url": "redis://127.0.0.1:6379/abc"}, "the number of a database"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(
    changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(**TWILIO | changes)
    assert sentence in str(refused.value)


def test_a_value_may_be_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("from a file\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "token"))
    assert load().secret("secret_key") == "from a file"
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "missing"))
    with pytest.raises(SettingsError, match="point it to a readable file"):
        load()


def test_the_phone_page_is_off_beside_a_real_channel_unless_asked_for() -> None:
    assert load().phone
    assert not load(**TWILIO).phone
    assert load(**TWILIO | {"phone_page": True}).phone
