"""Whose request it is behind a reverse proxy: X-Forwarded-For counts where a trusted proxy says it.

Werkzeug's ProxyFix would believe whoever connects, and gunicorn believes only the scheme.
"""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from flask import request

_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_Address = IPv4Address | IPv6Address
_SITE = 64  # bits of an IPv6 address that are one customer's: the rest they choose as they like
ANY = "*"


def behind(trusted: str, app: _Wsgi) -> _Wsgi:
    """`trusted` as FORWARDED_ALLOW_IPS has it: addresses and networks, or * for whoever connects."""
    names = [name for name in map(str.strip, trusted.split(",")) if name]
    proxies = Proxies(names)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = environ.get("HTTP_X_FORWARDED_FOR")
        if told:
            environ["REMOTE_ADDR"] = proxies.client(environ.get("REMOTE_ADDR", ""), told)
        return app(environ, start_response)

    return answer


class Proxies:
    def __init__(self, names: Sequence[str]) -> None:
        self._any = ANY in names
        self._networks = [ip_network(name) for name in names if name != ANY]

    def client(self, peer: str, told: str) -> str:
        """The last one in the chain that is none of ours: what stands before it, anybody could write.

        Where every peer is trusted, only the nearest has written what it saw itself.
        """
        if not self._ours(peer):
            return peer
        chain = [hop.strip() for hop in told.split(",")]
        for hop in reversed(chain):
            if _read(hop) is None:
                return peer
            if self._any or not self._ours(hop):
                return hop
            peer = hop
        return peer

    def _ours(self, name: str) -> bool:
        address = _read(name)
        # Over a Unix socket nobody but a proxy on this machine comes, and without an address.
        if self._any or not name:
            return True
        return address is not None and any(address in network for network in self._networks)


def client() -> str:
    """By which the clients of this request's kind are told apart: an address, or its IPv6 network."""
    told = request.remote_addr or ""
    address = _read(told)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _SITE), strict=False))
    return str(address or told)


def _read(name: str) -> _Address | None:
    try:
        address = ip_address(name)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
