"""The HTTP front door: every route, its work framed, its description beside it."""

from fastapi import FastAPI

from ingest import openapi
from ingest.batch.route import delivering_many
from ingest.desk import Desk, Endpoint, framed
from ingest.problems import answers as problems
from ingest.routes import page_preview, superdesk_assets
from ingest.routes.articles import editing_tags, killing
from ingest.routes.dialects import delivering
from ingest.routes.submissions import telling
from ingest.sources import DIALECTS


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Put the front door on an application."""
    problems.install(app)
    for dialect in DIALECTS:
        _add(app, desk, "POST", dialect.path, delivering(desk, dialect), openapi.submission(dialect))
    _add(app, desk, "POST", page_preview.PATH, page_preview.previewing(desk), openapi.page_preview())
    _add(app, desk, "POST", "/v1/articles/batch", delivering_many(desk), openapi.batch())
    _add(app, desk, "POST", "/v1/articles/kill", killing(desk), openapi.kill())
    _add(app, desk, "PUT", "/v1/articles/tags", editing_tags(desk), openapi.tags())
    _add(app, desk, "GET", "/v1/submissions/{event_id}", telling(desk), openapi.status())
    assets = superdesk_assets.PATH
    _add(app, desk, "POST", assets, superdesk_assets.uploading(desk), openapi.asset_upload())
    _add(app, desk, "GET", f"{assets}/{{media_id}}", superdesk_assets.probe, openapi.asset_probe())
    openapi.install(app)


def _add(
    app: FastAPI, desk: Desk, method: str, path: str, work: Endpoint, description: openapi.Operation
) -> None:
    # The endpoint takes the bare request: a model parameter would double the cost of every article.
    app.add_api_route(
        path,
        framed(desk, path, work, accepts=description.accepts),
        methods=[method],
        status_code=description.status,
        response_model=None,
        operation_id=description.operation_id,
        summary=description.summary,
        description=description.description,
        openapi_extra=description.extra,
    )
