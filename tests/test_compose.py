"""compose.yaml starts what the Procfile names, with settings that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings
from service.cli import main

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "compose.yaml").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(TEXT)["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "upright"}
OF_COMPOSE = {"WORKERS", "POSTGRES_PASSWORD"}
GIVEN = {
    "POSTGRES_PASSWORD": "abc", "SECRET_KEY": "one", "SUPPRESSION_KEY": "other",
    "PUBLIC_URL": "https://upright.example.org", "WORKERS": "3",
}  # fmt: skip


def filled(text: str) -> str:
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda found: GIVEN[found[1]], text)


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_it_starts_the_processes_of_the_procfile() -> None:
    commands = {name: service["command"] for name, service in OURS.items()}
    assert commands == {
        name: command.removeprefix("BACKGROUND=0 ") for name, command in procfile().items()
    }
    assert {command.split()[1] for command in commands.values()} - {"-c"} <= set(main.commands)


@pytest.mark.parametrize("name", OURS)
def test_its_settings_are_real_and_fit_together(name: str) -> None:
    given = {key.lower(): filled(value) for key, value in OURS[name]["environment"].items()}
    assert given.keys() <= Settings.model_fields.keys()
    settings = Settings.model_validate(given)
    assert settings.database == "postgresql+psycopg://upright:abc@db/upright"
    assert not settings.background


def test_what_it_asks_of_the_operator_is_a_setting_or_its_own() -> None:
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    assert asked - OF_COMPOSE <= {name.upper() for name in Settings.model_fields}


def test_each_service_waits_for_what_it_needs() -> None:
    waits = {name: set(service.get("depends_on", ())) for name, service in SERVICES.items()}
    assert waits["release"] == {"db"}
    assert all(waits[name] == {"release"} for name in OURS if name != "release")
    assert {"db", "broker"} <= SERVICES.keys()


def test_the_image_holds_what_it_runs() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.M)
    names = {name for line in copied for name in line.split()}
    assert {"config", "messages", "service", "requirements-machines.lock"} <= names
    assert all((ROOT / name).exists() for name in names)
    kept = (ROOT / ".dockerignore").read_text()
    assert all(f"!{name}" in kept for name in names)


def test_the_lock_for_machines_pins_what_the_tests_ran_with() -> None:
    machines, development = (
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.M))
        for lock in ("requirements-machines.lock", "requirements-dev.lock")
    )
    assert {"celery", "psycopg", "redis"} <= machines.keys()
    assert machines.items() <= development.items()
