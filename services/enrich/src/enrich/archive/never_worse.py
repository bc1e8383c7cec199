"""What stands published is better than a failure: a run that fails for an article leaves it as it is."""

from enrich.ports import ArticleEnricher
from newsloom_runtime.errors import PermanentError
from newsloom_schemas.enrichment import Enrichment
from newsloom_schemas.events import ArticleEnrichedV2, ArticleSubmittedV2


class NeverWorse:
    """An enricher that refuses results with a failed facet."""

    def __init__(self, enricher: ArticleEnricher) -> None:
        self._enricher = enricher

    async def enriched(self, event: ArticleSubmittedV2, run: int = 0) -> ArticleEnrichedV2:
        """Raises PermanentError: the wish becomes a dead letter, to be replayed when the cause is mended."""
        result = await self._enricher.enriched(event, run)
        if failed := failures(result.enrichment):
            raise PermanentError(
                "not-better",
                f"{', '.join(failed)} failed in run {run}, what is published stays; mend the cause, which the"
                " service's log tells, and replay this letter",
            )
        return result


def failures(enrichment: Enrichment) -> list[str]:
    """Names of the facets that failed."""
    return [name for name in type(enrichment).model_fields if getattr(enrichment, name).status == "failed"]
