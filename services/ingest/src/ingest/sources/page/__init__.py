"""The plain text of a copied news page becomes a clean article; the noise around it is kept apart."""

from ingest.sources.page.model import EarlierHint, NotAPage, Page, Stamp, Teaser
from ingest.sources.page.parse import parse_page

__all__ = ["EarlierHint", "NotAPage", "Page", "Stamp", "Teaser", "parse_page"]
