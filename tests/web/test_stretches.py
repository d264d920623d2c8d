"""The pages of the stretches: for each, in every language, its drawing, its steps and when to stop."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from messages.folding import normal
from messages.language import Stretch
from messages.steps import steps, stop_note
from service.app import create_app
from service.runtime import Runtime
from tests.vocabulary import CATALOGUE
from tests.web.doors import REAL

LANGUAGES = CATALOGUE.languages


@pytest.fixture
def client(service: Callable[..., Runtime]) -> FlaskClient:
    return create_app(service(**REAL)).test_client()


def shown(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return html.unescape(response.text)


def find(key: str, language: str) -> Stretch:
    move = CATALOGUE.stretch(key, language)
    assert move is not None
    return move


def test_every_stretch_has_a_page_in_every_language(client: FlaskClient) -> None:
    for language in LANGUAGES:
        for move in CATALOGUE.stretches(language):
            page = shown(client, f"/stretches/{move.id}?lang={language}")
            assert f'<html lang="{language}">' in page
            assert all(f"<li>{step}</li>" in page for step in steps(move))
            assert f"<strong>{stop_note(move)}</strong>" in page
            assert f'alt="{move.picture}"' in page
            for reason in filter(None, re.split(r"[;；] ?", move.skip_if)):  # noqa: RUF001
                assert reason in page


def test_every_stretch_is_drawn_by_day_and_by_night(client: FlaskClient) -> None:
    for language in LANGUAGES:
        for move in CATALOGUE.stretches(language):
            page = shown(client, f"/stretches/{move.id}?lang={language}")
            dark = re.findall(r'media="\(prefers-color-scheme: dark\)" srcset="([^"]+)"', page)
            light = re.findall(r'<img src="(/pictures[^"]+)"', page)
            names = [f"{move.id}-dark.{language}.svg", f"{move.id}.{language}.svg"]
            assert [address.rpartition("/")[2] for address in dark + light] == names
            for address in dark + light:
                drawn = client.get(address)
                assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_and_stop_note_are_all_that_a_stretch_says(language: str) -> None:
    notes = set()
    for move in CATALOGUE.stretches(language):
        assert len(steps(move)) >= 1
        assert "".join((*steps(move), stop_note(move))) == move.written.replace(". ", ".").replace(
            "! ", "!"
        )
        notes.add(stop_note(move))
        assert normal(move.written) == normal(move.text)
    assert len(notes) == 1


def test_spanish_pages_have_their_accents() -> None:
    assert find("NK1", "es").written.startswith("De pie, mire al frente. Lleve el mentón")
    assert stop_note(find("NK1", "es")) == "Pare si le duele más."


def test_the_list_leads_to_each_and_each_to_the_next(client: FlaskClient) -> None:
    keys = [move.id for move in CATALOGUE.stretches()]
    listed = re.findall(r'class="card" href="/stretches/(\w+)"', shown(client, "/stretches"))
    assert sorted(listed) == sorted(keys)
    seen = ["NK1"]
    while len(seen) <= len(keys):
        page = shown(client, f"/stretches/{seen[-1]}")
        [following] = re.findall(r'rel="next" href="/stretches/(\w+)"', page)
        [before] = re.findall(
            r'rel="prev" href="/stretches/(\w+)"', shown(client, f"/stretches/{following}")
        )
        assert before == seen[-1]
        seen.append(following)
    assert seen == [*keys, "NK1"]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("area=mid_back", lambda move: move.area == "mid back"),
        ("kind=seated", lambda move: move.seated),
        ("kind=standing", lambda move: not move.seated),
        ("kind=gentle", lambda move: move.gentle),
        ("kind=strength", lambda move: move.strength),
        ("kind=discreet", lambda move: move.discreet),
        ("area=hips&kind=seated", lambda move: move.area == "hips" and move.seated),
        ("area=neck&kind=seated", lambda move: False),
        ("area=nowhere&kind=none", lambda move: True),
    ],
)
def test_some_of_them_are_chosen_by_place_and_by_kind(
    client: FlaskClient, query: str, holds: Callable[[Stretch], bool]
) -> None:
    page = shown(client, f"/stretches?{query}")
    listed = re.findall(r'class="card" href="/stretches/(\w+)"', page)
    expected = [move.id for move in CATALOGUE.stretches() if holds(move)]
    assert sorted(listed) == sorted(expected)
    assert f"{len(expected)} of 36" in page
    assert ("No stretch is both" in page) == (not expected)


def test_a_choice_keeps_the_other_one_and_the_language(client: FlaskClient) -> None:
    page = shown(client, "/stretches?area=hips&kind=seated&lang=es")
    assert 'href="/stretches?kind=seated&area=legs&lang=es"' in page
    assert 'href="/stretches?area=hips&kind=gentle&lang=es"' in page
    assert 'href="/stretches?kind=seated&lang=es"' in page
    assert 'href="/stretches/HP3?lang=es"' in page


def test_it_tells_which_word_brings_one(client: FlaskClient) -> None:
    page = shown(client, "/stretches/UB1?lang=es")
    assert "<kbd>ESTIRAR</kbd>" in page
    assert 'href="sms:+14155550100?&body=ESTIRAR"' in page


def test_without_a_number_none_is_named(service: Callable[..., Runtime]) -> None:
    page = shown(create_app(service()).test_client(), "/stretches/UB1")
    assert "Text us <kbd>STRETCH</kbd>" in page
    assert "sms:" not in page


def test_each_says_what_isnt_for_texting(client: FlaskClient) -> None:
    for path in ("/stretches", "/stretches/UB1"):
        assert "Not for emergencies." in shown(client, path)


@pytest.mark.parametrize("key", ["ub1", "XX9", "UB1.svg", "é"])
def test_there_is_no_page_for_what_is_no_stretch(client: FlaskClient, key: str) -> None:
    assert client.get(f"/stretches/{key}").status_code == 404
