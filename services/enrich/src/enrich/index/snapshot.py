"""The index on disk, for a fast start: one file, checksummed, safe to delete.

A line of text that names the format, a line of JSON, the arrays, and a digest of all that. Whatever is wrong
with a file, the index is read anew from the log instead; nothing is ever repaired.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from enrich.index.articles import ROW
from enrich.index.library import Packed
from enrich.index.postings import Run
from enrich.index.rarity import TABLE_BITS
from enrich.index_keys import KEYS_VERSION

MAGIC: Final = b"newsloom related index 1\n"
_DIGEST_BYTES: Final = 32
_LONGEST_HEADER: Final = 1 << 30
_AT_ONCE: Final = 1 << 22
_DTYPES: Final = {
    "rows": ROW,
    "pool": np.dtype("<u4"),
    "terms": np.dtype("<u8"),
    "starts": np.dtype("<u4"),
    "slots": np.dtype("<u4"),
}


class NotUsable(Exception):
    """The file is no snapshot for this index; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An index as it was when everything below `offsets` had been read from the log called `log`."""

    log: str
    offsets: Mapping[int, int]
    packed: Packed


class _Stream(Protocol):
    def update(self, data: bytes | memoryview, /) -> None: ...


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Replace the file by this snapshot, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _write(file, snapshot)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in this file. Raises NotUsable, also when there is none."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except FileNotFoundError:
        raise NotUsable("there is no snapshot yet") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, MemoryError) as error:
        raise NotUsable(f"the file cannot be read ({type(error).__name__})") from error


def _write(file: BinaryIO, snapshot: Snapshot) -> None:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    packed = snapshot.packed
    header = json.dumps(_header(snapshot), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    arrays = (_bytes(array) for array in _arrays(packed).values())
    for data in (memoryview(MAGIC), memoryview(header), *arrays):
        for start in range(0, len(data), _AT_ONCE):
            piece = data[start : start + _AT_ONCE]
            digest.update(piece)
            file.write(piece)
    file.write(digest.digest())


def _header(snapshot: Snapshot) -> dict[str, Any]:
    packed = snapshot.packed
    return {
        "made_for": _made_for(),
        "log": snapshot.log,
        "offsets": {str(partition): offset for partition, offset in snapshot.offsets.items()},
        "sizes": {name: len(array) for name, array in _arrays(packed).items()},
        "names": packed.names,
        "killed": packed.killed,
        "withheld": packed.withheld,
        "embargoes": {str(slot): until for slot, until in packed.embargoes.items()},
    }


def _arrays(packed: Packed) -> dict[str, NDArray[Any]]:
    run = packed.entries
    found = (packed.rows, packed.pool, run.terms, run.starts, run.slots)
    return dict(zip(_DTYPES, found, strict=True))


def _made_for() -> str:
    """What must be the same for the arrays to mean the same."""
    return f"keys {KEYS_VERSION}, rows {ROW.descr}, counts {TABLE_BITS}"


def _read(file: BinaryIO) -> Snapshot:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    if _line(file, digest, len(MAGIC)) != MAGIC:
        raise NotUsable("it is no snapshot of this format")
    header = json.loads(_line(file, digest, _LONGEST_HEADER))
    if header["made_for"] != _made_for():
        raise NotUsable("it was made by another version")
    arrays = {name: _array(file, digest, name, header["sizes"][name]) for name in _DTYPES}
    if file.read() != digest.digest():
        raise NotUsable("its checksum is wrong")
    packed = Packed(
        rows=arrays["rows"],
        pool=arrays["pool"],
        entries=Run(arrays["terms"], arrays["starts"], arrays["slots"]),
        names=tuple(header["names"]),
        killed=tuple(header["killed"]),
        withheld=header["withheld"],
        embargoes={int(slot): until for slot, until in header["embargoes"].items()},
    )
    offsets = {int(partition): offset for partition, offset in header["offsets"].items()}
    return Snapshot(log=header["log"], offsets=offsets, packed=packed)


def _line(file: BinaryIO, digest: _Stream, longest: int) -> bytes:
    line = file.readline(longest)
    digest.update(line)
    return line


def _array(file: BinaryIO, digest: _Stream, name: str, size: int) -> NDArray[Any]:
    array = np.empty(size, dtype=_DTYPES[name])
    data = _bytes(array)
    for start in range(0, len(data), _AT_ONCE):
        piece = data[start : start + _AT_ONCE]
        if file.readinto(piece) != len(piece):  # type: ignore[attr-defined] # a buffered reader has it
            raise NotUsable("it is cut short")
        digest.update(piece)
    return array


def _bytes(array: NDArray[Any]) -> memoryview:
    """The memory of an array."""
    return array.view(np.uint8).data
