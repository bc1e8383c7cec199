"""The addresses of everything feeds serves; one place, so that no format invents its own."""

from collections.abc import Iterable
from urllib.parse import quote, urlencode

Query = Iterable[tuple[str, str]]


class Links:
    """Builds absolute addresses below the public base URL."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")

    @property
    def home(self) -> str:
        return f"{self._base}/"

    @property
    def news_sitemap(self) -> str:
        return f"{self._base}/sitemap-news.xml"

    def article(self, article_id: str, form: str | None = None) -> str:
        """The article for programs, in its own JSON or in another form."""
        return f"{self._base}/v1/articles/{article_id}{_in_form(form)}"

    def translation(self, article_id: str, language: str, form: str | None = None) -> str:
        """A translation for programs."""
        return f"{self.article(article_id)}/translations/{quote(language, safe='')}{_in_form(form)}"

    def article_page(self, article_id: str, language: str | None = None) -> str:
        """The article for people, or its translation. The address holds no headline, so it never changes."""
        translated = f"/{quote(language, safe='')}" if language else ""
        return f"{self._base}/articles/{article_id}{translated}"

    def feed(self, feed_id: str, ending: str = "", query: Query = ()) -> str:
        """A feed in one of its forms; `query` narrows it or names one of its pages."""
        asked = urlencode(list(query))
        return f"{self._base}/v1/feeds/{quote(feed_id, safe='/:')}{ending}{'?' if asked else ''}{asked}"

    def events(self, feed_id: str, query: Query = ()) -> str:
        return self.feed(feed_id, "/events", query)


def _in_form(form: str | None) -> str:
    return f"?format={form}" if form else ""
