"""What the judges are shown: stories as newsrooms send them, and stories that try to break a format."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from newsloom_schemas import identity
from newsloom_schemas.article import ArticleContent, Author, EarlierMention, Image
from newsloom_schemas.document import (
    Correction,
    HistoryEntry,
    Publication,
    StoredArticleV3,
    StoredTranslation,
    Tombstone,
)
from newsloom_schemas.enrichment import EditorTags, Evidence, RelatedLink, Tag, Translation
from publish.feeds import feeds_of
from tests.factories import authors, content, skipped

SOURCE = "meridian"
FILLERS = 230
EMPTY_FEED = "source/nobody"
NOW = datetime.now(UTC).replace(microsecond=0)  # a news sitemap holds the last two days

SCRIPT = "</script><script>alert(1)</script><!-- <b>bold</b> & \"double\" 'single' &amp; &lt; ]]> <?xml?>"
CONTROLS = "bell\x07 tab\x0b feed\x0c unit\x1f non-character\ufffe\uffff delete\x7f next\x85line\rreturn"
SEPARATORS = "line\u2028separator and paragraph\u2029separator"
PILED_MARKS = "Z\u0300\u0301\u0302\u0303\u0304\u0305algo"
BIDI = "\u202egnirts desrever\u202c \u2066isolate\u2069 \u200b\u200bzero\ufeff"
NASTY = f"{SCRIPT} {CONTROLS} {SEPARATORS} {BIDI} {PILED_MARKS}"

RICH_BODY = (
    "<p>The <strong>old harbour</strong> reopened on <em>Thursday</em>, see "
    '<a href="https://port.example/?a=1&amp;b=%D0%B4" rel="noopener nofollow">the port</a>.</p>'
    "<h2>What changed</h2><ul><li>two lanes</li><li>a cycle path &amp; lights</li></ul>"
    "<blockquote><p>“It took two years,” said the engineer.</p></blockquote>"
    "<table><caption>Traffic</caption><tbody><tr><th>Day</th><th>Cars</th></tr>"
    "<tr><td>Thursday</td><td>12,400</td></tr></tbody></table><pre>line one\n  line two</pre>"
)


def article_id(name: str) -> str:
    """The id of the story of this name."""
    return identity.article_id(SOURCE, name)


def story(name: str, *, minutes: int = 0, **fields: Any) -> StoredArticleV3:
    """A published article, `minutes` ago; `fields` change the document, its publication or its content."""
    own = _taken(fields, StoredArticleV3)
    shown = _taken(fields, Publication)
    article = content(**fields)
    published = article.published_at or NOW - timedelta(minutes=minutes)
    publication = Publication(
        **{
            "submission_event_id": str(uuid4()),
            "revision": 1,
            "accepted_at": NOW - timedelta(minutes=minutes),
            "published_at": published,
            "content": article,
            "language": article.language or "und",
            "enrichment": skipped(),
        }
        | shown
    )
    feeds = feeds_of(publication, SOURCE, own.get("editor_tags"))
    whole = {
        "article_id": article_id(name),
        "source": SOURCE,
        "external_id": name,
        "document_version": 1,
        "publication": publication,
        "feeds": feeds,
        "feeds_ever": feeds,
    }
    return StoredArticleV3(**whole | own)


def _taken(fields: dict[str, Any], model: Any) -> dict[str, Any]:
    """What of the fields belongs to the model; a name that the content has too is the content's."""
    own = model.model_fields.keys() - ArticleContent.model_fields.keys()
    return {name: fields.pop(name) for name in tuple(fields) if name in own}


def killed(name: str) -> StoredArticleV3:
    """What is left of a killed article."""
    once = story(name)
    gone = {"publication": None, "feeds": (), "document_version": 2}
    tombstone = Tombstone(event_id=str(uuid4()), reason="withdrawn", killed_at=NOW)
    return once.model_copy(update={**gone, "tombstone": tombstone})


def withheld(name: str) -> StoredArticleV3:
    """An article under embargo: stored whole, in no feed."""
    until = NOW + timedelta(days=1)
    return story(name, embargo_until=until, headline="Not yet").model_copy(
        update={"feeds": (), "withheld_until": until}
    )


def tag(label: str, tag_id: str | None = None, kind: Any = "place", **fields: Any) -> Tag:
    """A tag as enrich makes them, found in the headline."""
    quote = Evidence(part="headline", start=0, end=4, quote="Harb")
    made = {"confidence": 0.8, "basis": "heuristic", "method": "gazetteer", "evidence": (quote,)}
    return Tag(**{"kind": kind, "label": label, "id": tag_id, **made, **fields})


def translated(language: str, **fields: Any) -> StoredTranslation:
    """A machine translation of revision 1 (or of the `revision` among the fields)."""
    revision, stale = fields.pop("revision", 1), fields.pop("stale", False)
    made = {
        "status": "published",
        "engine": "argos",
        "version": "1.9",
        "headline": "Мост открыт",
        "lead": "Движение возобновлено.",
        "body_html": "<p>Старый мост открыт.</p>",
        "translated_at": NOW,
    }
    translation = Translation(**{"language": language, **made, **fields})
    return StoredTranslation(event_id=str(uuid4()), revision=revision, stale=stale, translation=translation)


def realistic() -> list[StoredArticleV3]:
    """Stories as a newsroom sends them."""
    return [_plain(), _corrected(), _arabic(), _bare()]


def _plain() -> StoredArticleV3:
    return story(
        "plain",
        body_html=RICH_BODY,
        canonical_url="https://meridian.example/city/bridge",
        authors=authors("Ann Berg"),
        keywords=("bridges", "harbour"),
        images=(
            Image(
                url="https://img.example/bridge.jpg", alt="The bridge", credit="Ann", width=1200, height=800
            ),
        ),
        rights="© Meridian",
        urgency=3,
        tags=(
            tag("Oslo", "geonames:3143244"),
            tag("transport", "medtop:20000337", kind="subject"),
            tag("Norway", "iso3166:NO"),
        ),
        related=tuple(
            RelatedLink(
                article_id=article_id(name), relation="same-story", score=0.7, reasons=("both: Oslo",)
            )
            for name in ("corrected", "killed", "withheld", "nasty", "nowhere")
        ),
        translations={
            "ru": translated("ru"),
            "pt-BR": translated("pt-BR", headline="A ponte reabriu", lead=None, body_html="<p>Ponte.</p>"),
            "de": translated(
                "de", status="failed", reason="engine away", headline=None, lead=None, body_html=None
            ),
            "uk": translated("uk", stale=True),
        },
    )


def _corrected() -> StoredArticleV3:
    changed = (Correction(field="headline", old="0" * 32, new="1" * 32),)
    entry = HistoryEntry(
        document_version=3,
        cause="revision",
        event_id=str(uuid4()),
        revision=2,
        at=NOW,
        note="Число жертв уточнено.",
        corrections=changed,
    )
    return story(
        "corrected",
        minutes=30,
        headline="Мост через старую гавань снова открыт",
        lead="Движение восстановлено спустя два года.",
        body_html="<p>Мост открыли в четверг.</p><p>Власти уточнили данные.</p>",
        language="ru",
        section="Мировые новости",
        authors=(
            Author(name="Иван Петров", role="корреспондент", uri="https://meridian.example/люди?кто=иван"),
            Author(name="Мария Д’Арк", role="фотограф"),
        ),
        modified_at=NOW - timedelta(minutes=5),
        note="Число жертв уточнено.",
        earlier=(EarlierMention(title="Мост закрыт", url="https://meridian.example/старое"),),
        revision=2,
        document_version=3,
        history=(entry,),
        editor_tags=EditorTags(edit=1, added=(tag("Осло", "wikidata:Q585", basis="editor"),), editor="Анна"),
        translations={"en": translated("en", revision=2, headline="Bridge reopens", lead=None)},
    )


def _arabic() -> StoredArticleV3:
    return story(
        "arabic",
        minutes=40,
        headline="إعادة فتح الجسر القديم",
        lead="عادت حركة المرور بعد عامين.",
        body_html="<p>أعيد فتح الجسر يوم الخميس.</p>",
        language="ar",
        section=None,
    )


def _bare() -> StoredArticleV3:
    return story("bare", minutes=50, lead=None, body_html="", language=None, section=None)


def nasty() -> list[StoredArticleV3]:
    """Stories that try to break a format. Whatever comes in, what goes out is valid."""
    return [_hostile_text(), _about_markup(), _hostile_addresses(), _crowded(), _huge(), _odd_dates()]


def _hostile_text() -> StoredArticleV3:
    return story(
        "nasty",
        minutes=60,
        headline=f"<b>Bold</b> {NASTY}",
        lead=NASTY,
        body_html=f"<p>]]&gt; &lt;script&gt; {CONTROLS} {SEPARATORS} {BIDI}</p>",
        authors=(
            *authors(NASTY[:200], "<i>Ann</i>, Bob", "a@b.example"),
            Author(name="Eve", role=SCRIPT, uri="https://nasty.example/\"><script>alert(1)</script>?a=%zz#'"),
        ),
        keywords=(NASTY[:200], "a,b", "  spaced  "),
        section=f"World/News. {SCRIPT}"[:200],
        rights=NASTY,
        note=NASTY,
        images=(Image(url="https://img.example/?a=1&b='\"", alt=NASTY, caption=NASTY, credit=NASTY[:200]),),
        tags=(
            tag(SCRIPT[:200], "not an id </script>"),
            tag(NASTY[:200], "wikidata:Q1", kind="person", role="source"),
        ),
        related=(
            RelatedLink(article_id=article_id("plain"), relation="topical", score=1, reasons=(NASTY[:200],)),
        ),
        translations={
            "ru": translated(
                "ru", headline=NASTY, lead=NASTY, body_html=f"<p>{SEPARATORS}</p>", engine=SCRIPT[:100]
            )
        },
    )


def _about_markup() -> StoredArticleV3:
    """What a technology desk writes: nothing of it is markup."""
    return story(
        "markup",
        minutes=60,
        headline="R&D: why &nbsp; and &#160; differ, and 1 < 2 <3",
        lead="AT&T &amp; others; if a<b && b>c",
        keywords=("R&D", "a<b"),
        authors=authors("Smith & Sons"),
        section="R&D <beta>",
    )


def _hostile_addresses() -> StoredArticleV3:
    return story(
        "addresses",
        minutes=61,
        headline="Addresses that are legal enough to be stored",
        canonical_url='https://новости.example/путь/"цитата"<b>?q=[x]&a={b}|c^`#первая',
        images=(
            Image(url="https://img.example/фото%zz.jpg", alt=""),
            Image(url="https://img.example/<script>.png"),
        ),
        earlier=(EarlierMention(title=NASTY, url="https://old.example/%/[]?\\"),),
    )


def _crowded() -> StoredArticleV3:
    return story(
        "crowded",
        minutes=62,
        authors=authors(*(f"Author {n}" for n in range(60))),
        keywords=tuple(f"keyword {n % 150}" for n in range(200)),  # some twice
        images=tuple(Image(url=f"https://img.example/{n}.jpg", alt=f"Picture {n}") for n in range(40)),
        tags=tuple(tag(f"Place {n}", f"geonames:{n}") for n in range(60)),
    )


def _huge() -> StoredArticleV3:
    paragraph = "<p>" + "Гавань и мост. " * 60 + "</p>"
    return story(
        "huge",
        minutes=63,
        headline="Щ" * 500,
        lead="Ы" * 5_000,
        body_html=paragraph * 300,
        language="ru",
    )


def _odd_dates() -> StoredArticleV3:
    return story(
        "old",
        headline="From the archive",
        published_at=datetime(1994, 1, 2, 3, 4, 5, tzinfo=UTC),
        modified_at=datetime(1994, 1, 1, tzinfo=UTC),  # before it was published: sources do that
    )


def fillers() -> Iterable[StoredArticleV3]:
    """Enough for pages of 200 and one more."""
    for number in range(FILLERS):
        yield story(f"filler-{number}", minutes=100 + number, headline=f"Story number {number}")


def everything() -> list[StoredArticleV3]:
    """All that the stand shows, and what it must not."""
    return [*realistic(), *nasty(), *fillers(), killed("killed"), withheld("withheld")]
