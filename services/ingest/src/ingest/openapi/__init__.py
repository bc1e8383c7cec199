"""The OpenAPI document: the routes read raw bytes, so what they take and answer is described here."""

from ingest.openapi.document import install
from ingest.openapi.operations import (
    asset_probe,
    asset_upload,
    batch,
    kill,
    page_preview,
    status,
    tags,
)
from ingest.openapi.parts import Operation
from ingest.openapi.submissions import submission

__all__ = [
    "Operation",
    "asset_probe",
    "asset_upload",
    "batch",
    "install",
    "kill",
    "page_preview",
    "status",
    "submission",
    "tags",
]
