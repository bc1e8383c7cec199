"""One AsyncAPI 3 document for the whole system, made from the catalogue, as plain data."""

from newsloom_schemas.asyncapi.document import Deployment, document
from newsloom_schemas.asyncapi.messages import Published
from newsloom_schemas.asyncapi.service import service_document

__all__ = ["Deployment", "Published", "document", "service_document"]
