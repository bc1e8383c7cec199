"""Event ids are plain UUIDs of version 5: another language computes the same with its own library."""

import hashlib
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from newsloom_schemas.identity import event_id


@given(st.uuids(), st.integers(0, 2**53 - 1), st.text(max_size=50))
def test_an_event_id_is_the_uuid5_that_any_library_gives(of: UUID, revision: int, content: str) -> None:
    digest = hashlib.sha256(content.encode()).hexdigest()
    expected = uuid5(of, f"{revision}\nnewsloom.test.v1\n{digest}")
    assert event_id(str(of), revision, "newsloom.test.v1", content) == str(expected)
