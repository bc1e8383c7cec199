"""The recipe of the images, as hadolint and we judge it, and the script that makes the first keys."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsloom_runtime.keys_file import KeyEntry
from tests.deployment.environment import SETTINGS
from tests.deployment.manifests import ROOT

DOCKERFILE = ROOT / "deploy/Dockerfile"
RECIPE = DOCKERFILE.read_text()
# Beside our own interpreter, where its package puts it, or wherever else it is.
HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")


@pytest.mark.skipif(HADOLINT is None, reason="no hadolint: its package is for Linux on x86-64")
def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([str(HADOLINT), "--no-color", str(DOCKERFILE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_is_built_with_is_not_in_the_image() -> None:
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", RECIPE, re.MULTILINE)
    assert [name for _, name in stages] == ["builder", ""]
    last = RECIPE[RECIPE.rindex("\nFROM ") :]
    assert "pip install" not in last
    assert "uv sync" not in last


def test_an_image_runs_as_a_user_with_a_number_and_asks_itself_whether_it_is_well() -> None:
    users = re.findall(r"^USER (\S+)$", RECIPE, re.MULTILINE)
    assert users == ["10001:10001"], "Kubernetes can tell only of a number that it is not root's"
    assert re.search(r"^HEALTHCHECK .*--start-period=", RECIPE, re.MULTILINE)


def test_versions_are_pinned() -> None:
    assert re.search(r"^ARG PYTHON_VERSION=3\.\d+$", RECIPE, re.MULTILINE)
    assert re.search(r"^ARG UV_VERSION=\d+\.\d+\.\d+$", RECIPE, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"UV_VERSION := (\S+)", makefile).group(1) in RECIPE  # type: ignore[union-attr]
    assert RECIPE.count("uv sync --frozen") == 2, "an image has what uv.lock says"


@pytest.mark.parametrize("service", sorted(SETTINGS.keys() - {"topics"}))
def test_a_service_listens_for_others_on_its_own_port(service: str) -> None:
    name, port = service.upper(), SETTINGS[service].model_fields["port"].default
    assert f"{name}_HOST=0.0.0.0 {name}_PORT={port}" in RECIPE


def test_nothing_gets_into_an_image_but_what_it_is_built_from() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    for member in ("shared", "services"):
        assert f"!{member}" in ignored
    for path in re.findall(r"^COPY (?!--from)(.+) \S+$", RECIPE, re.MULTILINE):
        for source in path.split():
            assert any(source.startswith(line[1:]) for line in ignored if line.startswith("!")), source


def test_every_service_has_its_pyproject_in_the_layer_of_dependencies() -> None:
    for member in (*ROOT.glob("services/*/pyproject.toml"), *ROOT.glob("shared/*/pyproject.toml")):
        assert f"COPY {member.relative_to(ROOT)} " in RECIPE, "else uv finds another workspace than uv.lock"


def test_the_first_keys_are_kept_as_hashes_and_open_what_they_should(tmp_path: Path) -> None:
    subprocess.run(["sh", str(ROOT / "deploy/new-key.sh"), str(tmp_path)], check=True, capture_output=True)

    listed = json.loads((tmp_path / "keys.json").read_text())
    entries = {entry["name"]: entry for entry in listed}
    assert all(KeyEntry.model_validate(entry) for entry in listed)
    for name, file in (("first-key", "key"), ("canary", "canary.key")):
        key = (tmp_path / file).read_text().strip()
        assert len(key) == 64
        assert entries[name]["key_sha256"] == hashlib.sha256(key.encode()).hexdigest()
        assert key not in (tmp_path / "keys.json").read_text()
    assert entries["canary"]["sources"] == entries["canary"]["scopes"] == ["canary"]
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0

    again = subprocess.run(["sh", str(ROOT / "deploy/new-key.sh"), str(tmp_path)], capture_output=True)
    assert again.returncode == 1, "keys in use are never replaced by accident"
