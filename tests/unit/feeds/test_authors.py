"""Who made an article, in every form it is shown in: name, role, address, each where the form has a place."""

import json
from xml.etree import ElementTree

from feeds.formats import article_html, article_json, atom, json_ld, jsonfeed, ninjs, rss
from newsloom_schemas.article import Author
from newsloom_schemas.document import StoredArticleV3
from tests.unit.feeds.documents import document
from tests.unit.feeds.pages import LINKS, linked, page

ANNA = Author(name="Анна Ко", role="фотограф", uri="https://kursor.example/люди/анна-ко")
AT = "https://kursor.example/%D0%BB%D1%8E%D0%B4%D0%B8/%D0%B0%D0%BD%D0%BD%D0%B0-%D0%BA%D0%BE"  # in ASCII
ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/elements/1.1/}"


def signed(*authors: Author) -> StoredArticleV3:
    return document("a", language="ru", authors=authors or (ANNA, Author(name="Bo Li")))


def test_newslooms_own_json_has_them_as_they_were_sent() -> None:
    shown = json.loads(article_json.render_article(linked(signed()), LINKS))
    assert shown["authors"] == [
        {"name": "Анна Ко", "role": "фотограф", "uri": "https://kursor.example/люди/анна-ко"},
        {"name": "Bo Li"},
    ]


def test_json_ld_has_persons() -> None:
    assert json_ld.of_article(linked(signed()), LINKS)["author"] == [
        {"@type": "Person", "name": "Анна Ко", "jobTitle": "фотограф", "url": AT},
        {"@type": "Person", "name": "Bo Li"},
    ]


def test_json_feed_has_their_addresses_and_says_the_role_beside() -> None:
    (item,) = json.loads(jsonfeed.render(page(signed()), LINKS))["items"]
    assert item["authors"] == [
        {"name": "Анна Ко", "url": AT, "_newsloom": {"role": "фотограф"}},
        {"name": "Bo Li"},
    ]


def test_atom_has_their_addresses() -> None:
    entry = ElementTree.fromstring(atom.render(page(signed()), LINKS)).find(f"{ATOM}entry")
    assert entry is not None
    told = [[(part.tag, part.text) for part in author] for author in entry.findall(f"{ATOM}author")]
    assert told == [[(f"{ATOM}name", "Анна Ко"), (f"{ATOM}uri", AT)], [(f"{ATOM}name", "Bo Li")]]


def test_rss_has_their_names() -> None:
    found = ElementTree.fromstring(rss.render(page(signed()), LINKS)).iter(f"{DC}creator")
    assert [creator.text for creator in found] == ["Анна Ко", "Bo Li"]


def test_ninjs_says_who_they_are_in_words_and_as_sources() -> None:
    item = json.loads(ninjs.render_article(linked(signed()), LINKS))
    assert item["by"] == "Анна Ко (фотограф), Bo Li"
    assert item["infoSources"][1:] == [
        {"name": "Анна Ко", "role": "фотограф", "uri": AT},
        {"name": "Bo Li", "role": "author"},
    ]


def test_the_page_links_to_them() -> None:
    shown = article_html.render_article(linked(signed()), LINKS).decode()
    assert f'<a rel="author noopener" href="{AT}">Анна Ко</a> (фотограф), Bo Li</bdi>' in shown


def test_who_signs_twice_is_shown_once_and_an_invisible_name_not_at_all() -> None:
    again = (ANNA, Author(name="Анна  Ко"), Author(name="\u200b"), Author(name="Bo Li", role="\u200b"))
    assert [each["name"] for each in json_ld.of_article(linked(signed(*again)), LINKS)["author"]] == [
        "Анна Ко",
        "Bo Li",
    ]
    (item,) = json.loads(jsonfeed.render(page(signed(*again)), LINKS))["items"]
    assert item["authors"][1] == {"name": "Bo Li"}


def test_a_role_cannot_break_out_of_a_page() -> None:
    hostile = Author(name="<b>", role="</script><script>", uri='https://x.example/"><script>')
    shown = article_html.render_article(linked(signed(hostile)), LINKS).decode()
    assert "<script>" not in shown.replace('<script type="application/ld+json">', "")
