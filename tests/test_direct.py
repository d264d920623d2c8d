"""What the web process sends by itself, and what it does aside."""

from collections.abc import Callable
from threading import Event

from service import direct
from service.runtime import Runtime


def test_what_nobody_waits_for_is_done_one_by_one_and_only_so_much_of_it_waits(
    service: Callable[..., Runtime],
) -> None:
    runtime = service()
    hold, done, all_done = Event(), [], Event()

    def work() -> None:
        hold.wait(10)
        done.append(1)
        if len(done) == direct.ASIDE:
            all_done.set()

    for _ in range(3 * direct.ASIDE):
        runtime.direct.aside(work)
    hold.set()
    assert all_done.wait(10)
    last = Event()
    runtime.direct.aside(last.set)  # there is room again
    assert last.wait(10)
    assert len(done) == direct.ASIDE
