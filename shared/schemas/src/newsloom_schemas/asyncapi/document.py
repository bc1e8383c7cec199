"""The document's frame: what holds for the whole system, and the parts put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newsloom_schemas.asyncapi.channels import channels
from newsloom_schemas.asyncapi.dead_letters import dead_letter_messages
from newsloom_schemas.asyncapi.messages import CORRELATION, Published, messages, schemas
from newsloom_schemas.asyncapi.operations import operations
from newsloom_schemas.asyncapi.rules import RULES, SCHEMAS

ASYNCAPI = "3.1.0"
TAGS = {
    "article": "Facts about one article, and its public state.",
    "dead-letter": "What could not be processed, bytes untouched.",
    "feed": "What a feed says about an article.",
    "older-version": "Still read, no longer written: build on the newest version.",
    "public": "For anyone in the house to subscribe to.",
    "internal": "Between newsloom's own services; build on the public topics if you can.",
}


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What differs from newsroom to newsroom. The addresses to begin with are reserved and lead nowhere."""

    version: str
    host: str = "localhost"
    port: str = "9092"
    contact_name: str = "The newsroom's platform team"
    contact_url: str = "https://newsroom.example/platform"
    contact_email: str = "platform@newsroom.example"


def document(published: Sequence[Published], deployment: Deployment) -> dict[str, Any]:
    """The AsyncAPI document. `published` are all versions of all events of the catalogue."""
    return {
        "asyncapi": ASYNCAPI,
        "id": "urn:newsloom:events",
        "info": _info(deployment),
        "defaultContentType": "application/json",
        "servers": {"kafka": _server(deployment)},
        "channels": channels(published),
        "operations": operations(published),
        "components": {
            "messages": {**messages(published), **dead_letter_messages()},
            "schemas": schemas(published),
            "correlationIds": CORRELATION,
        },
    }


def _info(deployment: Deployment) -> dict[str, Any]:
    return {
        "title": "newsloom events",
        "version": deployment.version,
        "description": "\n\n".join([*(f"**{name}.** {text}" for name, text in RULES.items()), SCHEMAS]),
        "contact": {
            "name": deployment.contact_name,
            "url": deployment.contact_url,
            "email": deployment.contact_email,
        },
        "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        "tags": [{"name": name, "description": text} for name, text in sorted(TAGS.items())],
        "externalDocs": {
            "description": "CloudEvents, whose envelope this is",
            "url": "https://cloudevents.io",
        },
    }


def _server(deployment: Deployment) -> dict[str, Any]:
    return {
        "host": "{host}:{port}",
        "protocol": "kafka",
        "title": "Kafka",
        "summary": "The newsroom's Kafka cluster.",
        "description": (
            "Bootstrap address; the local stack of `newsloom up` writes its own to `.newsloom/stack.json`. "
            "Topics are created by `newsloom topics create` only: auto-creation is off. Authentication and "
            "encryption are the cluster's matter; a topic's ACLs say who may write to it."
        ),
        "variables": {
            "host": {"default": deployment.host, "description": "Host name of a broker."},
            "port": {"default": deployment.port, "description": "Port of its listener."},
        },
        "bindings": {"kafka": {"bindingVersion": "0.5.0"}},
    }
