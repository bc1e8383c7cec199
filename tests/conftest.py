"""Resources that tests share: one real Kafka and one real mongod for the whole session."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.local_stack import shared_stack


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Addresses of the real parts. Use unique topics, groups and databases: others use them too."""

    kafka: str
    mongo: str


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A real Kafka and a real mongod, started when the first test asks for them."""
    with shared_stack() as addresses:
        assert addresses.kafka is not None
        assert addresses.mongo is not None
        yield Stack(kafka=addresses.kafka, mongo=addresses.mongo)
