"""An article being read: its texts, and the costly views of them, each made once and shared by enrichers."""

from functools import cached_property

from enrich.article_text import ArticleText, JoinedText
from enrich.linguistics.sentences import Bounds, sentence_bounds
from enrich.linguistics.tokens import Token, Tokeniser


class Reading:
    """One article in one language."""

    def __init__(self, article: ArticleText, language: str, tokeniser: Tokeniser) -> None:
        self.article = article
        self.language = language
        self._tokeniser = tokeniser

    @cached_property
    def joined(self) -> JoinedText:
        return JoinedText.of(self.article)

    @cached_property
    def sentences(self) -> tuple[Bounds, ...]:
        """Start and end of each sentence of the joined text."""
        return tuple(sentence_bounds(self.joined.text, self.language))

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Tokens of the joined text."""
        return self._tokeniser.tokens(self.joined.text, self.language)
