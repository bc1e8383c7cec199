"""What a worker process answers."""

from enrich.analysis import Analyst
from enrich.frames import Analyse, Broken, IndexKeys
from enrich.worker import answer
from tests.unit.enrich.desk import Desk, article


def test_a_worker_answers_both_questions_and_survives_any_other(desk: Desk) -> None:
    story = article("Harbour open", "The harbour of Odesa is open.", language="en")
    analysis = answer(desk.analyst, Analyse(source="s", content=story))
    keys = answer(desk.analyst, IndexKeys(source="s", content=story, language="en", tags=analysis.tags))
    assert keys == analysis.keys
    assert answer(desk.analyst, object()) == Broken(error="UnknownRequest")
    assert answer(_Failing(), Analyse(source="s", content=story)) == Broken(error="KeyError")


class _Failing(Analyst):
    def __init__(self) -> None: ...

    def analyse(self, source: str, content: object, off: object = None) -> object:  # type: ignore[override]
        raise KeyError
