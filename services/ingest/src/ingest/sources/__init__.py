"""The registry of dialects: every form in which ingest takes an article, one file each and one row here."""

from ingest.outcome import Ignored
from ingest.sources.dialect import Deed, Delivery, Dialect, Placed, Said, Withdrawal
from ingest.sources.feed_documents import FEED
from ingest.sources.ghost import GHOST
from ingest.sources.html_page import HTML
from ingest.sources.json_submission import JSON
from ingest.sources.markdown import MARKDOWN
from ingest.sources.ninjs_items import NINJS
from ingest.sources.page_submission import PAGE
from ingest.sources.superdesk import SUPERDESK
from ingest.sources.webhook import WEBHOOK
from ingest.sources.wordpress import WORDPRESS

DIALECTS: tuple[Dialect, ...] = (
    JSON,
    PAGE,
    NINJS,
    SUPERDESK,
    WEBHOOK,
    GHOST,
    MARKDOWN,
    FEED,
    WORDPRESS,
    HTML,
)

__all__ = ["DIALECTS", "Deed", "Delivery", "Dialect", "Ignored", "Placed", "Said", "Withdrawal"]
