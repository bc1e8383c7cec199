"""A schema registry that speaks Confluent's HTTP API: theirs, Karapace, Apicurio at its compatible path."""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

import httpx2

from newsloom.errors import CommandError, Exit

AUTH = "NEWSLOOM_REGISTRY_AUTH"
SECONDS = 30.0  # for one answer; a registry waits until Kafka has what it writes
PAUSES_S = (0.5, 1.0, 2.0)  # between asking again
LONGEST_WORDS = 300
MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


class RegistryRefused(CommandError):
    """The registry understood and said no; asked again it would say the same."""


@dataclass(frozen=True)
class SchemaRegistry:
    """One registry. Each method raises CommandError, with the way out, when it gives no usable answer."""

    http: httpx2.Client
    pause: Callable[[float], None] = time.sleep

    def check(self) -> None:
        """Makes sure that there is a registry which takes JSON Schemas and lets us in."""
        kinds = self._asked("GET", "/schemas/types")
        if not isinstance(kinds, list):
            self._is_none()
        if "JSON" not in kinds:
            raise CommandError(
                f"the registry takes {', '.join(map(str, kinds))} and no JSON Schemas",
                fix="give the address of one that does",
                code=Exit.REFUSED,
            )

    def has(self, subject: str, text: str) -> bool:
        """Whether this very schema is registered under the subject, as its newest version or an older one."""
        found = self._asked("POST", f"/subjects/{quote(subject, safe='')}", _body(text), absent=(404,))
        return found is not None

    def level(self, subject: str) -> str | None:
        """The compatibility level that the subject has of its own; None when it follows the registry's."""
        found = self._asked("GET", f"/config/{quote(subject, safe='')}", absent=(404,))
        return None if found is None else str(found.get("compatibilityLevel"))

    def set_level(self, subject: str, level: str) -> None:
        """From now on the registry refuses under this subject what is not compatible at this level."""
        self._asked("PUT", f"/config/{quote(subject, safe='')}", {"compatibility": level})

    def objections(self, subject: str, text: str) -> tuple[str, ...]:
        """Why the registry would refuse this schema as the subject's next version; empty if it would not."""
        path = f"/compatibility/subjects/{quote(subject, safe='')}/versions/latest?verbose=true"
        found = self._asked("POST", path, _body(text), absent=(404,))
        if found is None or found.get("is_compatible"):
            return ()
        return tuple(
            map(_short, found.get("messages") or ["not compatible with the version registered last"])
        )

    def register(self, subject: str, text: str) -> None:
        """Makes the schema the subject's next version. Raises RegistryRefused when it is not taken."""
        self._asked("POST", f"/subjects/{quote(subject, safe='')}/versions", _body(text))

    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, absent: tuple[int, ...] = ()
    ) -> Any:
        answer = self._answer(method, path, body)
        if answer.status_code in absent and _is_registry_error(answer):
            return None
        if answer.status_code != 200:
            _refuse(answer)
        try:
            return answer.json()
        except ValueError:
            self._is_none()

    def _answer(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx2.Response:
        """The answer; asked a few times more while the registry's nodes elect a leader and it says 5xx."""
        for pause in (*PAUSES_S, None):
            try:
                answer = self.http.request(method, path, json=body)
            except httpx2.HTTPError as error:
                raise CommandError(
                    f"the registry does not answer ({type(error).__name__})",
                    fix="check the address and that it is running, then run it again",
                    code=Exit.NOT_RUNNING,
                ) from error
            if answer.status_code < 500 or pause is None:
                break
            self.pause(pause)
        return answer

    def _is_none(self) -> NoReturn:
        raise CommandError(
            "what answers there is no schema registry",
            fix="give the address below which /subjects lies, for Apicurio such as .../apis/ccompat/v7",
            code=Exit.NOT_RUNNING,
        )


def connected(url: str, *, credential: str | None) -> SchemaRegistry:
    """The registry at this address; `credential` is what NEWSLOOM_REGISTRY_AUTH holds.

    Raises CommandError when either cannot be used.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CommandError(
            "the address of the registry is not complete",
            fix="write it like https://registry.example:8081",
            code=Exit.USAGE,
        )
    if parts.username is not None or parts.password is not None:
        raise CommandError(
            "the address of the registry holds a password, which others may read in the list of processes",
            fix=f"put user:password into the environment variable {AUTH}",
            code=Exit.USAGE,
        )
    headers = {"accept": f"{MEDIA_TYPE}, application/json", "content-type": MEDIA_TYPE}
    if credential:
        headers["authorization"] = _authorization(credential)
    return SchemaRegistry(httpx2.Client(base_url=url.rstrip("/"), headers=headers, timeout=SECONDS))


def _authorization(credential: str) -> str:
    if credential.lower().startswith("bearer "):
        return credential
    if ":" not in credential:
        raise CommandError(
            f"{AUTH} is neither user:password nor Bearer TOKEN", fix="set it to one of them", code=Exit.USAGE
        )
    return f"Basic {b64encode(credential.encode()).decode()}"


def _body(text: str) -> dict[str, str]:
    return {"schemaType": "JSON", "schema": text}


def _is_registry_error(answer: httpx2.Response) -> bool:
    """Whether a registry says that it has no such thing, and not a web server that it knows no such page."""
    try:
        told = answer.json()
    except ValueError:
        return False
    return isinstance(told, dict) and "error_code" in told


def _refuse(answer: httpx2.Response) -> NoReturn:
    status = answer.status_code
    if status in (401, 403):
        raise CommandError(
            f"the registry does not let us in (HTTP {status})",
            fix=f"set {AUTH} to user:password, or to Bearer TOKEN, of one who may write subjects",
            code=Exit.NOT_RUNNING,
        )
    if status in (409, 422):
        raise RegistryRefused(
            f"the registry refuses it: {_words(answer)}",
            fix="`newsloom schemas check` names the rule; what is registered stays as it is",
        )
    fix = "run it again; its own log says more" if status >= 500 else "check the address"
    raise CommandError(
        f"the registry answered HTTP {status}: {_words(answer)}", fix=fix, code=Exit.NOT_RUNNING
    )


def _words(answer: httpx2.Response) -> str:
    if not _is_registry_error(answer):
        return "no registry's words"
    told = answer.json()
    return _short(f"{told.get('error_code')} {told.get('message', '')}".strip())


def _short(words: object) -> str:
    """As much as fits on a screen: registries repeat whole schemas in their messages."""
    text = " ".join(str(words).split())
    return text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS]}..."
