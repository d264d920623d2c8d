"""Whose request it is, behind proxies and without."""

from collections.abc import Callable

import pytest

from config.settings import SettingsError, load
from service.app import create_app
from service.runtime import Runtime
from service.web import proxies
from service.web.proxies import Proxies

LOOPBACK = "127.0.0.1,::1"
CDN = "127.0.0.1,198.51.100.0/24"


@pytest.mark.parametrize(
    ("trusted", "peer", "told", "client"),
    [
        (LOOPBACK, "127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (LOOPBACK, "::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (LOOPBACK, "", "203.0.113.7", "203.0.113.7"),  # a Unix socket
        (LOOPBACK, "203.0.113.9", "10.0.0.1", "203.0.113.9"),  # nobody asked them
        (LOOPBACK, "127.0.0.1", "10.0.0.1, 203.0.113.7", "203.0.113.7"),  # the first is forged
        (LOOPBACK, "127.0.0.1", "203.0.113.7, nonsense", "127.0.0.1"),
        (LOOPBACK, "127.0.0.1", "", "127.0.0.1"),
        (CDN, "127.0.0.1", "10.0.0.1, 203.0.113.7, 198.51.100.4", "203.0.113.7"),
        (CDN, "127.0.0.1", "198.51.100.4", "198.51.100.4"),
        ("*", "192.0.2.1", "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("", "127.0.0.1", "203.0.113.7", "127.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_says_who_the_client_is(
    trusted: str, peer: str, told: str, client: str
) -> None:
    names = [name for name in trusted.split(",") if name]
    assert Proxies(names).client(peer, told) == client


@pytest.mark.parametrize(
    ("peer", "told", "seen"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ("127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),  # of one customer
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
    ],
)
def test_the_application_sees_the_client(
    service: Callable[..., Runtime], peer: str, told: str, seen: str
) -> None:
    app = create_app(service())
    app.add_url_rule("/who", view_func=proxies.client)
    client = app.test_client()
    headers = {"X-Forwarded-For": told} if told else {}
    answer = client.get("/who", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.text == seen


@pytest.mark.parametrize("given", ["proxy.example", "10.0.0.1/8", "127.0.0.1;::1"])
def test_proxies_that_are_no_addresses_are_refused(given: str) -> None:
    with pytest.raises(SettingsError, match=r"FORWARDED_ALLOW_IPS: must be addresses or networks"):
        load(forwarded_allow_ips=given)
