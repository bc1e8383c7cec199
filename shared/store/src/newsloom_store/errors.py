"""What can go wrong in the store, in our words: no exception of a driver leaves this package."""

from collections.abc import Iterator
from contextlib import contextmanager

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    OperationFailure,
    PyMongoError,
)

BAD_VALUE = 2
DUPLICATE_KEY = 11000
_NO_RIGHT = frozenset({13, 18})  # Unauthorized, AuthenticationFailed
INDEX_CONFLICTS = frozenset({85, 86})  # IndexOptionsConflict, IndexKeySpecsConflict
# What the document itself causes: BadValue, InvalidBSON, NotExactValueField, DocumentValidationFailure,
# BSONObjectTooLarge. Any other answer speaks of the server's state, and waiting is the way to lose nothing.
_DOCUMENT_CODES = frozenset({BAD_VALUE, 22, 111, 121, 10334})


class StoreError(Exception):
    """Base of all errors of the store."""


class StoreUnavailable(StoreError):
    """MongoDB cannot answer now, or its answer is unknown. Repeat the same call later; that is harmless."""


class StoreMisconfigured(StoreError):
    """The connection cannot be made as it is configured; the message says what to set."""


class IndexesMissing(StoreMisconfigured):
    """The collection lacks an index that its readers rest on."""


class DocumentRefused(StoreError):
    """A document can never be stored as it is, for example because it is too large."""


class UnreadableDocument(StoreError):
    """A stored document does not fit the contract: written by a newer newsloom, or edited by hand."""


class NewerDocument(UnreadableDocument):
    """A stored document was written by a newer newsloom; this one reads it when it is upgraded."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a driver raises inside into a StoreError."""
    try:
        yield
    except (PyMongoError, BSONError, OverflowError) as error:
        raise translate(error) from error


def translate(error: Exception) -> StoreError:
    """The StoreError for an exception of the driver."""
    if isinstance(error, BSONError | OverflowError):
        return DocumentRefused("the document does not fit into BSON: shorten it, or correct its numbers")
    if isinstance(error, ConfigurationError):
        return StoreMisconfigured(f"correct MONGO_URL: {error}")
    if isinstance(error, BulkWriteError):
        return of_codes(codes_of(error))
    if isinstance(error, OperationFailure):
        return of_codes([error.code or 0])
    return StoreUnavailable(f"MongoDB cannot be reached ({type(error).__name__}); check that it is running")


def codes_of(error: BulkWriteError) -> list[int]:
    """Codes of everything that a bulk write met; a missed write concern counts as 0: outcome unknown."""
    details = error.details or {}
    failed = [int(item["code"]) for item in details.get("writeErrors", ())]
    return failed + [0] * len(details.get("writeConcernErrors", ()))


def of_codes(codes: list[int]) -> StoreError:
    """The StoreError for server error codes. One that may pass makes the whole worth repeating."""
    if codes and all(code in _DOCUMENT_CODES for code in codes):
        return DocumentRefused(f"MongoDB refuses the document (code {codes[0]}); shorten or correct it")
    if _NO_RIGHT.intersection(codes):
        return StoreUnavailable(
            "MongoDB refuses us; correct MONGO_USERNAME or MONGO_PASSWORD, or give the user its role by"
            " `python -m newsloom_store.users`"
        )
    shown = ", ".join(str(code) for code in sorted(set(codes)))
    return StoreUnavailable(f"MongoDB could not do it (code {shown}); check its state and our credentials")
