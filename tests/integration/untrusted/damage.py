"""Damages record batches where the broker keeps them: what a bad disk does, and what no client can send.

The broker hands a batch out as it lies there, so the reader meets it. The batch keeps its length.
"""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import psutil
from aiokafka.record.util import calc_crc32c

_FRAME = struct.Struct(">qi")  # base offset, length of what follows
_CRC = struct.Struct(">I")
_CRC_AT = 17
_ATTRIBUTES_AT = 21

Change = Callable[[bytes], bytes]


def damage(kafka: str, topic: str, partition: int, offset: int, change: Change) -> None:
    """Change the batch that begins at `offset`. The broker must run on this machine."""
    [segment] = (_log_folder(kafka) / f"{topic}-{partition}").glob("*.log")
    start, length = _place(segment.read_bytes(), offset)
    with segment.open("r+b") as file:
        file.seek(start)
        batch = file.read(length)
        changed = change(batch)
        assert len(changed) == length
        file.seek(start)
        file.write(changed)
        file.flush()
        os.fsync(file.fileno())


def rotten(batch: bytes) -> bytes:
    """A bit has flipped in the last record, so that the checksum is wrong."""
    return batch[:-2] + bytes([batch[-2] ^ 0x01]) + batch[-1:]


def strangely_compressed(batch: bytes) -> bytes:
    """A compression that nobody knows, under a right checksum."""
    attributes = batch[_ATTRIBUTES_AT + 1] | 0x07
    return _sealed(batch[: _ATTRIBUTES_AT + 1] + bytes([attributes]) + batch[_ATTRIBUTES_AT + 2 :])


def oddly_named(batch: bytes) -> bytes:
    """A header name that is not UTF-8 in place of `ce_subject`, under a right checksum."""
    assert b"ce_subject" in batch
    return _sealed(batch.replace(b"ce_subject", b"\xff\xfe_subject"[:10]))


def whole_again(original: bytes) -> Change:
    """What was there before."""
    return lambda _batch: original


def _sealed(batch: bytes) -> bytes:
    return batch[:_CRC_AT] + _CRC.pack(calc_crc32c(batch[_ATTRIBUTES_AT:])) + batch[_ATTRIBUTES_AT:]


def _place(segment: bytes, offset: int) -> tuple[int, int]:
    at = 0
    while at + _FRAME.size <= len(segment):
        base, length = _FRAME.unpack_from(segment, at)
        if base == offset:
            return at, _FRAME.size + length
        at += _FRAME.size + length
    raise AssertionError(f"no batch begins at offset {offset}")


def _log_folder(kafka: str) -> Path:
    """Where the broker that listens there keeps its log, as its own settings file says."""
    port = int(kafka.rsplit(":", 1)[1])
    listening = [each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN]
    [pid] = {each.pid for each in listening if each.laddr and each.laddr.port == port}
    settings = Path(psutil.Process(pid).cmdline()[-1]).read_text()
    [folder] = (line.split("=", 1)[1] for line in settings.splitlines() if line.startswith("log.dirs="))
    return Path(folder)
