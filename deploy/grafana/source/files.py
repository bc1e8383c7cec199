"""The five dashboards as the files that are imported."""

import json
from collections.abc import Mapping
from typing import Final

from deploy.grafana.source.enrichment import enrichment
from deploy.grafana.source.feeds import feeds
from deploy.grafana.source.overview import overview
from deploy.grafana.source.pipeline import pipeline
from deploy.grafana.source.render import rendered
from deploy.grafana.source.service import service

PAGES: Final = (overview, pipeline, service, enrichment, feeds)


def files() -> Mapping[str, str]:
    """The text of each file, by name: the uid without the project's own name."""
    pages = [rendered(page()) for page in PAGES]
    return {
        f"{page['uid'].removeprefix('newsloom-')}.json": json.dumps(page, ensure_ascii=False, indent=2) + "\n"
        for page in pages
    }
