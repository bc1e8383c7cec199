"""The times of news pages: phrases in four languages, and the interval of moments that each can mean."""

from ingest.sources.page.times.capture import Capture, UnknownZone, zone_named
from ingest.sources.page.times.interval import Interval
from ingest.sources.page.times.reading import Reading, read_time

__all__ = ["Capture", "Interval", "Reading", "UnknownZone", "read_time", "zone_named"]
