"""In production ingest takes no key that was only made for one machine."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ingest.settings import Settings
from newsloom.stack.home import Home
from newsloom.stack.keys import ensure_dev_key
from newsloom_runtime.keys_file import put_keys


def test_the_development_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(root=tmp_path)
    home.prepare()
    ensure_dev_key(home)
    monkeypatch.setenv("INGEST_KEYS_FILE", str(home.keys_file))
    assert Settings().keys_file == home.keys_file

    monkeypatch.setenv("NEWSLOOM_ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match="out of INGEST_KEYS_FILE"):
        Settings()

    put_keys(
        home.keys_file,
        lambda keys: tuple(key.model_copy(update={"name": "cms", "sources": ("desk",)}) for key in keys),
    )
    assert Settings().environment == "production"


def test_the_development_key_is_refused_in_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_KEYS", '[{"name": "dev", "key": "a-key-of-one-machine", "sources": ["*"]}]')
    assert Settings().keys is not None

    monkeypatch.setenv("NEWSLOOM_ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match="out of INGEST_KEYS") as refused:
        Settings()
    assert "a-key-of-one-machine" not in str(refused.value)
