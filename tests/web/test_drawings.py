"""The drawings: at addresses that nobody can guess, kept for long by whoever has fetched one."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from service.app import create_app
from service.runtime import Runtime
from tests.web.doors import REAL


@pytest.fixture
def runtime(service: Callable[..., Runtime]) -> Runtime:
    return service(**REAL)


@pytest.fixture
def client(runtime: Runtime) -> FlaskClient:
    return create_app(runtime).test_client()


def path(runtime: Runtime, key: str, name: str) -> str:
    return f"/pictures/{runtime.house.showcase.token(key)}/{name}"


def test_every_stretch_has_a_picture_at_the_address_that_texts_name(
    runtime: Runtime, client: FlaskClient
) -> None:
    public = runtime.settings.public_url
    for stretch in runtime.catalogue.stretches():
        address = runtime.house.showcase.address(stretch.id)
        assert address.startswith(f"{public}/pictures/")
        response = client.get(address.removeprefix(public))
        assert response.status_code == 200
        assert response.data.startswith(b"\x89PNG")
        assert response.headers["Cache-Control"] == "public, max-age=2592000"


def test_a_drawing_is_read_aloud_in_each_language(runtime: Runtime, client: FlaskClient) -> None:
    for language in runtime.catalogue.languages:
        stretch = runtime.catalogue.stretch("UB1", language)
        assert stretch is not None
        response = client.get(path(runtime, "UB1", f"UB1.{language}.svg"))
        assert response.mimetype == "image/svg+xml"
        assert stretch.picture in response.text
        assert stretch.text in response.text


@pytest.mark.parametrize("name", ["UB1-dark.png", "UB1-dark.en.svg"])
def test_on_dark_ground_it_is_another(runtime: Runtime, client: FlaskClient, name: str) -> None:
    dark = client.get(path(runtime, "UB1", name))
    assert dark.status_code == 200
    assert dark.data != client.get(path(runtime, "UB1", name.replace("-dark", ""))).data


def test_whoever_has_it_is_told_that_it_is_the_same(runtime: Runtime, client: FlaskClient) -> None:
    first = client.get(path(runtime, "UB1", "UB1.png"))
    again = client.get(first.request.path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name", ["UB1.png", "XX9.png", "UB1.gif", "UB1.xx.svg", "UB1.svg", "ub1.png", "é.png"]
)
def test_a_guessed_address_shows_nothing(runtime: Runtime, client: FlaskClient, name: str) -> None:
    for token in ("A" * 22, "é", runtime.house.showcase.token("UB2")):
        assert client.get(f"/pictures/{token}/{name}").status_code == 404


def test_the_right_token_of_one_opens_no_other_name(runtime: Runtime, client: FlaskClient) -> None:
    for name in ("UB2.png", "UB1.gif", "UB1.xx.svg", "..%2fUB1.png"):
        assert client.get(path(runtime, "UB1", name)).status_code == 404


def test_addresses_stay_the_same_and_differ_by_installation(
    service: Callable[..., Runtime],
) -> None:
    ours, same = (service(**REAL, secret_key=SecretStr("a" * 32)) for _ in range(2))
    other = service(**REAL, secret_key=SecretStr("b" * 32))
    assert ours.house.showcase.address("UB1") == same.house.showcase.address("UB1")
    assert ours.house.showcase.address("UB1") != other.house.showcase.address("UB1")
