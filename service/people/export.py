"""Everything that is kept about one person."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from service.people import page_links
from service.people.sealed import sealed, sealed_params
from service.store.base import Base
from service.store.tables import AddressRow, Consent, Dialogue, Entry, Inbound, Person, Plan


def everything(session: Session, person_id: int) -> dict[str, Any]:
    """As values that JSON takes, without what opens something of theirs: a file may be passed on.

    Raises NoResultFound where there is no such person.
    """
    person = session.get_one(Person, person_id)
    addresses = session.scalars(select(AddressRow).where(AddressRow.person_id == person_id)).all()
    ids = [address.id for address in addresses]
    plan = session.get(Plan, person.plan_id) if person.plan_id else None
    dialogue = session.get(Dialogue, person_id)
    return {
        "person": _fields(person),
        "addresses": [_fields(address) for address in addresses],
        "plan": _fields(plan) if plan else None,
        "question": _fields(dialogue) if dialogue else None,
        "consent": _rows(session, Consent, Consent.address_id.in_(ids), Consent.id),
        "received": _rows(session, Inbound, Inbound.address_id.in_(ids), Inbound.id),
        "sent": [
            _sealed(row) for row in _rows(session, Entry, Entry.person_id == person_id, Entry.id)
        ],
    }


def as_json(kept: Any) -> str:
    """Links that open a page are left out of every text, whatever table it stands in."""
    return page_links.hidden(json.dumps(kept, indent=2, ensure_ascii=False))


def _rows(session: Session, table: type[Base], where: Any, order: Any) -> list[dict[str, Any]]:
    return [_fields(row) for row in session.scalars(select(table).where(where).order_by(order))]


def _sealed(sent: dict[str, Any]) -> dict[str, Any]:
    text, params = sealed(sent["text"], sent["key"]), sealed_params(sent["params"], sent["key"])
    return {**sent, "text": text, "params": params}


def _fields(row: Base) -> dict[str, Any]:
    """Every column of a row, so that one added later is exported without a change here."""
    values = {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
