"""The words of schedules: their few articles, the codes of events, and how things are called in a diary."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache

from newsloom_schemas import identity
from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import FeedUpdatedV1
from publish.ports import Emission
from tests import factories
from tests.unit.publish.builders import edit, kill, revision, translation

STORIES: Mapping[str, int] = {"a": 0, "b": 0, "c": 1}  # with their partitions
SECTIONS = ("City", "Sport", "Culture", "Science", "Travel", "World")
EMBARGO = timedelta(seconds=5)
NAMES = {identity.article_id("meridian", story): story for story in STORIES}


@lru_cache
def event_of(story: str, code: str) -> Event:
    """An event by its code: r2 a revision (r4 under embargo), r2+ its second run, r2! another of the same
    number, t2 its translation, e1 an edit of the tags, e1! another of the same number, k the kill."""
    kind, number, other = code[0], int(code[1:2] or 0), code.endswith("!")
    match kind:
        case "r":
            until = factories.MOMENT + EMBARGO if number == 4 else None
            section = SECTIONS[number]
            headline = f"{'Other r' if other else 'R'}evision {number} of {story}"
            run = int(code.endswith("+"))
            return revision(
                number, run=run, story=story, section=section, headline=headline, embargo_until=until
            )
        case "t":
            return translation(number, story=story)
        case "e":
            return edit(number, story=story, label="Other" if other else f"Label {number}")
        case _:
            return kill(story)


def names(article_ids: Sequence[str]) -> str:
    """The articles by their stories."""
    return " ".join(NAMES[each] for each in article_ids)


def document_in_words(document: StoredArticleV3) -> str:
    """Such as `a v3 (r2, es, withheld)`."""
    held = [f"r{document.publication.revision}"] if document.publication else []
    held += [tag for tag, each in document.translations.items() if not each.stale]
    held += ["withheld"] if document.withheld_until else []
    held += ["killed"] if document.killed else []
    return f"{NAMES[document.article_id]} v{document.document_version} ({', '.join(held)})"


def event_in_words(event: Event) -> str:
    """Such as `a ArticleEnrichedV2 2`."""
    return f"{NAMES[event.subject]} {type(event).__name__} {getattr(event, 'revision', '')}".strip()


def emission_in_words(emission: Emission) -> str:
    """Such as `feed-updates: a v2 remove section/city`."""
    topic, event = emission
    where = f"{event.action} {event.feed_id}" if isinstance(event, FeedUpdatedV1) else type(event).__name__
    return f"{topic.name}: {NAMES[event.subject]} v{getattr(event, 'document_version', '?')} {where}"
