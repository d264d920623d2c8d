"""`make fuzz`, second part: no text takes longer than 50 ms of processor time to understand.

Not among the tests of `make test`, which a busy machine must not fail.
"""

import time

from hypothesis import HealthCheck, given, settings

from service.conversation.understand import understand
from tests.conversation.test_fuzz import MANY, TEXTS
from tests.vocabulary import VOCABULARY

LONGEST = 0.05  # seconds


def test_no_text_takes_long() -> None:
    longest: list[tuple[float, str]] = [(0.0, "")]

    @settings(max_examples=max(MANY // 4, 100), suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    def measure(text: str) -> None:
        taken = min(_seconds(text), _seconds(text))  # the second leaves out what interrupted us
        longest[0] = max(longest[0], (taken, text))

    measure()
    assert longest[0][0] < LONGEST, longest


def _seconds(text: str) -> float:
    start = time.process_time()
    understand(text, VOCABULARY)
    return time.process_time() - start
