"""The registry of enrichers: one line each. The first of a facet that serves the language does the work."""

from enrich.enrichers.base import Enricher
from enrich.enrichers.entities_gazetteer import GazetteerEntities
from enrich.enrichers.entities_ru import RussianEntities
from enrich.enrichers.keyphrases import Keyphrases
from enrich.enrichers.subjects import Subjects
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology


def registry(models: Models, morphology: Morphology) -> tuple[Enricher, ...]:
    """All enrichers of newsloom, in the order in which they run; later ones see the tags of earlier ones."""
    gazetteer = models.gazetteer
    return (
        RussianEntities(models, morphology, gazetteer),
        GazetteerEntities(morphology, gazetteer, models.aliases),
        Subjects(models.sections),
        Keyphrases(models, morphology),
    )
