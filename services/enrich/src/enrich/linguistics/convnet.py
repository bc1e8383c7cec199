"""The forward pass of slovnet's taggers, over all sentences at once and without padding.

The models are slovnet's own: word and shape embeddings, three convolutions over three neighbouring words, a
linear layer. Here the sentences stand one after the other with an empty word between them, which is what the
padding of a convolution sees; so nothing is computed for padding. The products of the first and widest
convolution are computed once for each distinct word. Results are those of slovnet up to rounding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from enrich.linguistics.morphology import Grammar

Floats = NDArray[np.float32]
_CACHED_WORDS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Named:
    """A name: its type as the model calls it, and the words `words[first:stop]` that it covers."""

    type: str
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution, and the scale and shift that follow it; weights of the three neighbours side by side."""

    weights: Floats
    bias: Floats
    scale: Floats
    shift: Floats

    @classmethod
    def of(cls, layer: Any) -> "_Layer":
        weights, norm = layer.conv.weight.array, layer.norm
        scale = norm.weight.array / norm.std.array
        return cls(
            weights=np.ascontiguousarray(np.concatenate([weights[:, :, at].T for at in range(3)], axis=1)),
            bias=layer.conv.bias.array,
            scale=scale,
            shift=norm.bias.array - norm.mean.array * scale,
        )

    def from_products(self, products: Floats, empty: NDArray[np.intp]) -> Floats:
        """Output for words whose products with `weights` these are; rows of `empty` words stay zero."""
        width = len(self.bias)
        output = products[:, width : 2 * width] + self.bias
        output[1:] += products[:-1, :width]
        output[:-1] += products[1:, 2 * width :]
        np.maximum(output, 0, out=output)
        output *= self.scale
        output += self.shift
        output[empty] = 0
        return output


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sentences one after the other, an empty word after each.

    `rows` numbers each word among the `distinct` ones from 1, the empty word 0; `empty`: where those are.
    """

    distinct: Sequence[str]
    rows: Sequence[int]
    empty: NDArray[np.intp]

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]]) -> "_Layout":
        numbers: dict[str, int] = {}
        rows: list[int] = []
        empty: list[int] = []
        for sentence in sentences:
            rows += [numbers.setdefault(word, len(numbers) + 1) for word in sentence]
            empty.append(len(rows))
            rows.append(0)
        return cls(tuple(numbers), rows, np.array(empty, dtype=np.intp))


class ConvNet:
    """Scores of the tags for every word of some sentences."""

    def __init__(self, infer: Any) -> None:
        model, self._encoder = infer.model, infer.encoder
        self._embed = model.emb
        self._layers = [_Layer.of(layer) for layer in model.encoder.layers]
        self._weights, self._bias = model.head.proj.weight.array, model.head.proj.bias.array
        self._ids = lru_cache(_CACHED_WORDS)(self._ids_of)

    def scores(self, sentences: Sequence[Sequence[str]]) -> Floats:
        """A row for each word, in order, without the empty words between sentences."""
        laid = _Layout.of(sentences)
        first, *others = self._layers
        hidden = first.from_products(self._first_products(laid.distinct)[laid.rows], laid.empty)
        for layer in others:
            hidden = layer.from_products(hidden @ layer.weights, laid.empty)
        told = np.ones(len(laid.rows), dtype=bool)
        told[laid.empty] = False
        scores: Floats = hidden[told] @ self._weights + self._bias
        return scores

    def _first_products(self, words: Sequence[str]) -> Floats:
        """Products of the first layer: a row of zeros for the empty word, then a row for each word."""
        ids = np.array([self._ids(word) for word in words], dtype=np.intp).reshape(-1, 2)
        weights = self._layers[0].weights
        products = np.zeros((len(ids) + 1, weights.shape[1]), dtype=np.float32)
        np.matmul(self._embed(ids[:, 0], ids[:, 1]), weights, out=products[1:])
        return products

    def _ids_of(self, word: str) -> tuple[int, int]:
        (word_ids, shape_ids) = self._encoder.item([word])
        return word_ids[0], shape_ids[0]


class GrammarTagger:
    """Part of speech, case, gender and number of Russian words in their sentences."""

    def __init__(self, morph: Any) -> None:
        from slovnet.conll import parse_conll_tag

        self._net = ConvNet(morph.infer)
        tags = morph.infer.decoder.tags_vocab.items
        self._grammars = [Grammar.of_universal(*parse_conll_tag(tag)) for tag in tags]

    def grammars(self, sentences: Sequence[Sequence[str]]) -> list[Grammar]:
        """One for each word of all sentences, in order."""
        best = self._net.scores(sentences).argmax(axis=1)
        return [self._grammars[at] for at in best.tolist()]


class NameTagger:
    """Names in Russian texts: people, places, organisations."""

    def __init__(self, ner: Any) -> None:
        self._net = ConvNet(ner.infer)
        self._tags: list[str] = ner.infer.decoder.tags_vocab.items
        self._transitions: Floats = ner.infer.model.head.crf.transitions.array

    def names(self, words: Sequence[str]) -> list[Named]:
        """Names in order. The words are those of a whole text, which is read as one sentence."""
        if not words:
            return []
        best = _most_likely(self._net.scores([words]), self._transitions)
        return list(_spans([self._tags[at] for at in best]))


def _most_likely(emissions: Floats, transitions: Floats) -> list[int]:
    """The tags of the best path (Viterbi): each word's scores, and what each tag scores after each other."""
    steps, tags = emissions.shape
    came_from = np.empty((steps, tags), dtype=np.intp)
    score, columns = emissions[0], np.arange(tags)
    paths = np.empty_like(transitions)
    for step in range(1, steps):
        np.add(score[:, None], transitions, out=paths)
        back = paths.argmax(axis=0, out=came_from[step])
        score = paths[back, columns] + emissions[step]
    best = [int(score.argmax())]
    for row in reversed(came_from[1:].tolist()):
        best.append(row[best[-1]])
    return best[::-1]


def _spans(tags: Sequence[str]) -> Iterator[Named]:
    """From `B-PER I-PER O` to spans; an inside that follows no name belongs to none."""
    type_, first = "", 0
    for at, tag in enumerate((*tags, "O")):
        part, _, of = tag.partition("-")
        if type_ and part != "I":
            yield Named(type_, first, at)
            type_ = ""
        if part == "B":
            type_, first = of, at
