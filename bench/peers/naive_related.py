"""A related index as a tutorial shows it: a dictionary of sets of ids, every term of every article in it."""

import math
from collections import defaultdict

from enrich.index.library import IndexedArticle
from enrich.related import RelatedQuery


class NaiveRelated:
    """Scores everything that shares any term, by the sum of inverse document frequencies."""

    def __init__(self) -> None:
        self._articles: dict[str, IndexedArticle] = {}
        self._postings: defaultdict[str, set[str]] = defaultdict(set)

    def put(self, article: IndexedArticle) -> None:
        self._articles[article.article_id] = article
        for key in article.keys:
            self._postings[key.term].add(article.article_id)

    def query(self, query: RelatedQuery) -> list[tuple[float, str]]:
        """The best six, as score and id."""
        scores: defaultdict[str, float] = defaultdict(float)
        for key in query.keys:
            found = self._postings.get(key.term, ())
            weight = key.weight * math.log((len(self._articles) + 1) / max(len(found), 1))
            for article_id in found:
                scores[article_id] += weight
        scores.pop(query.article_id, None)
        return sorted(((score, of) for of, score in scores.items()), reverse=True)[:6]
