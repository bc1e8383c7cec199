"""What every tool sends comes out published, once, however often it is sent."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module

import httpx2
import pytest

from ingest.sources import DIALECTS
from newsloom_schemas.identity import article_id
from tests.deliveries.sample import SOURCE, Sample
from tests.e2e.system import System
from tests.eventually import eventually

BATCHES = ("ndjson", "csv_rows")  # forms of the batch
AT_ONCE = 100
WITHIN = 120.0  # the first article waits until the models are loaded


def samples_of(dialect: str) -> Sequence[Sample]:
    """What the module of this name has; a dialect without samples is not one that anybody tried."""
    samples: Sequence[Sample] = import_module(f"tests.deliveries.{dialect}").SAMPLES
    assert samples, f"write samples into tests/deliveries/{dialect}.py"
    return samples


async def sent(system: System, sample: Sample) -> httpx2.Response:
    headers = dict(sample.headers(sample.body, datetime.now(UTC)))
    if sample.keyed:
        headers["Authorization"] = f"Bearer {system.key}"
    path = sample.path
    if sample.keyed and "source=" not in path:
        path += f"{'&' if '?' in path else '?'}source={SOURCE}"
    return await system.http.post(system.at.need("ingest") + path, content=sample.body, headers=headers)


async def seen(system: System, sample: Sample) -> None:
    """Readers see what the sample says."""
    article = article_id(SOURCE, sample.external_id)

    async def there() -> bool:
        answer = await system.get(f"/v1/articles/{article}")
        if sample.headline is None:
            return answer.status_code == 410
        return answer.status_code == 200 and answer.json()["headline"] == sample.headline

    await eventually(there, within=WITHIN, what=f"{sample.dialect}: {sample.what}", every=0.05)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("dialect", [*(each.name for each in DIALECTS), *BATCHES])
async def test_what_a_tool_sends_a_hundred_times_at_once_is_published_once(
    system: System, dialect: str
) -> None:
    samples = samples_of(dialect)
    for sample in samples:
        answers = await asyncio.gather(*(sent(system, sample) for _ in range(AT_ONCE)))
        told = Counter((answer.status_code, answer.text) for answer in answers)
        assert len(told) == 1, f"{sample.what}: not all heard the same: {told.most_common(3)}"
        assert answers[0].status_code == sample.status, f"{sample.what}: {answers[0].text}"
        await seen(system, sample)
    await system.drained("enrich", "publish")
    versions = Counter(sample.external_id for sample in samples)
    for external_id, count in versions.items():
        document = await system.get("/v1/articles", params={"source": SOURCE, "external_id": external_id})
        if document.status_code != 410:
            assert document.json()["document_version"] == count, external_id
