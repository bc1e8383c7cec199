"""Languages, sentences, subjects and keyphrases against their labels."""

from collections.abc import Iterator, Sequence
from typing import Final

from enrich.article_text import ArticleText
from enrich.enrichers.language import LanguageIdentifier
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Tokeniser
from enrich.reading import Reading
from enrich.topics.vocabulary import PREFIX, Vocabulary
from newsloom_schemas.languages import primary_language
from tests.evaluation.analyses import Analysed
from tests.evaluation.gold import GoldArticle
from tests.evaluation.names import normal
from tests.evaluation.scores import Counts, Row, by_language, ratio, row, share

# Shorter ones are names and interjections: `und` is the right answer to them.
MIN_WORDS: Final = 4


def language_rows(models: Models, articles: Sequence[GoldArticle]) -> Iterator[Row]:
    """Whether every sentence by itself, and every article as a whole, is told its language."""
    identifier = LanguageIdentifier(models)
    for language, mine in by_language(articles):
        lines = [
            line
            for article in mine
            for part in article.body
            for line in part
            if len(line.split()) >= MIN_WORDS
        ]
        for what, texts in (("sentences", lines), ("articles", [article.text for article in mine])):
            said = [primary_language(identifier.run(_of(text)).tag) for text in texts]
            wrong = [f"{tag}: {text[:80]}" for tag, text in zip(said, texts, strict=True) if tag != language]
            yield share("language", language, what, (tag == language for tag in said), wrong)


def sentence_rows(models: Models, articles: Sequence[GoldArticle]) -> Iterator[Row]:
    """Sentences with both their ends right; a paragraph of one sentence counts like any other."""
    tokeniser = Tokeniser(models, Morphology(models))
    for language, mine in by_language(articles):
        total, mistakes = Counts(), []
        for article in mine:
            text = ArticleText.of(article.source, article.content())
            said, wanted = _said(Reading(text, language, tokeniser)), _wanted(article)
            total += Counts(right=len(said & wanted), wrong=len(said - wanted), missed=len(wanted - said))
            mistakes += [
                f"{article.id}: no sentence: {text.body[at:end]}" for at, end in sorted(said - wanted)
            ]
        yield row("sentences", language, "spans", total, mistakes)


def subject_rows(articles: Sequence[Analysed], vocabulary: Vocabulary) -> Iterator[Row]:
    """Subjects an editor would leave on, and of those he would put on himself how many are there.

    A parent of an expected topic is right and counts as finding it; `exact recall` does without parents.
    """
    for language, mine in by_language(articles):
        said = wrong = expected = near = exact = 0
        mistakes: list[str] = []
        for analysed in mine:
            topics = {tag.id for tag in analysed.tags if tag.kind == "subject" and tag.id is not None}
            wanted = set(analysed.article.subjects.expected)
            chains = {topic: _chain(topic, vocabulary) for topic in wanted}
            allowed = set(analysed.article.subjects.allowed).union(*chains.values())
            absent = {topic for topic, chain in chains.items() if not chain & topics}
            said, wrong = said + len(topics), wrong + len(topics - allowed)
            expected, near = expected + len(wanted), near + len(wanted - absent)
            exact += len(wanted & topics)
            mistakes += [f"{analysed.article.id}: wrong {topic}" for topic in sorted(topics - allowed)]
            mistakes += [f"{analysed.article.id}: missed {topic}" for topic in sorted(absent)]
        figures = {
            "precision": ratio(said - wrong, said),
            "recall": ratio(near, expected),
            "exact recall": ratio(exact, expected),
        }
        yield Row(
            part="subjects",
            language=language,
            what="topics",
            figures=figures,
            support=expected,
            mistakes=tuple(mistakes),
        )


def keyphrase_rows(articles: Sequence[Analysed]) -> Iterator[Row]:
    """Keyphrases beside an editor's: there are many good ones, so these figures are low by nature.

    `near` is the share that has a word in common with an editor's; `no repeats` the share that says something
    which no name or subject of the article says.
    """
    for language, mine in by_language(articles):
        total, near, marks, mistakes = Counts(), 0, [], []
        for analysed in mine:
            said = {normal(tag.label) for tag in analysed.tags if tag.kind == "keyphrase"}
            wanted = {normal(phrase) for phrase in analysed.article.keyphrases}
            others = {normal(tag.label) for tag in analysed.tags if tag.kind != "keyphrase"}
            right = len(said & wanted)
            total += Counts(right=right, wrong=len(said) - right, missed=len(wanted) - right)
            stems = set().union(*map(_stems, wanted))
            near += sum(not stems.isdisjoint(_stems(phrase)) for phrase in said)
            marks += [phrase not in others for phrase in said]
            mistakes += [f"{analysed.article.id}: repeats {phrase}" for phrase in sorted(said & others)]
        figures = {"precision": total.precision, "recall": total.recall, "near": ratio(near, len(marks))}
        yield Row(
            part="keyphrases", language=language, what="as labelled", figures=figures, support=len(marks)
        )
        yield share("keyphrases", language, "no repeats", marks, mistakes)


def _stems(phrase: str) -> set[str]:
    """Beginnings of the words that carry the meaning."""
    return {word[:5] for word in phrase.split() if len(word) > 3}


def _chain(topic: str, vocabulary: Vocabulary) -> set[str]:
    """The topic and all that are broader."""
    return {topic, *(PREFIX + code for code in vocabulary.ancestors(topic.removeprefix(PREFIX)))}


def _of(text: str) -> ArticleText:
    return ArticleText(source="gold", headline=text, lead="", body="")


def _said(reading: Reading) -> set[tuple[int, int]]:
    """Where the sentences of the body begin and end, as the tokens tell."""
    spans: dict[int, tuple[int, int]] = {}
    for token in reading.tokens:
        found = reading.joined.evidence(token.start, token.end)
        if found is not None and found.part == "body":
            start = spans.get(token.sentence, (found.start, 0))[0]
            spans[token.sentence] = (start, found.end)
    return set(spans.values())


def _wanted(article: GoldArticle) -> set[tuple[int, int]]:
    spans, at = set(), 0
    for sentence in (sentence for paragraph in article.body for sentence in paragraph):
        spans.add((at, at + len(sentence)))
        at += len(sentence) + 1  # a space, or the line break between paragraphs
    return spans
