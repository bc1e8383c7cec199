"""In which form a reader wants an article: an address or a parameter says so, else what it accepts."""

import re

from starlette.requests import Request

from feeds.formats import ARTICLE_FORMATS, ArticleFormat, article_html
from feeds.problems import Refused, bad_parameter

PAGES = "/articles/"
_WEIGHT = re.compile(r"\bq\s*=\s*([01](?:\.[0-9]{0,3})?)")


def form_asked(request: Request) -> ArticleFormat:
    """The form of an article: what `?format=` says, else a page for those who like HTML better than JSON."""
    name = request.query_params.get("format")
    if name is None:
        name = article_html.NAME if prefers_html(request) else ARTICLE_FORMATS[0].name
    form = next((form for form in ARTICLE_FORMATS if form.name == name), None)
    if form is None:
        known = ", ".join(form.name for form in ARTICLE_FORMATS)
        raise Refused(bad_parameter("format", f"Send ?format= with one of {known}."))
    return form


def prefers_html(request: Request) -> bool:
    """Whether the reader likes HTML better than JSON. Browsers say so; programs that take anything do not."""
    accepted = dict(map(_preference, ",".join(request.headers.getlist("accept")).lower().split(",")))

    def liking(media_type: str) -> float:
        kind = f"{media_type.split('/', 1)[0]}/*"
        return next((accepted[key] for key in (media_type, kind, "*/*") if key in accepted), 0.0)

    return liking("text/html") > liking("application/json")


def wants_page(request: Request) -> bool:
    """Whether a person will look at the answer, whatever it is."""
    if request.url.path.startswith(PAGES):
        return True
    name = request.query_params.get("format")
    return prefers_html(request) if name is None else name == article_html.NAME


def _preference(accepted: str) -> tuple[str, float]:
    media_type, _, parameters = accepted.partition(";")
    weight = _WEIGHT.search(parameters)
    return media_type.strip(), float(weight[1]) if weight else 1.0
