"""The form of a link code: what is said over a phone isn't misheard, and no word looks like one."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

# Without 0 O 1 I L (look alike) and U, so that hardly a word comes out.
_DIGITS, _LETTERS = "23456789", "ABCDEFGHJKMNPQRSTVWXYZ"
_HALF, _HALVES = 4, 2
LENGTH = _HALF * _HALVES
_PART = re.compile(r"[0-9a-z]+")


def made(choose: Callable[[Sequence[str]], str]) -> str:
    """A new one, such as 7K4M2XQP; `choose` takes one of several at random. 2.8e11 are possible."""
    return "".join(_half(choose) for _ in range(_HALVES))


def _half(choose: Callable[[Sequence[str]], str]) -> str:
    """There is a digit in each, and no sign twice in a row: it would be taken for a key held down."""
    while True:
        half = "".join(choose(_DIGITS + _LETTERS) for _ in range(_HALF))
        if not half.isalpha() and all(one != next_ for one, next_ in pairwise(half)):
            return half


def shown(code: str) -> str:
    """As it is told: 7K4M-2XQP."""
    return "-".join(code[at : at + _HALF] for at in range(0, LENGTH, _HALF))


def tidied(text: str) -> str:
    """A code as it is kept, whatever case, hyphens and blanks it was written with."""
    return "".join(_PART.findall(text.lower())).upper()


def looks_like(text: str) -> bool:
    """Is this a code, perhaps with one sign too many or too few, rather than words?

    A part of three signs and more has a digit in it, as the halves of a code have.
    """
    parts = _PART.findall(text.lower())
    sizes = sum(len(part) for part in parts)
    digits = any(sign.isdigit() for part in parts for sign in part)
    return (
        digits
        and LENGTH - 1 <= sizes <= LENGTH + 1
        and not any(len(part) > LENGTH // _HALF and part.isalpha() for part in parts)
    )
