"""In production a service does not start with settings that are only safe on one machine."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from newsloom_runtime.cluster import ClusterMisconfigured, KafkaCluster
from newsloom_runtime.production import WRONG_SETTINGS, read_settings
from newsloom_runtime.settings import ServiceSettings, StoreSettings
from newsloom_runtime.settings_files import MOST_BYTES

SAFE = {
    "NEWSLOOM_ENVIRONMENT": "production",
    "KAFKA_BOOTSTRAP_SERVERS": "kafka-0.news.internal:9093,kafka-1.news.internal:9093",
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_USERNAME": "publish",
    "KAFKA_SASL_PASSWORD": "a long password",
    "MONGO_URL": "mongodb://mongo-0.news.internal,mongo-1.news.internal/?replicaSet=rs0&tls=true",
    "MONGO_USERNAME": "publish",
    "MONGO_PASSWORD": "p@ss/word",
}


class Settings(ServiceSettings, StoreSettings):
    port: int = 1


@pytest.fixture(autouse=True)
def safe(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SAFE.items():
        monkeypatch.setenv(name, value)


def test_safe_settings_are_taken() -> None:
    settings = Settings()
    assert settings.kafka.username == "publish"
    assert settings.mongo.startswith("mongodb://publish:p%40ss%2Fword@mongo-0.news.internal,mongo-1")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"}, "set KAFKA_SECURITY_PROTOCOL=SASL_SSL"),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SASL_USERNAME": "", "KAFKA_SASL_PASSWORD": ""},
            "set KAFKA_SASL_USERNAME",
        ),
        ({"MONGO_USERNAME": "", "MONGO_PASSWORD": ""}, "set MONGO_USERNAME"),
        ({"MONGO_URL": "mongodb://mongo.news.internal/?replicaSet=rs0"}, "add tls=true"),
        ({"MONGO_URL": "mongodb://m.news.internal/?appName=tls=true"}, "add tls=true"),
        ({"MONGO_URL": "mongodb+srv://m.news.internal/?tls=false"}, "add tls=true"),
        (
            {"MONGO_URL": "mongodb://m.news.internal/?tls=true&tlsAllowInvalidCertificates=true"},
            "take tlsInsecure, tlsAllow",
        ),
        (
            {"MONGO_URL": "mongodb://m.news.internal/?tls=true&tlsallowinvalidhostnames=true"},
            "take tlsInsecure, tlsAllow",
        ),
        ({"MONGO_URL": "mongodb://m.news.internal/?tls=true&TLSINSECURE=true"}, "take tlsInsecure"),
        ({"NEWSLOOM_FAULT_POINT": "publish.after-write=kill"}, "take NEWSLOOM_FAULT_POINT away"),
    ],
)
def test_an_unsafe_setting_is_refused_with_its_fix(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=said):
        Settings()


def test_safe_options_of_mongodb_are_read_as_the_driver_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for query in ("TLS=true", "ssl=true", "tls=true&tlsAllowInvalidCertificates=false"):
        monkeypatch.setenv("MONGO_URL", f"mongodb://mongo.news.internal/?{query}")
        assert Settings().mongo_username == "publish"


def test_on_one_machine_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SAFE:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NEWSLOOM_ENVIRONMENT", "production")
    assert Settings().kafka == KafkaCluster(servers="127.0.0.1:9092")


def test_a_start_that_is_refused_names_every_variable_and_no_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    monkeypatch.setenv("MONGO_USERNAME", "")
    monkeypatch.setenv("MONGO_PASSWORD", "")
    with pytest.raises(SystemExit) as ended:
        read_settings(Settings, "publish")
    assert ended.value.code == WRONG_SETTINGS
    said = capsys.readouterr().err
    assert "publish: " in said
    assert "KAFKA_SECURITY_PROTOCOL=SASL_SSL" in said
    assert "MONGO_USERNAME" in said
    assert "a long password" not in said


def test_any_setting_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from a file\n")
    monkeypatch.delenv("KAFKA_SASL_PASSWORD")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "password"))
    assert Settings().kafka.password == "from a file"


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KAFKA_SASL_PASSWORD")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(ValueError, match="correct KAFKA_SASL_PASSWORD_FILE"):
        Settings()


def test_a_file_that_is_too_long_is_not_cut_to_another_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_bytes(b"x" * (MOST_BYTES + 1))
    monkeypatch.delenv("KAFKA_SASL_PASSWORD")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "password"))
    with pytest.raises(ValueError, match=r"correct KAFKA_SASL_PASSWORD_FILE: .* is longer than"):
        Settings()


def test_a_value_and_its_file_are_one_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("another")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "password"))
    with pytest.raises(ValueError, match="not both"):
        Settings()


def test_a_password_is_never_shown() -> None:
    settings = Settings()
    assert "a long password" not in f"{settings!r}{settings.kafka!r}{settings.kafka}"


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        (KafkaCluster(servers="k:1", protocol="SASL_SSL"), "set KAFKA_SASL_USERNAME"),
        (KafkaCluster(servers="k:1", username="u", password="p"), "set KAFKA_SECURITY_PROTOCOL to SASL_SSL"),
        (KafkaCluster(servers="k:1", ca_file=Path("ca.crt")), "uses no certificates"),
        (KafkaCluster(servers="k:1", protocol="SSL", ca_file=Path("none.crt")), "correct KAFKA_SSL_CAFILE"),
        (KafkaCluster(servers="k:1", protocol="SSL", key_file=Path("a.key")), "set KAFKA_SSL_CERTFILE"),
    ],
)
def test_what_contradicts_itself_is_told_at_the_start(cluster: KafkaCluster, said: str) -> None:
    with pytest.raises(ClusterMisconfigured, match=said):
        cluster.check()
