"""The runner of the real Prometheus does what the tests of dashboards and alerts lean on."""

from pathlib import Path

import yaml

from tests.eventually import eventually
from tests.monitoring.prometheus import needs_prometheus, running_prometheus


@needs_prometheus
async def test_it_scrapes_answers_and_fires(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    groups = [{"name": "own", "rules": [{"alert": "NobodyThere", "expr": "up == 0"}]}]
    rules.write_text(yaml.safe_dump({"groups": groups}))
    async with running_prometheus({"nobody": "127.0.0.1:9"}, tmp_path, rules=[rules]) as prometheus:
        await eventually(prometheus.firing, within=60, what="the alert")
        assert await prometheus.firing() == {"NobodyThere"}
        assert await eventually(prometheus.ever_fired, within=30) == {"NobodyThere"}
        assert [each["value"][1] for each in await prometheus.query("up")] == ["0"]
        assert not await prometheus.targets_up()
