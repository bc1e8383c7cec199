"""A noun phrase in one place of the text."""

from dataclasses import dataclass

from enrich.linguistics.tokens import Token


@dataclass(frozen=True, slots=True)
class Phrase:
    """`key` are the lemmas: the same phrase in another form has the same key."""

    key: tuple[str, ...]
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, *tokens: Token) -> "Phrase":
        return cls(tuple(token.lemma for token in tokens), tokens)

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end
