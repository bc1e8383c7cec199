"""A feed that an operator registers while everything runs is imported and comes out published."""

from collections.abc import Iterator

import pytest

from tests.deliveries.feed import FOLDER
from tests.deliveries.news_site import NewsSite, Page
from tests.e2e.system import System
from tests.eventually import eventually

SOURCE = "vestnik"
HEADLINES = {
    "gavan-10117": 'Третий причал откроют к весне: "работы идут по плану"',
    "https://gavan.example/city/tramvay-7": "Трамвай № 7 изменит маршрут",
}


@pytest.fixture
def registered(system: System, site: NewsSite) -> Iterator[None]:
    file = system.stack.home.sources_file
    before = file.read_text()
    site.pages["/vestnik.rss"] = Page(
        body=(FOLDER / "harbour.rss").read_bytes(), media_type="application/rss+xml; charset=utf-8"
    )
    file.write_text(f'{before}\n[{SOURCE}.feeds]\nurls = ["{site.address}/vestnik.rss"]\nevery = 30\n')
    yield
    file.write_text(before)


@pytest.mark.usefixtures("registered")
async def test_a_registered_feed_comes_out_published(system: System) -> None:
    for external_id, headline in HEADLINES.items():

        async def shown(external_id: str = external_id, headline: str = headline) -> bool:
            answer = await system.get("/v1/articles", params={"source": SOURCE, "external_id": external_id})
            return answer.status_code == 200 and answer.json()["headline"] == headline

        await eventually(shown, within=120, what=external_id)
