"""What a reader wants of a feed: the same choice for a page and for the live stream that goes on from it."""

from dataclasses import dataclass

from newsloom_schemas.identity import language_feed, source_feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The articles of one source, in one language (its primary subtag), or both; None leaves it open."""

    source: str | None = None
    language: str | None = None

    @property
    def feed_ids(self) -> tuple[str, ...]:
        """The feeds that an article must be in as well: the filter as the store knows it."""
        by_source = () if self.source is None else (source_feed(self.source),)
        by_language = () if self.language is None else (language_feed(self.language),)
        return by_source + by_language

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The filter as parameters of an address, always in the same order."""
        pairs = (("language", self.language), ("source", self.source))
        return tuple((name, value) for name, value in pairs if value is not None)

    def admits_source(self, source: str) -> bool:
        """Whether articles of the source are wanted. An article never changes its source."""
        return self.source is None or self.source == source

    def admits_language(self, language: str) -> bool:
        """Whether articles in the language are wanted. A correction may change an article's language."""
        return self.language is None or language_feed(self.language) == language_feed(language)


EVERYTHING = Filter()
