"""The models of this process, each loaded when first asked for and then kept.

Both Russian models are read from the archives inside the `natasha` distribution. Its code is never imported:
it needs a package that breaks with current setuptools.
"""

from functools import cached_property
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

from enrich.linguistics.aliases import AliasPack
from enrich.linguistics.gazetteer import Gazetteer

NAVEC_ARCHIVE: Final = "navec_news_v1_1B_250K_300d_100q.tar"
NER_ARCHIVE: Final = "slovnet_ner_news_v1.tar"
MORPH_ARCHIVE: Final = "slovnet_morph_news_v1.tar"


class ModelNotFound(RuntimeError):
    """A model archive is missing from the installation; the message names the fix."""


def archive(name: str) -> Path:
    """Path of a model archive inside the natasha distribution."""
    for file in distribution("natasha").files or ():
        if file.name == name:
            return Path(str(file.locate()))
    raise ModelNotFound(f"the model {name} is not installed; run `uv sync` to install natasha with its data")


class Models:
    """Loads on first use, so that a worker that never sees Russian never pays for its models."""

    def __init__(
        self,
        languages: tuple[str, ...] = ("ru", "uk", "en", "es", "de", "fr", "pl"),
        alias_packs: tuple[Path, ...] = (),
        sections: Path | None = None,
    ) -> None:
        self.languages = languages
        self.sections = sections
        self._alias_packs = alias_packs

    def load(self) -> None:
        """Loads everything now: a first article must not pay for it out of its time budget."""
        _ = (self.identifier, self.ner, self.morph, self.russian, self.ukrainian, self.aliases)
        self.gazetteer.find("Київ", "uk")

    @cached_property
    def identifier(self) -> Any:
        """Of all languages the model knows: what is in none of ours must not be taken for one of them."""
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
        unknown = set(self.languages) - set(identifier.labels)
        if unknown:
            raise ModelNotFound(f"no language model for {', '.join(sorted(unknown))}; see ENRICH_LANGUAGES")
        return identifier

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return Gazetteer()

    @cached_property
    def aliases(self) -> AliasPack:
        return AliasPack.load(self._alias_packs)

    @cached_property
    def navec(self) -> Any:
        from navec import Navec

        return Navec.load(archive(NAVEC_ARCHIVE))

    @cached_property
    def ner(self) -> Any:
        from slovnet import NER

        return NER.load(archive(NER_ARCHIVE)).navec(self.navec)

    @cached_property
    def morph(self) -> Any:
        from slovnet import Morph

        morph = Morph.load(archive(MORPH_ARCHIVE)).navec(self.navec)
        # Both know the same 250,000 words: kept once, that saves a tenth of the process's memory.
        morph.infer.encoder.words_vocab = self.ner.infer.encoder.words_vocab
        return morph

    @cached_property
    def russian(self) -> Any:
        from pymorphy3 import MorphAnalyzer

        return MorphAnalyzer(lang="ru")

    @cached_property
    def ukrainian(self) -> Any:
        from pymorphy3 import MorphAnalyzer

        return MorphAnalyzer(lang="uk")
