"""Other people's labelled texts, in the two forms that are most common: factRuEval and CoNLL.

Their labels say where a name stands and which places name the same, not what a tag should be called. So a tag
is judged by its evidence: right when it was found where a labelled name of its type stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from enrich.analysis import Analyst
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Evidence, Tag
from tests.evaluation.gold import NameType
from tests.evaluation.names import TYPES
from tests.evaluation.scores import ALL, Counts, Row, row

HEADLINE_CHARS: Final = 400
_TYPES: Final[dict[str, NameType]] = {
    **dict.fromkeys(("PER", "PERS", "PERSON", "Person"), "PER"),
    **dict.fromkeys(("LOC", "LOCATION", "GPE", "Location", "LocOrg"), "LOC"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION", "Org"), "ORG"),
}
_NO_SPACE_BEFORE: Final = frozenset(".,;:!?)»”…%")
_NO_SPACE_AFTER: Final = frozenset("(«“")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A labelled place in the text; mentions of one `name` are the same person, place or organisation."""

    name: str
    type: NameType
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text with its mentions; offsets count its code points."""

    id: str
    language: str
    text: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A text laid out as an article: its first line is the headline. `places` maps back to the text."""

    content: ArticleContent
    places: dict[tuple[str, int], int]

    def span(self, evidence: Evidence) -> tuple[int, int]:
        start = self.places[evidence.part, evidence.start]
        return start, self.places[evidence.part, evidence.end - 1] + 1


def fact_ru_eval(folder: Path) -> Iterator[LabelledText]:
    """A folder with `.txt`, `.tokens`, `.spans`, `.objects` and, where there are any, `.coref` files."""
    for path in sorted(folder.rglob("*.objects")):
        spans = {line[0]: (int(line[2]), int(line[3])) for line in _fields(path.with_suffix(".spans"))}
        objects = {line[0]: line[1:] for line in _fields(path)}
        names = _clusters(path.with_suffix(".coref"))
        mentions = [
            _object(number, fields, spans, names) for number, fields in objects.items() if fields[0] in _TYPES
        ]
        text = path.with_suffix(".txt").read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        yield LabelledText(id=path.stem, language="ru", text=text, mentions=tuple(mentions))


def conll(folder: Path, language: str) -> Iterator[LabelledText]:
    """A file or folder of files with a word a line, its IOB label last, an empty line between sentences."""
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        for number, sentences in enumerate(_documents(lines)):
            yield _assembled(f"{path.stem}-{number}", language, sentences)


def rows(part: str, analyst: Analyst, texts: Iterable[LabelledText]) -> Iterator[Row]:
    """Figures of one folder by type, as a document is tagged and not as words are."""
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    language = ""
    for text in texts:
        language = text.language
        laid = laid_out(text.text)
        if laid is None:
            continue
        tags = analyst.analyse("gold", laid.content.model_copy(update={"language": language})).tags
        for kind in ("PER", "LOC", "ORG"):
            counts[kind] += judged(text, laid, [tag for tag in tags if TYPES.get(tag.kind) == kind], kind)
        counts["untyped"] += judged(text, laid, [tag for tag in tags if tag.kind in {*TYPES, "entity"}], None)
    counts[ALL] = counts["PER"] + counts["LOC"] + counts["ORG"]
    for kind, total in counts.items():
        yield row(part, language, kind, total)


def judged(text: LabelledText, laid: Laid, tags: Sequence[Tag], kind: str | None) -> Counts:
    """Each tag takes the labelled name that it shares most places with; what is left over is missed."""
    mentions = [mention for mention in text.mentions if kind is None or mention.type == kind]
    names = {mention.name for mention in mentions}
    taken: set[str] = set()
    for tag in tags:
        shared: defaultdict[str, int] = defaultdict(int)
        for start, end in (laid.span(evidence) for evidence in tag.evidence):
            for mention in mentions:
                if mention.start < end and start < mention.end and mention.name not in taken:
                    shared[mention.name] += 1
        if shared:
            taken.add(max(sorted(shared), key=lambda name: shared[name]))
    return Counts(right=len(taken), wrong=len(tags) - len(taken), missed=len(names - taken))


def laid_out(text: str) -> Laid | None:
    """The text as an article; None when there is nothing but one line."""
    lines = [(at, line) for at, line in _lines(text) if line.strip()]
    if len(lines) < 2:
        return None
    places: dict[tuple[str, int], int] = {}
    headline = _laid(lines[0], "headline", 0, places)[:HEADLINE_CHARS]
    body, length = [], 0
    for line in lines[1:]:
        body.append(_laid(line, "body", length, places))
        length += len(body[-1]) + 1
    html = "".join(f"<p>{escape(line, quote=False)}</p>" for line in body)
    return Laid(content=ArticleContent(headline=headline, body_html=html), places=places)


def _laid(line: tuple[int, str], part: str, length: int, places: dict[tuple[str, int], int]) -> str:
    """The line with single spaces, as the plain text of an article has it."""
    laid: list[str] = []
    for at, letter in enumerate(line[1], start=line[0]):
        if letter.isspace() and (not laid or laid[-1] == " "):
            continue
        places[part, length + len(laid)] = at
        laid.append(" " if letter.isspace() else letter)
    return "".join(laid).rstrip()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def _fields(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        fields = line.split("#")[0].split()
        if fields:
            yield fields


def _clusters(path: Path) -> dict[str, str]:
    """Which objects are the same: object id to the id of what they name."""
    if not path.exists():
        return {}
    return {number: fields[0] for fields in _fields(path) if fields[0].isdigit() for number in fields[1:]}


def _object(
    number: str, fields: Sequence[str], spans: dict[str, tuple[int, int]], names: dict[str, str]
) -> Mention:
    places = [spans[span] for span in fields[1:] if span in spans]
    start, end = min(at for at, _ in places), max(at + length for at, length in places)
    return Mention(name=names.get(number, f"object {number}"), type=_TYPES[fields[0]], start=start, end=end)


def _documents(lines: Sequence[str]) -> Iterator[list[list[tuple[str, str]]]]:
    """Sentences of words with labels, cut at `-DOCSTART-` or, without it, every thirty sentences."""
    marked = any(line.startswith("-DOCSTART-") for line in lines)
    document: list[list[tuple[str, str]]] = []
    sentence: list[tuple[str, str]] = []
    for line in [*lines, "", "-DOCSTART-"]:
        fields = line.split()
        if fields and fields[0] != "-DOCSTART-" and not line.startswith("# "):
            sentence.append((fields[0], fields[-1]))
            continue
        if sentence:
            document.append(sentence)
            sentence = []
        if document and (line.startswith("-DOCSTART-") or (not marked and len(document) >= 30)):
            yield document
            document = []


def _assembled(name: str, language: str, sentences: Sequence[Sequence[tuple[str, str]]]) -> LabelledText:
    """The running text of words; same wording in one text is taken for the same name."""
    text, mentions = "", []
    for sentence in sentences:
        text += "\n" if text else ""
        before, at, kind = "", 0, ""
        for word, label in sentence:
            joint = not before or word[0] in _NO_SPACE_BEFORE or before in _NO_SPACE_AFTER
            text += "" if joint else " "
            mark, _, said = label.partition("-")
            if kind and (mark != "I" or said != kind):
                mentions += _mention(text.rstrip(), at, kind)
                kind = ""
            if mark in ("B", "I", "S", "U") and not kind:
                at, kind = len(text), said
            text += word
            before = word
        if kind:
            mentions += _mention(text, at, kind)
    return LabelledText(id=name, language=language, text=text, mentions=tuple(mentions))


def _mention(text: str, start: int, kind: str) -> list[Mention]:
    if kind not in _TYPES:
        return []
    kind = _TYPES[kind]
    return [Mention(name=f"{kind} {text[start:].casefold()}", type=_TYPES[kind], start=start, end=len(text))]
