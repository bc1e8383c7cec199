"""An export is a folder that other teams can be handed; what is not ours in it stays untouched."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsloom.commands.schemas import schemas
from newsloom.contract.export import INDEX, contents, digest, export
from newsloom.contract.pages.source import here
from newsloom.errors import CommandError
from newsloom_schemas.catalog import EVENTS
from newsloom_schemas.codec import decode
from newsloom_schemas.published import schema_of


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "contract"
    export(folder, here())
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_index_names_every_file_and_every_version(exported: Path) -> None:
    index = json.loads((exported / INDEX).read_bytes())
    there = files_in(exported)
    assert {path: digest(content) for path, content in there.items() if path != INDEX} == index["files"]
    assert {event["type"] for event in index["events"]} == set(EVENTS)
    for event in index["events"]:
        assert there[event["schema"]].decode() == schema_of(event["type"]), "run newsloom schemas freeze"
        assert json.loads(there[event["schema"]])["$id"] == event["dataschema"]


def test_every_exported_example_decodes(exported: Path) -> None:
    for event in json.loads((exported / INDEX).read_bytes())["events"]:
        for path in event["examples"]:
            record = json.loads((exported / path).read_bytes())
            value = json.dumps(record["value"], ensure_ascii=False).encode()
            assert event["name"] == decode(value, record["headers"]).NAME


def test_exporting_again_replaces_what_is_ours_and_leaves_the_rest(tmp_path: Path) -> None:
    export(tmp_path, here())
    (tmp_path / "README.md").write_text("ours, not theirs")
    stale = tmp_path / "schemas/old.json"
    stale.write_text("{}")
    index = json.loads((tmp_path / INDEX).read_bytes())
    index["files"]["schemas/old.json"] = digest(b"{}")
    (tmp_path / INDEX).write_text(json.dumps(index))
    export(tmp_path, here(host="kafka.newsroom.example"))
    assert not stale.exists()
    assert (tmp_path / "README.md").read_text() == "ours, not theirs"
    assert "kafka.newsroom.example" in (tmp_path / "asyncapi.json").read_text()


def test_what_somebody_changed_is_not_overwritten(tmp_path: Path) -> None:
    export(tmp_path, here())
    page = tmp_path / "index.html"
    page.write_text("my notes")
    with pytest.raises(CommandError, match=r"index\.html is not as an export wrote it"):
        export(tmp_path, here(port="9093"))
    assert page.read_text() == "my notes"
    assert "9093" not in (tmp_path / "asyncapi.json").read_text()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("three years")
    with pytest.raises(CommandError, match="no export"):
        export(tmp_path, here())
    assert list(files_in(tmp_path)) == ["thesis.odt"]


def test_an_export_that_was_cut_off_can_be_finished(tmp_path: Path) -> None:
    files = contents(here())
    (tmp_path / "asyncapi.json").write_text(files["asyncapi.json"], encoding="utf-8")
    export(tmp_path, here())
    assert set(files_in(tmp_path)) == set(files)


def test_an_index_that_points_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("x")
    folder = tmp_path / "contract"
    folder.mkdir()
    files = {"../precious.txt": digest(b"x")}
    (folder / INDEX).write_text(json.dumps({"contract": "newsloom", "files": files}))
    with pytest.raises(CommandError, match="outside"):
        export(folder, here())
    assert precious.exists()


def test_the_command_tells_what_it_wrote(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        schemas, ["export", str(tmp_path / "out"), "--json", "--kafka", "kafka.newsroom.example:9093"]
    )
    assert told.exit_code == 0, told.output
    report = json.loads(told.stdout)
    assert {"index.html", "asyncapi.json", INDEX} <= set(report["files"])
    document = json.loads((tmp_path / "out/asyncapi.json").read_bytes())
    variables = document["servers"]["kafka"]["variables"]
    assert [variables[name]["default"] for name in ("host", "port")] == ["kafka.newsroom.example", "9093"]
