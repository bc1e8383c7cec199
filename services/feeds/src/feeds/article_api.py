"""The HTTP surface of articles: found, resolved, and written in the form that was asked for."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from feeds.answers import NEGOTIATED, Answer, answer, entity_tag
from feeds.asking import article_asked, article_named
from feeds.formats import ARTICLE_PAGE, ArticleFormat, markup
from feeds.negotiation import form_asked
from feeds.reading import LinkedArticle, changed_at, read_article, read_translation
from feeds.services import services_of
from newsloom_schemas.identity import CANARY_SOURCE


async def article(request: Request) -> Response:
    """`GET /v1/articles/{article_id}`."""
    return await _article(request, article_asked(request), form_asked(request), NEGOTIATED)


async def article_by_source(request: Request) -> Response:
    """`GET /v1/articles?source=&external_id=`."""
    return await _article(request, article_named(request), form_asked(request), NEGOTIATED)


async def article_page(request: Request) -> Response:
    """`GET /articles/{article_id}`."""
    return await _article(request, article_asked(request), ARTICLE_PAGE, None)


async def translation(request: Request) -> Response:
    """`GET /v1/articles/{article_id}/translations/{language}`."""
    return await _translation(request, form_asked(request), NEGOTIATED)


async def translation_page(request: Request) -> Response:
    """`GET /articles/{article_id}/{language}`."""
    return await _translation(request, ARTICLE_PAGE, None)


async def _article(request: Request, article_id: str, form: ArticleFormat, vary: str | None) -> Response:
    services = services_of(request)
    linked = await read_article(article_id, store=services.store)
    what = Answer(
        etag=entity_tag(f"article {form.name}", _versions(linked)),
        changed=min(changed_at(linked.article), services.clock.now()),
        media_type=form.media_type,
        body=lambda: form.render(linked, services.links),
        headers={**_headers(form), **_unlisted(linked)},
        vary=vary,
    )
    return await answer(request, what)


async def _translation(request: Request, form: ArticleFormat, vary: str | None) -> Response:
    services, language = services_of(request), str(request.path_params["language"])
    translated = await read_translation(article_asked(request), language, store=services.store)
    what = Answer(
        etag=entity_tag(f"translation {form.name} {language}", _versions(translated.linked)),
        changed=translated.stored.translation.translated_at,
        media_type=form.media_type,
        body=lambda: form.render_translation(translated, services.links),
        headers=_headers(form),
        vary=vary,
    )
    return await answer(request, what)


def _headers(form: ArticleFormat) -> Mapping[str, str]:
    return markup.security_headers() if form.media_type == markup.MEDIA_TYPE else {}


def _unlisted(linked: LinkedArticle) -> Mapping[str, str]:
    """Search engines do not keep canaries, should one ever find the way to them."""
    return {"X-Robots-Tag": "noindex"} if linked.article.document.source == CANARY_SOURCE else {}


def _versions(linked: LinkedArticle) -> list[tuple[str, int]]:
    """The article and what its links point to: whatever of these changes, the answer is another."""
    document = linked.article.document
    targets = sorted((target, summary.document_version) for target, summary in linked.targets.items())
    return [(document.article_id, document.document_version), *targets]
