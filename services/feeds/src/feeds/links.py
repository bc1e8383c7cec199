"""The addresses of everything feeds serves; one place, so that no format invents its own."""

from urllib.parse import quote


class Links:
    """Builds absolute addresses below the public base URL."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")

    @property
    def home(self) -> str:
        return f"{self._base}/"

    def article(self, article_id: str) -> str:
        return f"{self._base}/v1/articles/{article_id}"

    def translation(self, article_id: str, language: str) -> str:
        return f"{self.article(article_id)}/translations/{quote(language, safe='')}"

    def feed(self, feed_id: str, ending: str = "") -> str:
        return f"{self._base}/v1/feeds/{quote(feed_id, safe='/')}{ending}"

    def page(self, feed_id: str, ending: str, *, limit: int, before: str) -> str:
        return f"{self.feed(feed_id, ending)}?limit={limit}&before={before}"

    def events(self, feed_id: str) -> str:
        return self.feed(feed_id, "/events")
