"""The document as a whole: the routes with the models and the credentials they speak of."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ingest.openapi.parts import REF
from ingest.openapi.refusals import Problem
from ingest.openapi.submissions import SIGNED_WITH, scheme
from ingest.receipt import Receipt
from ingest.register.status import SubmissionStatus
from ingest.tags_request import TagsRequest
from newsloom_schemas.submission import KillRequest, Submission

_MODELS: Iterable[type[BaseModel]] = (
    Submission,
    KillRequest,
    TagsRequest,
    Receipt,
    Problem,
    SubmissionStatus,
)
_SCHEMES = MappingProxyType(
    {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "a key that `newsloom keys create` made; it names the source",
        },
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "a token of the issuer that this ingest is set to trust, if it is",
        },
        "secret": {
            "type": "http",
            "scheme": "bearer",
            "description": "the secret of the source itself, for plug-ins that cannot sign",
        },
        **{
            scheme(dialect): {
                "type": "apiKey",
                "in": "header",
                "name": headers[0],
                "description": "a signature over the raw body with the secret of the source",
            }
            for dialect, headers in SIGNED_WITH.items()
        },
    }
)


def install(app: FastAPI) -> None:
    """Let the application serve the document with the models in it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the framework's own way to extend the document


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    _, definitions = models_json_schema([(model, "validation") for model in _MODELS], ref_template=REF)
    components = found.setdefault("components", {})
    components.setdefault("schemas", {}).update(definitions["$defs"])
    components["securitySchemes"] = dict(_SCHEMES)
    return found
