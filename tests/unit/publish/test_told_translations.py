"""However many and long its translations are, an article can be told."""

from newsloom_schemas.codec import dump
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticlePublishedV2
from newsloom_schemas.public_state import TOLD_TRANSLATIONS_BYTES, differing, of_document, of_record
from newsloom_schemas.submission import MAX_BODY_CHARS
from publish.feeds import emissions_for
from publish.publish import fold
from tests import factories
from tests.unit.publish.builders import URL, revision, translation

RECORD_BYTES = 4 * 1024 * 1024
LONGEST = "ї" * (MAX_BODY_CHARS - len("<p></p>"))


def article(*texts: tuple[str, str]) -> StoredArticleV3:
    events = [translation(1, language, text=text) for language, text in texts]
    document = fold(None, [revision(1, body_html=f"<p>{LONGEST}</p>"), *events], factories.MOMENT).final
    assert document is not None
    return document


def told(document: StoredArticleV3) -> ArticlePublishedV2:
    [event] = [each for _, each in emissions_for(document, URL) if isinstance(each, ArticlePublishedV2)]
    return event


def with_bodies(document: StoredArticleV3) -> list[str]:
    return [language for language, each in told(document).translations.items() if each.body_html]


def test_usual_translations_are_all_told_whole() -> None:
    assert with_bodies(article(("es", "Puente"), ("en", "Bridge"))) == ["en", "es"]


def test_the_longest_article_in_many_languages_fits_into_a_record_and_says_what_is_missing() -> None:
    languages = ("ru", "uk", "es", "de", "fr")
    document = article(*((language, "Міст") for language in languages))
    longest = {
        language: held.model_copy(
            update={"translation": held.translation.model_copy(update={"body_html": LONGEST})}
        )
        for language, held in document.translations.items()
    }
    document = document.model_copy(update={"translations": longest})
    kept = TOLD_TRANSLATIONS_BYTES // len(LONGEST.encode())
    assert len(dump(told(document))) < RECORD_BYTES
    assert with_bodies(document) == sorted(languages)[:kept]
    left_out = told(document).translations["uk"]
    assert left_out.headline == "Міст"
    assert "/translations/" in (left_out.reason or "")


def test_the_store_and_the_log_agree_on_what_is_told() -> None:
    document = article(("es", "Puente"), ("en", "Bridge"))
    assert differing(of_document(document), of_record(told(document))) == ()
