"""The role `import`: feeds of registered sources are read again and again, and what is new is submitted."""

from ingest.importing.importer import Importer

__all__ = ["Importer"]
