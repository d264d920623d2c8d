"""Files as spreadsheets and people make them."""

import codecs
import tracemalloc
from collections.abc import Iterator

import pytest

from service.imports import reading

TEXT = "number,consent_words\r\n+12125550177,I agrée\r\n+12125550188,yes\r\n"


def parts(content: bytes, size: int = 5) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def cells(content: bytes, size: int = 5) -> list[tuple[int, list[str]]]:
    encoding = reading.encoding_of([content])
    heading = reading.heading_of(parts(content, size), encoding)
    lines = reading.lines_of(parts(content, size), encoding, heading)
    return [(line.at, list(line.cells.values())) for line in lines]


def problems(content: bytes) -> list[tuple[int, str]]:
    encoding = reading.encoding_of([content])
    heading = reading.heading_of([content], encoding)
    return [(line.at, line.problem) for line in reading.lines_of([content], encoding, heading)]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("latin-1"),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("I agr", '"I agr').replace("ée", 'ée"').encode(),
        TEXT.replace("yes", "y\0es").encode(),
        TEXT.rstrip().encode(),
    ],
    ids=[
        "utf-8", "mark", "utf-16", "utf-16-be", "le-unmarked", "be-unmarked", "latin-1", "newline",
        "return", "semicolon", "tab", "quoted", "nul", "no-end",
    ],
)  # fmt: skip
def test_it_is_read_however_it_was_saved(content: bytes) -> None:
    assert cells(content) == [(2, ["+12125550177", "I agrée"]), (3, ["+12125550188", "yes"])]


def test_a_cell_may_have_lines_and_separators() -> None:
    content = b'number,consent_words\n+1,"one, two\nthree"\n\n+2,four\n'
    assert cells(content) == [(2, ["+1", "one, two\nthree"]), (5, ["+2", "four"])]


def test_names_of_columns_are_read_kindly() -> None:
    heading = reading.heading_of([b"\n Number ;Consent-At; First Name\n"], "utf-8-sig")
    assert list(heading.columns) == ["number", "consent_at", "first_name"]
    assert list(heading.ignored) == ["First Name"]


def test_more_cells_than_columns_are_a_problem() -> None:
    [(at, problem)] = problems(b"number,days\n+1,Mon,Tue\n")
    assert (at, "more cells than the heading" in problem) == (2, True)


def test_a_quotation_mark_that_is_not_closed_costs_its_lines_and_no_others() -> None:
    rows = "".join(f"+{each},Mon\n" for each in range(20_000))
    found = problems(f'number,days\n+1,"Mon\n{rows}'.encode())
    assert found[0][0] == 2
    assert "quotation mark" in found[0][1]
    assert found[-1] == (20_002, "")


def test_a_large_file_is_never_in_memory_as_a_whole() -> None:
    def endless() -> Iterator[bytes]:
        yield b"number,consent_words\n"
        for _ in range(200):
            yield b"+12125550177,I agree to it\n" * 2_000

    heading = reading.heading_of(endless(), "utf-8-sig")
    tracemalloc.start()
    many = sum(1 for _ in reading.lines_of(endless(), "utf-8-sig", heading))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (many, peak < 1_000_000) == (400_000, True)
