"""Codes of an authenticator app (TOTP, RFC 6238), each good once."""

from datetime import datetime

import pyotp

from service.store.operator_tables import Operator

_STEP = 30  # seconds
_DRIFT = 1  # steps that a phone's clock may be off


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, name: str, programme: str) -> str:
    """What an authenticator app reads from a QR code: an otpauth URI."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=programme)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code stands for; None for a wrong one."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdecimal()):
        return None
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // _STEP
    steps = range(current - _DRIFT, current + _DRIFT + 1)
    return next((step for step in steps if totp.verify(digits, for_time=step * _STEP)), None)


def use(operator: Operator, code: str, now: datetime) -> bool:
    """Is the code right, and not used before? Without a secret there is nothing to ask."""
    if not operator.totp_secret:
        return True
    step = step_of(operator.totp_secret, code, now)
    if step is None or step <= operator.totp_step:
        return False
    operator.totp_step = step
    return True
