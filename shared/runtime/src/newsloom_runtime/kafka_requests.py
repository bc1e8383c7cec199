"""Requests of Kafka's protocol that the client library can carry but has no method for: ACLs and passwords.

Numbers and layouts: https://kafka.apache.org/protocol.
"""

from collections.abc import Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest_v1, DeleteAclsRequest_v1, DescribeAclsRequest_v1
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    CompactArray,
    CompactBytes,
    CompactString,
    Int8,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

Row = tuple[Any, ...]


class DescribeAcls(Request[DescribeAclsRequest_v1]):  # type: ignore[misc]  # aiokafka has no types
    """The rules that fit a filter."""

    API_KEY = 29

    def __init__(self, row: Row) -> None:
        self._row = row

    def build(self, request_struct_class: type[DescribeAclsRequest_v1]) -> DescribeAclsRequest_v1:
        return request_struct_class(*self._row)


class CreateAcls(Request[CreateAclsRequest_v1]):  # type: ignore[misc]  # aiokafka has no types
    """Adds rules; one that is there already stays as it is."""

    API_KEY = 30

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return request_struct_class(self._rows)


class DeleteAcls(Request[DeleteAclsRequest_v1]):  # type: ignore[misc]  # aiokafka has no types
    """Takes away the rules that fit one of the filters."""

    API_KEY = 31

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)

    def build(self, request_struct_class: type[DeleteAclsRequest_v1]) -> DeleteAclsRequest_v1:
        return request_struct_class(self._rows)


class AlterScramResponse(Response):  # type: ignore[misc]  # aiokafka has no types
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class AlterScramStruct(RequestStruct):  # type: ignore[misc]  # aiokafka has no types
    FLEXIBLE_VERSION = True
    API_KEY = 51
    API_VERSION = 0
    RESPONSE_TYPE = AlterScramResponse
    SCHEMA = Schema(
        (
            "deletions",
            CompactArray(("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields)),
        ),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class AlterScram(Request[AlterScramStruct]):  # type: ignore[misc]  # aiokafka has no types
    """Sets passwords, salted before they leave us."""

    API_KEY = 51

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)

    def build(self, request_struct_class: type[AlterScramStruct]) -> AlterScramStruct:
        return request_struct_class([], [(*row, {}) for row in self._rows], {})


async def sent(client: AIOKafkaAdminClient, request: Request[Any]) -> Any:
    """The broker's answer; in KRaft every broker hands such requests on to the controller."""
    return await client._send_to_controller(request)
