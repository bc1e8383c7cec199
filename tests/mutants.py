"""The fences of publish, each as the edit of our own source that takes it away.

Every one of them must be caught: by the random schedules of the unit tests, which load the edited source
beside the real one, and by the fault runs, which run services from an edited copy of the tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DECIDE = "services/publish/src/publish/decide.py"
PUBLISH = "services/publish/src/publish/publish.py"
FEEDS = "services/publish/src/publish/feeds.py"
LIFT = "services/publish/src/publish/lift.py"
PROOFREAD = "services/publish/src/publish/proofread.py"
HARNESS = "shared/runtime/src/newsloom_runtime/harness.py"
MEMORY = "shared/store/src/newsloom_store/memory.py"
MONGO = "shared/store/src/newsloom_store/write.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A replacement in one file, given by its path in the checkout; `old` stands there exactly once."""

    file: str
    old: str
    new: str

    def applied(self, source: str) -> str:
        """The edited source. Raises ValueError when the source has moved on: then the table must follow."""
        if (found := source.count(self.old)) != 1:
            raise ValueError(f"{self.file} holds {found} times what a mutant replaces: {self.old!r}")
        return source.replace(self.old, self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A build with one fence removed; `breaks` is what then goes wrong."""

    name: str
    breaks: str
    edits: tuple[Edit, ...]


def apply_to(root: Path, mutant: Mutant) -> None:
    """Edit a copy of the checkout. Never call it on the checkout itself."""
    for edit in mutant.edits:
        path = root / edit.file
        path.write_text(edit.applied(path.read_text(encoding="utf-8")), encoding="utf-8")


MUTANTS: Sequence[Mutant] = (
    Mutant(
        name="no-version-swap",
        breaks="a paused writer puts its old state over a newer one",
        edits=(
            Edit(
                file=MEMORY,
                old="if (stored.document_version if stored else None) != swap.expected_version:",
                new="if False:",
            ),
            Edit(
                file=MONGO,
                old='ReplaceOne({ID: raw[ID], "document_version": swap.expected_version}, raw)',
                new="ReplaceOne({ID: raw[ID]}, raw)",
            ),
        ),
    ),
    Mutant(
        name="commit-before-emit",
        breaks="a crash between the two loses the batch",
        edits=(
            Edit(
                file=HARNESS,
                old="        received, rejections = self._sifted(raws)\n",
                new="        await self._commit(batch.offsets)\n"
                "        received, rejections = self._sifted(raws)\n",
            ),
            Edit(
                file=HARNESS,
                old="        await self._bury(raws, rejections)\n        await self._commit(batch.offsets)\n",
                new="        await self._bury(raws, rejections)\n",
            ),
        ),
    ),
    Mutant(
        name="silent-replay",
        breaks="what was stored before a crash is never told",
        edits=(
            Edit(
                file=PUBLISH,
                old="_TELLING = frozenset({Kind.APPLY, Kind.KILL, Kind.REPLAY})",
                new="_TELLING = frozenset({Kind.APPLY, Kind.KILL})",
            ),
        ),
    ),
    Mutant(
        name="differences",
        breaks="a feed that the article left two changes ago is never told so",
        edits=(
            Edit(
                file=DECIDE,
                old="    ever = stored.feeds_ever if stored is not None else ()\n",
                new="    ever = stored.feeds if stored is not None else ()\n",
            ),
        ),
    ),
    Mutant(
        name="kill-not-absorbing",
        breaks="a killed article comes back",
        edits=(
            Edit(
                file=DECIDE,
                old="    if stored is not None and stored.killed:\n"
                '        return Decision(kind=Kind.STALE, reason="the article is killed")\n',
                new="    if stored is not None and stored.killed:\n"
                '        stored = stored.model_copy(update={"tombstone": None})\n',
            ),
        ),
    ),
    Mutant(
        name="no-revision-fence",
        breaks="an older revision that comes late replaces a newer one",
        edits=(
            Edit(
                file=DECIDE,
                old="if held is None or (held.revision, held.run) < (event.revision, event.run):",
                new="if held is None or (held.revision, held.run) != (event.revision, event.run):",
            ),
        ),
    ),
    Mutant(
        name="no-proofreader",
        breaks="what a woken publisher tells too late stays the last word",
        edits=(
            Edit(
                file=PROOFREAD,
                old="return head is not None and mark.document_version < head.document_version",
                new="return False",
            ),
        ),
    ),
    Mutant(
        name="kill-keeps-translations",
        breaks="the killed text lives on in the store in another language",
        edits=(Edit(file=DECIDE, old="        translations={},\n        editor_tags=None,\n", new=""),),
    ),
    Mutant(
        name="translation-of-any-revision",
        breaks="readers see the translation of a text that is not the one beside it",
        edits=(
            Edit(
                file=DECIDE,
                old="if stored is None or stored.publication is None"
                " or stored.publication.revision != event.revision:",
                new="if stored is None or stored.publication is None:",
            ),
        ),
    ),
    Mutant(
        name="lost-swap-ignored",
        breaks="the event whose swap was lost has no effect",
        edits=(
            Edit(
                file=PUBLISH,
                old="        pending = {key: pending[key] for key in lost}\n        if not pending:\n",
                new="        settled = folds | settled\n        pending = {}\n        if not pending:\n",
            ),
        ),
    ),
    Mutant(
        name="no-pause",
        breaks="a later batch commits past one that was set aside, and a crash loses that",
        edits=(
            Edit(
                file=HARNESS,
                old="            self._consumer.pause(*self._owned(batch))",
                new="            self._owned(batch)",
            ),
        ),
    ),
    Mutant(
        name="failed-commit-forgotten",
        breaks="a commit that failed is never made good while nothing new arrives: the lag stays",
        edits=(
            Edit(
                file=HARNESS, old="            await self._commit_what_failed()\n", new="            pass\n"
            ),
        ),
    ),
    Mutant(
        name="lift-unmarked",
        breaks="an article whose embargo ended just before a crash is never told",
        edits=(Edit(file=LIFT, old='"untold_since": now,', new='"untold_since": None,'),),
    ),
    Mutant(
        name="embargo-ignored",
        breaks="everyone reads it before its time",
        edits=(
            Edit(
                file=FEEDS,
                old="return content.embargo_until is not None and content.embargo_until > now",
                new="return False",
            ),
        ),
    ),
)
