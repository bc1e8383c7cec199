"""Compressed batches unpack within a bound: a stranger's few kilobytes must not become gigabytes here.

The client library unpacks a batch whole and knows no limit, so its functions are replaced by ones that stop.
tests/integration/runtime holds that it looks them up where we put them.
"""

import mmap
import zlib
from collections.abc import Callable
from typing import Any

import aiokafka.codec
import cramjam
from aiokafka.record import default_records

MAX_UNPACKED_BYTES = 64 * 1024 * 1024  # sixteen of the largest records

_NO_ROOM = "whole buffer"  # cramjam has one error for everything


class UnpacksTooLarge(Exception):
    """A batch holds more than is ever unpacked. Its partition halts, as at any batch that cannot be read."""

    def __init__(self) -> None:
        super().__init__(f"a compressed batch unpacks to more than {MAX_UNPACKED_BYTES} bytes")


def bound_unpacking() -> None:
    """From now on every consumer of this process unpacks within the bound. Harmless when repeated."""
    for name, unpack in _BOUNDED.items():
        for module in _where_batches_are_read():
            setattr(module, name, unpack)


def _where_batches_are_read() -> list[Any]:
    try:
        from aiokafka.record._crecords import default_records as compiled
    except ImportError:  # where no wheel fits, the library runs in Python
        return [default_records]
    return [default_records, compiled]


def _gzip(payload: Any) -> bytes:
    decompressor = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    unpacked = _within(decompressor.decompress(payload, MAX_UNPACKED_BYTES + 1))
    if not decompressor.eof:
        raise EOFError("a compressed batch is cut off")
    return unpacked


def _into_room(unpack_into: Callable[[Any, Any], int]) -> Callable[[Any], bytes]:
    """Unpacking that fails when the room is used up. Memory that nothing is written to costs nothing."""

    def unpack(payload: Any) -> bytes:
        with mmap.mmap(-1, MAX_UNPACKED_BYTES) as room:
            try:
                return room[: unpack_into(payload, room)]
            except cramjam.DecompressionError as error:
                if _NO_ROOM in str(error):
                    raise UnpacksTooLarge from error
                raise

    return unpack


def _snappy(payload: Any) -> bytes:
    # It cannot make more than some twenty times as much, and a record batch has a limit of its own.
    return _within(aiokafka.codec.snappy_decode(payload))


def _within(unpacked: bytes) -> bytes:
    if len(unpacked) > MAX_UNPACKED_BYTES:
        raise UnpacksTooLarge
    return unpacked


_BOUNDED: dict[str, Callable[[Any], bytes]] = {
    "gzip_decode": _gzip,
    "snappy_decode": _snappy,
    "lz4_decode": _into_room(cramjam.lz4.decompress_into),
    "zstd_decode": _into_room(cramjam.zstd.decompress_into),
}
