"""Of three copies or more, a record is acknowledged only when a majority has it."""

import pytest

from newsloom_runtime.topics import durability


@pytest.mark.parametrize(("copies", "in_sync"), [(3, "2"), (4, "3"), (5, "3")])
def test_an_acknowledged_record_survives_the_loss_of_a_broker(copies: int, in_sync: str) -> None:
    assert durability(copies) == {"min.insync.replicas": in_sync}


@pytest.mark.parametrize("copies", [1, 2])
def test_with_fewer_copies_the_loss_of_a_broker_does_not_stop_every_writer(copies: int) -> None:
    assert durability(copies) == {}
