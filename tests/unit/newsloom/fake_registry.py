"""A schema registry as far as we use it, in memory; tests/contract/test_schema_registry.py measures it."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx2

Answer = tuple[int, Any]


@dataclass
class FakeRegistry:
    """Versions and levels by subject. Its rule of compatibility knows the outermost object only."""

    subjects: dict[str, list[str]] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("JSON", "AVRO", "PROTOBUF")
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """For httpx2.MockTransport."""
        path = request.url.raw_path.decode().partition("?")[0]
        self.asked.append((request.method, path))
        body = json.loads(request.content) if request.content else {}
        status, told = self._answer(request.method, tuple(map(unquote, path.strip("/").split("/"))), body)
        return httpx2.Response(status, json=told)

    def _answer(self, method: str, path: tuple[str, ...], body: dict[str, Any]) -> Answer:
        match (method, *path):
            case ("GET", "schemas", "types"):
                return 200, list(self.kinds)
            case ("POST", "subjects", subject):
                return self._look_up(subject, body["schema"])
            case ("POST", "subjects", subject, "versions"):
                return self._register(subject, body["schema"])
            case ("POST", "compatibility", "subjects", subject, "versions", "latest"):
                return self._compare(subject, body["schema"])
            case ("GET", "config", subject):
                return self._level(subject)
            case ("PUT", "config", subject):
                self.levels[subject] = body["compatibility"]
                return 200, body
            case ("GET", "subjects", subject, "versions"):
                return 200, list(range(1, len(self.subjects[subject]) + 1))
        return 404, {"error_code": 404, "message": "HTTP 404 Not Found"}

    def _look_up(self, subject: str, text: str) -> Answer:
        if json.loads(text).get("type") != "object":
            return 422, {"error_code": 42201, "message": "Invalid JSON schema"}
        if subject not in self.subjects:
            return 404, {"error_code": 40401, "message": f"Subject '{subject}' not found."}
        if text not in self.subjects[subject]:
            return 404, {"error_code": 40403, "message": "Schema not found"}
        return 200, {"subject": subject, "version": self.subjects[subject].index(text) + 1, "schema": text}

    def _register(self, subject: str, text: str) -> Answer:
        if text in self.subjects.get(subject, ()):
            return 200, {"id": 1}
        if objections := self._objections(subject, text):
            return 409, {"error_code": 409, "message": f"incompatible: {objections}"}
        self.subjects.setdefault(subject, []).append(text)
        return 200, {"id": 1}

    def _compare(self, subject: str, text: str) -> Answer:
        if not self.subjects.get(subject):
            return 404, {"error_code": 40402, "message": "Version -1 not found."}
        objections = self._objections(subject, text)
        return 200, {"is_compatible": not objections, **({"messages": objections} if objections else {})}

    def _level(self, subject: str) -> Answer:
        if subject not in self.levels:
            return 404, {"error_code": 40401, "message": f"Subject '{subject}' not found."}
        return 200, {"compatibilityLevel": self.levels[subject]}

    def _objections(self, subject: str, text: str) -> list[str]:
        """FORWARD: what is written by the new schema must fit the old one."""
        if self.levels.get(subject) != "FORWARD_TRANSITIVE":
            return []
        fields = json.loads(text)["properties"]
        return [
            f"{name} was {before.get('type')}"
            for older in self.subjects.get(subject, ())
            for name, before in json.loads(older)["properties"].items()
            if name not in fields or fields[name].get("type") != before.get("type")
        ]
