"""What another team does: is given the wheel, installs it where nothing else is, and reads events."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest

from newsloom_schemas import EVENTS, examples
from newsloom_schemas.catalog import versions

ROOT = Path(__file__).parents[2]
MEMBER = ROOT / "shared" / "schemas"
SOURCES = MEMBER / "src"
# Generous: a busy machine shares its two cores with a broker and a browser.
WITHIN_SECONDS = 240

DECODE_ALL = """
import json, newsloom_schemas
told = {}
for example in newsloom_schemas.examples():
    event = newsloom_schemas.decode(example.record.value, example.record.headers)
    assert event.event_id == dict(example.record.headers)["ce_id"].decode()
    told[f"{example.event_type} {example.name}"] = type(event).__name__
schemas = [json.loads(newsloom_schemas.schema_of(each))["$id"] for each in newsloom_schemas.EVENTS]
print(json.dumps({"from": newsloom_schemas.__file__, "told": told, "schemas": schemas}))
"""
REFUSED = """
from newsloom_schemas import UndecodableEvent, decode
try:
    decode(b"{}", {"ce_specversion": "1.0", "ce_type": "newsloom.article.submitted.v99"})
except UndecodableEvent as error:
    print(error.reason)
"""


@dataclass(frozen=True)
class Built:
    """The two files that `uv build` makes."""

    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    uv = os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    if not Path(uv).exists():
        pytest.skip("uv is not here; run the tests by make, which installs it")
    out = tmp_path_factory.mktemp("dist")
    done = ran([uv, "build", "--package", "newsloom-schemas", "--out-dir", str(out)], cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return Built(wheel=wheel, sdist=sdist)


@pytest.fixture(scope="module")
def stranger(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that was empty before the wheel came."""
    home = tmp_path_factory.mktemp("stranger")
    made = ran([sys.executable, "-m", "venv", str(home)])
    if made.returncode:
        pytest.skip(f"no environment can be made here: {made.stdout}{made.stderr}")
    python = home / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    installed = ran([*pip, "install", str(built.wheel)])
    if installed.returncode:
        reachable = ran([*pip, "download", "--no-deps", "--dest", str(home), "pydantic"])
        if reachable.returncode:
            pytest.skip(f"no package index can be reached for pydantic: {reachable.stderr[-300:]}")
    assert installed.returncode == 0, installed.stderr
    return python


def test_the_shipped_examples_decode_where_nothing_but_the_wheel_is_installed(stranger: Path) -> None:
    told = json.loads(asked(stranger, DECODE_ALL))
    assert str(stranger.parents[1]) in told["from"]
    assert told["told"] == {
        f"{example.event_type} {example.name}": versions(EVENTS[example.event_type].NAME)[-1].__name__
        for example in examples()
    }
    assert len(told["schemas"]) == len(EVENTS)


def test_what_cannot_be_decoded_has_a_reason_there_too(stranger: Path) -> None:
    assert asked(stranger, REFUSED).strip() == "unknown-version"


def test_nothing_but_pydantic_and_its_own_comes_with_it(stranger: Path) -> None:
    listed = ran([str(stranger), "-m", "pip", "--disable-pip-version-check", "list", "--format=json"])
    names = {each["name"].lower().replace("_", "-") for each in json.loads(listed.stdout)}
    of_pydantic = {"pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection"}
    assert names - {"pip", "setuptools", "wheel"} == {"newsloom-schemas"} | of_pydantic


def test_the_code_of_its_readme_runs(stranger: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", (MEMBER / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    told = asked(stranger, "\n".join(code))
    assert len(code) == 3
    assert "articles-published article_id ['ArticlePublishedV2'" in told
    assert "002-only-what-is-required ArticlePublishedV2 of " in told


def test_the_wheel_holds_the_package_and_nothing_else(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        told = message_from_bytes(wheel.read(metadata))
    own = {name for name in names if ".dist-info/" not in name}
    assert own == package_files()
    assert own >= {"newsloom_schemas/py.typed", "newsloom_schemas/released/article.submitted/v1.json"}
    assert {name.partition(".dist-info/")[2] for name in names - own} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "licenses/LICENSE",
    }
    assert [each.partition(">")[0].strip() for each in told.get_all("Requires-Dist", [])] == ["pydantic"]
    assert told["License-Expression"] == "Apache-2.0"
    assert "one call" in str(told.get_payload()).casefold()


def test_the_sdist_holds_what_the_wheel_is_built_from(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames() if sdist.getmember(name).isfile()}
    assert names >= {f"src/{name}" for name in package_files()} | {"LICENSE", "README.md", "pyproject.toml"}
    assert {name.split("/")[0] for name in names} <= {
        "src",
        "LICENSE",
        "README.md",
        "PKG-INFO",
        "pyproject.toml",
        "pyproject.toml.orig",
    }


def test_the_licence_in_the_package_is_that_of_the_repository() -> None:
    assert (MEMBER / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def package_files() -> set[str]:
    found = (SOURCES / "newsloom_schemas").rglob("*")
    files = (path for path in found if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(SOURCES).as_posix() for path in files}


def asked(python: Path, code: str) -> str:
    """What the stranger's interpreter prints, without a look at this checkout."""
    done = ran([str(python), "-I", "-c", code], cwd=python.parents[1])
    assert done.returncode == 0, done.stderr
    return done.stdout


def ran(command: Sequence[str], cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=cwd, env=clean(os.environ), capture_output=True, text=True, timeout=WITHIN_SECONDS
    )


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what would show this checkout's packages to another interpreter."""
    return {name: value for name, value in environment.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
