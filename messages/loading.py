"""What is read once and kept for good: quickly in, and no burden on the garbage collector afterwards."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def for_good() -> Iterator[None]:
    """Read without collecting, which takes a quarter of the time, then leave it out of every later round."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collecting:
            gc.enable()
