"""How many people a slice of an import holds."""

from service.imports.writing import AIM, MOST, next_size


def test_a_slice_holds_what_this_machine_writes_in_time() -> None:
    assert next_size(40, AIM * 2) == 20
    assert next_size(40, AIM / 8) == 80  # it grows step by step
    assert next_size(MOST, AIM / 8) == MOST
    assert next_size(1, AIM * 50) == 1
