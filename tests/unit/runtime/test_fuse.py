"""The fuse counts in a row, over batches, and blows at its limit."""

import pytest

from newsloom_runtime.fuse import Fuse, FuseBlown


def test_it_blows_at_the_limit_over_batches() -> None:
    fuse = Fuse(3)
    fuse.observe([False, True])
    fuse.observe([True])
    with pytest.raises(FuseBlown):
        fuse.observe([True])


def test_one_good_record_starts_the_count_again() -> None:
    fuse = Fuse(3)
    fuse.observe([True, True, False, True, True])
    fuse.observe([False, True, True])
