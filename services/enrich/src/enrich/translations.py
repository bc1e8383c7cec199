"""Which translations an article should get, and what its facet says until they arrive."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

from newsloom_schemas.enrichment import Facet, Tag
from newsloom_schemas.languages import UNDETERMINED, primary_language

METHOD: Final = "translator"
MAX_NAME_CHARS: Final = 200
MAX_NAMES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Translations:
    """The languages that readers want, and the pairs (from, to) that some engine serves or may serve."""

    wanted: tuple[str, ...]
    pairs: Container[tuple[str, str]] = frozenset()

    @property
    def in_use(self) -> bool:
        """Whether any translation may ever be asked for."""
        return bool(self.wanted) and bool(self.pairs)

    def targets(self, language: str) -> tuple[str, ...]:
        """Languages to ask the translator for."""
        own = primary_language(language)
        return tuple(target for target in self.wanted if (own, target) in self.pairs)

    def facet(self, language: str) -> Facet:
        """`pending` while translations are on their way, `unavailable` with the reason when none can come."""
        own = primary_language(language)
        if own == UNDETERMINED:
            return Facet(status="unavailable", reason="the language is unknown")
        missing = ", ".join(f"{own}->{target}" for target in self.wanted if target != own)
        if self.targets(language):
            return Facet(status="pending", method=METHOD)
        if not missing:
            return Facet(status="skipped", reason="no translations are wanted")
        return Facet(status="unavailable", reason=f"no engine for {missing}")


def names_in(tags: Iterable[Tag]) -> tuple[str, ...]:
    """Names that a translation must not touch, as the text has them: people, authors, and who is quoted."""
    named = (tag for tag in tags if tag.kind == "person" or tag.role in ("author", "source"))
    forms = (form for tag in named for form in (tag.label, *(each.quote for each in tag.evidence)))
    return tuple(dict.fromkeys(form for form in forms if len(form) <= MAX_NAME_CHARS))[:MAX_NAMES]
