"""News in JSON, the format of IPTC: versions 1 to 3 read as one."""

from ingest.sources.ninjs.read import read_said

__all__ = ["read_said"]
