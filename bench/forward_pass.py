"""The taggers' forward pass alone: sentence by sentence, in batches, and a whole article or more at once.

The peer is slovnet as its documentation shows it. Run by `bench.enrich` in a process of its own, because the
number of threads of a linear algebra library is settled when it is loaded.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from itertools import chain

from bench.texts import everything_russian, submissions
from enrich.linguistics.convnet import GrammarTagger
from enrich.linguistics.models import Models
from enrich.linguistics.sentences import sentence_bounds
from enrich.linguistics.words import word_bounds

Sentences = Sequence[Sequence[str]]
TOGETHER = 8


def cut(text: str) -> Sentences:
    """The words of each sentence."""
    lines = (text[first:last] for first, last in sentence_bounds(text, "ru"))
    return [[line[start:end] for start, end in word_bounds(line)] for line in lines]


def words_a_second(run: Callable[[Sentences], object], articles: Sequence[Sentences]) -> int:
    """Words tagged in a second of processor time."""
    run(articles[0])
    started = time.process_time()
    for article in articles:
        run(article)
    seconds = time.process_time() - started
    return int(sum(len(sentence) for article in articles for sentence in article) / seconds)


def measure(articles: Sequence[Sentences]) -> dict[str, int]:
    """Each way on the same articles."""
    models = Models()
    ours, theirs = GrammarTagger(models.morph), models.morph
    together = [
        list(chain.from_iterable(articles[at : at + TOGETHER])) for at in range(0, len(articles), TOGETHER)
    ]
    return {
        "slovnet, a sentence at a time": words_a_second(
            lambda lines: [theirs(line) for line in lines], articles
        ),
        "slovnet, batches of 8 sentences": words_a_second(lambda lines: list(theirs.map(lines)), articles),
        "a sentence at a time": words_a_second(
            lambda lines: [ours.grammars([line]) for line in lines], articles
        ),
        "an article at a time": words_a_second(ours.grammars, articles),
        f"{TOGETHER} articles at a time": words_a_second(ours.grammars, together),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="bench.forward_pass", description=__doc__)
    parser.add_argument("--articles", type=int, default=40)
    count = parser.parse_args().articles
    texts = submissions(everything_russian(), count, prefix="pass")
    print(json.dumps(measure([cut(text["body_text"]) for text in texts])))


if __name__ == "__main__":
    main()
