"""Lists that several processes read at once, and one that is as long as they get."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from messages.catalogue import Catalogue
from service.imports import checking, files
from service.imports.lines import LineReader
from service.store.engine import Store, open_store
from service.store.import_tables import ImportFile

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
HEADING = "number,consent_at,consent_source,consent_words\n"


def keep(store: Store, text: str) -> int:
    kept, _ = files.keep(store, lambda: [text.encode()], "list.csv", "sms", NOW)
    return kept


def seen(store: Store, kept: int) -> ImportFile:
    """The file as a process finds it that is about to read it."""
    with store.read() as session:
        file = session.get_one(ImportFile, kept)
        session.expunge(file)
    return file


def reading(store: Store, catalogue: Catalogue, file: ImportFile) -> Iterator[None]:
    return checking.slices(store, file, LineReader(catalogue, NOW), ["key"])


def consenting(number: int) -> str:
    return f"+1415{2000000 + number},2026-01-31,paper form,I agree to reminders\n"


def test_who_comes_too_late_to_read_a_list_spoils_nothing(
    store: Store, catalogue: Catalogue
) -> None:
    kept = keep(store, HEADING + consenting(1))
    late = seen(store, kept)
    list(reading(store, catalogue, seen(store, kept)))
    with store.write() as session:
        assert files.confirm(session, kept, NOW)
    list(reading(store, catalogue, late))
    assert (seen(store, kept).state, seen(store, kept).problem) == (files.WRITING, "")


def test_of_two_who_read_a_list_one_goes_on(
    store: Store, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "BATCH", 2)
    kept = keep(store, HEADING + "".join(map(consenting, range(7))))
    slower = reading(store, catalogue, seen(store, kept))
    next(slower)
    list(reading(store, catalogue, seen(store, kept)))
    assert list(slower) == []
    assert (seen(store, kept).state, seen(store, kept).ready) == (files.CHECKED, 7)


def test_of_a_hundred_thousand_lines_each_bad_one_is_named(
    migrated: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    store = open_store(f"sqlite:///{shutil.copy(migrated, tmp_path / 'upright.db')}")
    broken = {
        1_000: ("12,2026-01-31,paper form,I agree\n", "number"),
        20_000: (
            f"{consenting(5).partition(',')[0]},,,\n",
            "consent_at, consent_source, consent_words",
        ),
        40_000: (consenting(7), "number"),  # a second time
        60_000: (consenting(60_000).strip() + ",more,and more\n", "the line"),
        80_000: (consenting(80_000).replace("2026", "2062"), "consent_at"),
        100_000: ("\0x,\0,\0,\n", "number, consent_at, consent_source, consent_words"),
    }
    text = HEADING + "".join(
        broken[at][0] if at in broken else consenting(at) for at in range(2, 100_002)
    )
    kept = keep(store, text)
    list(reading(store, catalogue, seen(store, kept)))
    refused = files.every_line(store, kept, files.REFUSED)
    assert {each.line: each.columns or "the line" for each in refused} == {
        at: columns for at, (_, columns) in broken.items()
    }
    file = seen(store, kept)
    assert (file.state, file.ready, file.refused) == (files.CHECKED, 99_994, 6)
    store.close()
