"""Asking an engine over HTTP: whole answers within a time and a size, or a failure with its reason."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

import httpx2

from enrich.translator.ports import BadAnswer, EngineAway, PairNotServed

MAX_ANSWER_BYTES: Final = 1024 * 1024
_TRY_LATER: Final = frozenset({408, 425, 429})
# Compressed answers could be small outside and huge inside.
_HEADERS: Final = {"accept": "application/json", "accept-encoding": "identity"}


class HttpAsker:
    """A client of one engine's address. `timeout` bounds a whole answer, however slowly it drips in."""

    def __init__(self, address: str, *, timeout: float, headers: Mapping[str, str] | None = None) -> None:
        self._address = address.rstrip("/")
        self._timeout = timeout
        self._client = httpx2.AsyncClient(
            headers={**_HEADERS, **(headers or {})}, timeout=timeout, trust_env=False, follow_redirects=False
        )

    async def get(self, path: str) -> Any:
        """The JSON of an answer."""
        return await self._asked("GET", path, {})

    async def post(self, path: str, **body: Any) -> Any:
        """`json=` or `data=` as the client takes them; the JSON of the answer."""
        return await self._asked("POST", path, body)

    async def close(self) -> None:
        await self._client.aclose()

    async def _asked(self, method: str, path: str, body: dict[str, Any]) -> Any:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._answer(method, f"{self._address}{path}", body)
        except (TimeoutError, httpx2.TimeoutException):
            raise EngineAway(f"no whole answer within {self._timeout:g} s", hung=True) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise EngineAway(f"it cannot be reached ({type(error).__name__})") from None

    async def _answer(self, method: str, url: str, body: dict[str, Any]) -> Any:
        async with self._client.stream(method, url, **body) as response:
            _judge_status(response.status_code)
            if "json" not in response.headers.get("content-type", "json"):
                raise BadAnswer("it answers with something else than JSON, perhaps an error page")
            return _parsed(await _capped(response))


def _judge_status(status: int) -> None:
    if status >= 500 or status in _TRY_LATER:
        raise EngineAway(f"it answers {status}")
    if status in (401, 403):
        raise EngineAway(f"it answers {status}: check its key")
    if status in (400, 404):
        raise PairNotServed(f"it answers {status}: it does not know this pair, or its address is wrong")
    if status != 200:
        raise BadAnswer(f"it answers {status}")


async def _capped(response: httpx2.Response) -> bytes:
    read = bytearray()
    async for chunk in response.aiter_bytes():
        read += chunk
        if len(read) > MAX_ANSWER_BYTES:
            raise BadAnswer(f"its answer is larger than {MAX_ANSWER_BYTES} bytes")
    return bytes(read)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode())
    except UnicodeDecodeError:
        raise BadAnswer("its answer is not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadAnswer("its answer is not JSON") from None
