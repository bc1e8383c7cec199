"""Types made of our schemas compile in TypeScript and Go, and the shipped examples fit them."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newsloom_schemas import examples, schema_of
from newsloom_schemas.catalog import EVENTS
from tests.judges import toolbox

TYPES = Path(__file__).resolve().parents[2] / "examples" / "consumers" / "types"
COMPILING_SECONDS = 240  # the first time Go builds its own library, too
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

WRONG = """
// @ts-expect-error an author is more than a name
const names: ArticleContent["authors"] = ["Анна Ко"];
// @ts-expect-error an author has a name
const nobody: ArticleContent["authors"] = [{ role: "photographer" }];
// @ts-expect-error no such status
const status: Translation["status"] = "perfect";
// @ts-expect-error absent, not null
const lead: ArticleContent["lead"] = null;
// @ts-expect-error a kill says of which article
const kill: Events["newsloom.article.killed.v1"] = { event_id: "1" };
declare const article: Events["newsloom.article.published.v2"];
// @ts-expect-error no such field
article.content.headlne;
"""

TSCONFIG = {
    "compilerOptions": {
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noEmit": True,
        "target": "es2022",
        "module": "nodenext",
        "types": [],
    }
}
GO_MODULE = "module newsloom.example/types\n\ngo 1.21\n"
GO_MAIN = """package main

import (
	"encoding/json"
	"os"

	"newsloom.example/types/newsloom"
)

var types = map[string]func() any{
%s
}

type record struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for in.More() {
		var given record
		if err := in.Decode(&given); err != nil {
			panic(err)
		}
		event := types[given.Type]()
		if err := json.Unmarshal(given.Value, event); err != nil {
			panic(err)
		}
		if err := out.Encode(event); err != nil {
			panic(err)
		}
	}
}
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with events.ts and events.go, made as the README of the example says."""
    folder = tmp_path_factory.mktemp("types")
    _run(sys.executable, "-m", "newsloom.main", "schemas", "export", "contract", folder=folder)
    shutil.copy(TYPES / "generate.mjs", folder)
    (folder / "node_modules").symlink_to(toolbox.node_packages(TYPES), target_is_directory=True)
    _run(toolbox.node(), "generate.mjs", "contract/schemas", "types", folder=folder)
    return folder / "types"


def _run(*command: str, folder: Path, given: str | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, input=given, capture_output=True, text=True, timeout=COMPILING_SECONDS
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def _values() -> Iterator[tuple[str, Any, Any]]:
    """Every shipped example: its type, its value, and that without what only newer writers know."""
    for example in examples():
        event = EVENTS[example.event_type].model_validate_json(example.record.value)
        known = json.loads(event.model_dump_json(exclude_unset=True))
        yield example.event_type, json.loads(example.record.value), known


def _go() -> str:
    found = shutil.which("go")
    if found is None:
        pytest.skip("types for Go are compiled where Go is installed")
    return found


def test_what_events_share_is_one_type_under_its_own_name(generated: Path) -> None:
    """Left alone, generators make a type of each field's title, and copies such as `Author1`."""
    schemas = [json.loads(schema_of(event_type)) for event_type in EVENTS]
    objects = {schema["title"] for schema in schemas}
    objects |= {name for schema in schemas for name in schema.get("$defs", {})}
    typescript = (generated / "events.ts").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^export (?:interface|type) (\w+)", typescript, re.M)) == sorted(
        {*objects, "Events"}
    )
    go = (generated / "events.go").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^type (\w+) struct", go, re.M)) == sorted(objects)


def test_the_examples_are_values_of_the_typescript_types(generated: Path) -> None:
    literals = [
        f"const example{number}: Events[{json.dumps(event_type)}] = {json.dumps(known, ensure_ascii=False)};"
        for number, (event_type, _, known) in enumerate(_values())
    ]
    assert len(literals) >= 3 * len(EVENTS)
    imports = 'import type { ArticleContent, Events, Translation } from "./events.js";'
    (generated / "examples.ts").write_text("\n".join([imports, *literals, WRONG]), encoding="utf-8")
    compiler = toolbox.node_packages() / "typescript" / "bin" / "tsc"
    (generated / "tsconfig.json").write_text(json.dumps(TSCONFIG))
    _run(toolbox.node(), str(compiler), "--project", ".", folder=generated)


def test_the_examples_survive_the_go_types(generated: Path) -> None:
    """Decoded and encoded again they say the same; what a newer writer added is passed over."""
    go = _go()
    package = generated / "newsloom"
    package.mkdir()
    shutil.copy(generated / "events.go", package)
    (generated / "go.mod").write_text(GO_MODULE)
    rows = [
        f"\t{json.dumps(name)}: func() any {{ return new(newsloom.{event.__name__}) }},"
        for name, event in EVENTS.items()
    ]
    main = generated / "cmd"
    main.mkdir()
    (main / "main.go").write_text(GO_MAIN % "\n".join(rows))
    _run(go, "vet", "./newsloom", "./cmd", folder=generated)
    values = list(_values())
    given = "\n".join(json.dumps({"type": event_type, "value": value}) for event_type, value, _ in values)
    told = _run(go, "run", "./cmd", folder=generated, given=given).splitlines()
    assert [_said(json.loads(line)) for line in told] == [_said(known) for _, _, known in values]


def _said(value: Any) -> Any:
    """What a value says: Go leaves out empty lists, and the zeros at the end of a time."""
    match value:
        case dict():
            return {name: _said(inner) for name, inner in value.items() if inner not in ([], {})}
        case list():
            return [_said(inner) for inner in value]
        case str() if _TIME.match(value):
            return datetime.fromisoformat(value)
    return value
