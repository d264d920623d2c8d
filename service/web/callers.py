"""From where a request comes."""

from flask import Request


def address_of(request: Request) -> str:
    """The client's address, or at worst the proxy's.

    The service itself speaks plain http: https stands here only where gunicorn believed a proxy
    (FORWARDED_ALLOW_IPS), and then the last address that was forwarded is what that proxy saw.
    """
    if request.is_secure and request.access_route:
        return request.access_route[-1]
    return request.remote_addr or ""
