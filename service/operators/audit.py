"""What operators did, for good, and every attempt to sign in that was looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.store.operator_tables import Audit, Operator

SIGNED_IN, SIGNED_OUT = "sign-in", "sign-out"
REFUSED, WRONG_CODE = "sign-in refused", "code refused"


def note(
    session: Session,
    action: str,
    operator: Operator | None,
    now: datetime,
    *,
    name: str = "",
    person_id: int | None = None,
    origin: str = "",
    **detail: Any,
) -> None:
    """Append one event. `detail` holds no number and no words of a person."""
    session.add(
        Audit(
            at=now,
            operator_id=operator.id if operator else None,
            name=operator.name if operator else name,
            action=action,
            person_id=person_id,
            origin=origin,
            detail=detail,
        )
    )
