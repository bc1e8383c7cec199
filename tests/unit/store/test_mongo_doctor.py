"""What the doctor says of MongoDB without having seen it, and as whom it asks."""

import pytest

from newsloom_store import doctor


def test_who_was_not_reached_is_not_said_to_keep_strangers_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ANSWER_S", 0.1)
    ((name, level),) = ((each["name"], each["level"]) for each in doctor._strangers("mongodb://127.0.0.1:1/"))
    assert (name, level) == ("mongo users", "note")


@pytest.mark.parametrize(
    ("url", "nameless"),
    [
        (
            "mongodb://ada:p%40ss@a:1,b:2/news?replicaSet=rs0&authSource=admin&tls=true&tlsCAFile=/ca.crt",
            "mongodb://a:1,b:2/?replicaSet=rs0&tls=true&tlsCAFile=/ca.crt",
        ),
        ("mongodb://a/?authMechanism=MONGODB-X509&tls=true", "mongodb://a/?tls=true"),
        ("mongodb://a:1", "mongodb://a:1"),
    ],
)
def test_a_stranger_has_no_name_of_the_address_either(url: str, nameless: str) -> None:
    assert doctor._nameless(url) == nameless
