"""Changes of the contract as somebody might make them, each with the rule that is to speak up."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path("shared/schemas/src/newsloom_schemas")
EXAMPLES = "released/article.killed/v1/examples"


@dataclass(frozen=True)
class SchemaChange:
    """A change of a copy of the package, and the rule it falls under."""

    rule: str
    what: str
    apply: Callable[[Path], None]

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Put `new` in place of `old`, which must be there: otherwise the change is to be told anew here."""

    def apply(package: Path) -> None:
        text = (package / file).read_text(encoding="utf-8")
        assert old in text, f"{file} no longer holds what this change is about: {old!r}"
        (package / file).write_text(text.replace(old, new), encoding="utf-8")

    return apply


def add(file: str, text: str) -> Callable[[Path], None]:
    """Write a new file."""

    def apply(package: Path) -> None:
        (package / file).parent.mkdir(parents=True, exist_ok=True)
        (package / file).write_text(text, encoding="utf-8")

    return apply


def both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    def apply(package: Path) -> None:
        for change in changes:
            change(package)

    return apply


def remove(file: str) -> Callable[[Path], None]:
    return lambda package: (package / file).unlink()


def copy_example(to: str, old: str = "", new: str = "") -> Callable[[Path], None]:
    """An example like the first one of a kill, with other words in it."""

    def apply(package: Path) -> None:
        first = min((package / EXAMPLES).iterdir()).read_text(encoding="utf-8")
        add(to, first.replace(old, new))(package)

    return apply


def change_first_example(package: Path) -> None:
    first = min((package / EXAMPLES).iterdir())
    record = json.loads(first.read_text(encoding="utf-8"))
    record["value"]["reason"] = "another reason"
    first.write_text(json.dumps(record), encoding="utf-8")


KILLED = "events/article_killed.py"
WITHHELD = "events/article_withheld.py"
SUBMITTED = "events/article_submitted.py"
RESTORED = '''"""A killed article comes back after all."""

from typing import ClassVar

from newsloom_schemas.events.article_event import ArticleEvent


class ArticleRestoredV1(ArticleEvent):
    """The source takes a kill back."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.restored.v1"
'''

BAD = (
    SchemaChange(
        "removed-field",
        "a field is no field any more",
        edit(
            KILLED,
            "    reason: Annotated[Text, Field(max_length=2000)] | None",
            "    reason: ClassVar[object]",
        ),
    ),
    SchemaChange("renamed-field", "a field gets a better name", edit(KILLED, "    reason: ", "    cause: ")),
    SchemaChange(
        "new-required-field",
        "a field that everybody must send",
        edit(
            WITHHELD,
            "    withheld_until:",
            '    mood: str = Field(description="how it feels", examples=["calm"])\n    withheld_until:',
        ),
    ),
    SchemaChange(
        "optional-made-required",
        "a field is always there from now on",
        edit(
            KILLED,
            "    document_version: Annotated[int, Field(ge=1)] | None = Field(\n        default=None,",
            "    document_version: Annotated[int, Field(ge=1)] = Field(",
        ),
    ),
    SchemaChange(
        "narrowed-type", "a number is a whole one", edit("enrichment.py", "score: Confidence", "score: int")
    ),
    SchemaChange(
        "narrowed-constraint",
        "shorter headlines",
        edit("article.py", "min_length=1, max_length=500", "min_length=1, max_length=300"),
    ),
    SchemaChange(
        "removed-enum-member",
        "a kind of tag goes",
        edit("enrichment.py", '"subject", "keyphrase"]', '"subject"]'),
    ),
    SchemaChange(
        "added-enum-member",
        "one more kind of tag",
        edit("enrichment.py", '"subject", "keyphrase"]', '"subject", "keyphrase", "mood"]'),
    ),
    SchemaChange(
        "removed-version",
        "nobody writes V1 any more",
        edit("catalog.py", "    ArticleSubmittedV1,\n    ArticleEnrichedV1,", "    ArticleEnrichedV1,"),
    ),
    SchemaChange(
        "version-gap",
        "V3 follows V1",
        edit(SUBMITTED, "newsloom.article.submitted.v2", "newsloom.article.submitted.v3"),
    ),
    SchemaChange(
        "missing-upcast",
        "V1 leads nowhere",
        edit(SUBMITTED, "def upcast(self) -> ArticleSubmittedV2", "def older(self) -> ArticleSubmittedV2"),
    ),
    SchemaChange("changed-examples", "an example is improved", change_first_example),
    SchemaChange(
        "name-grammar",
        "a field in another style",
        edit(
            WITHHELD,
            "    withheld_until:",
            '    byWhom: str = Field(default="", description="who", examples=[""])\n    withheld_until:',
        ),
    ),
    SchemaChange("orphan", "an event that no topic carries", add("events/article_restored.py", RESTORED)),
    SchemaChange(
        "changed-key",
        "kills go by their source",
        edit(
            "events/article_event.py",
            "def record_key(self) -> str:\n        return self.article_id",
            "def record_key(self) -> str:\n        return self.source",
        ),
    ),
    SchemaChange("changed-topic", "more partitions", edit("catalog.py", "PARTITIONS = 8", "PARTITIONS = 12")),
    SchemaChange(
        "undecodable-example",
        "a rule that no schema shows",
        edit(
            "events/feed_updated.py",
            '        if (self.action == "upsert")',
            '        if self.action == "remove" or (self.action == "upsert")',
        ),
    ),
    SchemaChange(
        "edited-snapshot",
        "a frozen schema is mended by hand",
        edit("released/article.killed/v1.json", '"type": "object"', '"type": "object", "deprecated": true'),
    ),
)

BENIGN = (
    SchemaChange(
        "new-optional-field",
        "a field more, absent when unknown",
        edit(
            KILLED,
            "    killed_at:",
            '    by: str | None = Field(default=None, description="who", examples=["Анна"])\n    killed_at:',
        ),
    ),
    SchemaChange(
        "changed-text",
        "a clearer description",
        edit(KILLED, "when newsloom accepted the kill", "when newsloom took the kill in"),
    ),
    SchemaChange("new-example", "an example more", copy_example(f"{EXAMPLES}/900-once-more.json")),
    SchemaChange(
        "new-event",
        "an event more, with its topic and example",
        both(
            add("events/article_restored.py", RESTORED),
            edit(
                "catalog.py",
                ")\n\nHOUR_MS",
                ")\nfrom newsloom_schemas.events.article_restored import ArticleRestoredV1\n\nHOUR_MS",
            ),
            edit(
                "catalog.py", "    events=(FeedUpdatedV1,),", "    events=(FeedUpdatedV1, ArticleRestoredV1),"
            ),
            copy_example(
                "released/article.restored/v1/examples/001-taken-back.json",
                "article.killed",
                "article.restored",
            ),
        ),
    ),
)
