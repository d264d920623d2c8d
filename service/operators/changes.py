"""What is done to an account: the change, the sign-ins that it ends, and its line in the audit.

The command line, the account's own page, the operators' page and the first start all come here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.operators import accounts, audit, sign_ins
from service.operators.accounts import Refused
from service.store.operator_tables import Operator
from service.store.turns import take_turn

COMMAND_LINE, SETTINGS = "command line", "the settings"  # no operator can be called so
_ADDED = "operator added"
_LAST = (
    "{name} is the last one who may do everything: make another operator first, "
    "or insist with --force on the command line."
)


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, and when. Without an operator: whoever may run commands on the machine, or set it up."""

    now: datetime
    operator: Operator | None = None
    origin: str = ""
    token: str = ""  # of the sign-in in which it is done, which goes on
    name: str = COMMAND_LINE  # where there is no operator

    def note(self, session: Session, action: str, account: str, **detail: Any) -> None:
        audit.note(
            session,
            action,
            self.operator,
            self.now,
            name=self.name,
            origin=self.origin,
            account=account,
            **detail,
        )


def find(session: Session, name: str) -> Operator:
    """Whose account is to be changed. Raises Refused."""
    _take_turn(session)
    operator = accounts.find(session, name)
    if operator is None:
        raise Refused(f"There is no operator called {accounts.normal(name)[:64]}.")
    return operator


def enrol(session: Session, name: str, role: str, kept: str, by: By) -> Operator:
    """`kept`: from passwords.hashed. Raises Refused."""
    _take_turn(session)
    made = accounts.enrol(session, name, role, kept, by.now)
    by.note(session, _ADDED, made.name, role=role)
    return made


def make_first(session: Session, password: str, now: datetime) -> Operator | None:
    """The operator whom DASHBOARD_PASSWORD makes, where there is none yet. Raises Refused."""
    made = accounts.make_first(session, password, now)
    if made is not None:
        By(now, name=SETTINGS).note(session, _ADDED, made.name, role=made.role)
    return made


def set_password(session: Session, operator: Operator, kept: str, by: By) -> None:
    operator.password_hash = kept
    _end_sign_ins(session, operator, by)
    by.note(session, "password changed", operator.name)


def set_code(session: Session, operator: Operator, secret: str, step: int, by: By) -> None:
    """From now on a sign-in wants a code of this secret, from a step after `step`."""
    operator.totp_secret, operator.totp_step = secret, step
    _end_sign_ins(session, operator, by)
    by.note(session, "code switched on", operator.name)


def drop_code(session: Session, operator: Operator, by: By) -> None:
    operator.totp_secret, operator.totp_step = "", 0
    by.note(session, "code switched off", operator.name)


def set_role(
    session: Session, operator: Operator, role: str, by: By, *, force: bool = False
) -> None:
    """Raises Refused for the last operator, unless forced."""
    accounts.require_role(role)
    if role == operator.role:
        return
    _spare_last(session, operator, force)
    operator.role = role
    _end_sign_ins(session, operator, by)
    by.note(session, "role changed", operator.name, role=role)


def disable(session: Session, operator: Operator, by: By, *, force: bool = False) -> None:
    """Raises Refused for the last operator, unless forced."""
    if operator.disabled_at is not None:
        return
    _spare_last(session, operator, force)
    operator.disabled_at = by.now
    _end_sign_ins(session, operator, by)
    by.note(session, "operator disabled", operator.name)


def enable(session: Session, operator: Operator, by: By) -> None:
    if operator.disabled_at is None:
        return
    operator.disabled_at = None
    by.note(session, "operator enabled", operator.name)


def remove(session: Session, operator: Operator, by: By, *, force: bool = False) -> None:
    """Their lines in the audit stay. Raises Refused for the last operator, unless forced."""
    _spare_last(session, operator, force)
    sign_ins.end_all(session, operator.id)
    session.delete(operator)
    by.note(session, "operator removed", operator.name)


def end_sign_ins(session: Session, operator: Operator, by: By) -> None:
    _end_sign_ins(session, operator, by)
    by.note(session, "sign-ins ended", operator.name)


def _end_sign_ins(session: Session, operator: Operator, by: By) -> None:
    sign_ins.end_all(session, operator.id, but=by.token)


def _spare_last(session: Session, operator: Operator, force: bool) -> None:
    if not force and accounts.last(session, operator):
        raise Refused(_LAST.format(name=operator.name))


def _take_turn(session: Session) -> None:
    """Accounts are changed one after the other: two may not each take the other's role away."""
    take_turn(session, "operators")
