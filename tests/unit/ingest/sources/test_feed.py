"""Feeds of every form, as they are and as they should not be, become submissions or a reason why not."""

import json
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.refusal import Refused
from ingest.sources.dialect import Delivery
from ingest.sources.feed import FeedDocument, FeedItem, read_feed, to_submission
from ingest.sources.feed_documents import EXAMPLE, FEED, answer_items, read_feed_document
from newsloom_schemas.submission import Submission
from tests.deliveries import feed as deliveries
from tests.factories import MOMENT

CHANNEL = '<rss version="2.0" xmlns:{ns}><channel>{head}{items}</channel></rss>'
NAMESPACES = (
    'content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"'
)
DATED = "<pubDate>Thu, 05 Nov 2026 06:30:00 GMT</pubDate>"
ITEM = (
    "<guid>g-1</guid><title>Bridge reopens</title><description>&lt;p&gt;At dawn.&lt;/p&gt;</description>"
    + DATED
)


def rss(items: str, head: str = "") -> bytes:
    return CHANNEL.format(ns=NAMESPACES, head=head, items=items).encode()


def one(raw: bytes, **options: Any) -> Submission:
    feed = read_feed(raw, **options)
    return to_submission(feed.items[0], otherwise=feed.changed)


def item(fields: str, **options: Any) -> Submission:
    return one(rss(f"<item>{fields}</item>", **options))


def refusal(raw: bytes, **options: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        one(raw, **options)
    return refused.value


def test_every_sample_reads_as_it_says() -> None:
    for sample in deliveries.SAMPLES:
        headers = sample.headers(sample.body, MOMENT)
        feed = read_feed(sample.body, content_type=headers["Content-Type"])
        found = {
            each.external_id: each for each in (to_submission(i, otherwise=feed.changed) for i in feed.items)
        }
        assert found[sample.external_id].headline == sample.headline, sample.what


def test_rss_as_a_newsroom_makes_it() -> None:
    raw = (deliveries.FOLDER / "harbour.rss").read_bytes()
    feed = read_feed(raw, content_type="application/rss+xml", base="https://gavan.example/rss")
    assert (feed.changed, feed.ttl_s) == (datetime(2026, 11, 5, 10, 40, tzinfo=UTC), 900.0)
    first, second = (to_submission(each, otherwise=None) for each in feed.items)
    assert first.revision == 1793874030500
    assert first.model_dump(mode="json", exclude_defaults=True, exclude={"body_html", "revision"}) == {
        "external_id": "gavan-10117",
        "headline": 'Третий причал откроют к весне: "работы идут по плану"',
        "lead": "Пассажирские паромы вернутся на третий причал в апреле.",
        "language": "ru",
        "keywords": ["Порт", "Паромы"],
        "authors": ["Ольга Мирная"],
        "published_at": "2026-11-05T10:05:00Z",
        "modified_at": "2026-11-05T10:20:30.500000Z",
        "canonical_url": "https://gavan.example/port/tretiy-prichal",
        "images": [{"url": "https://gavan.example/img/prichal.jpg"}],
        "rights": "© «Вестник гавани», 2026",
    }
    assert first.body_html is not None
    assert 'href="https://gavan.example/port/raspisanie"' in first.body_html
    assert (second.body_html, second.body_text) == (
        None,
        "С понедельника трамвай пойдёт через Рыбную площадь. На Портовой меняют рельсы.",
    )
    assert second.authors == ("Городской отдел",)


def test_atom_resolves_links_and_reads_markup_in_titles() -> None:
    feed = read_feed((deliveries.FOLDER / "harbour.atom").read_bytes(), content_type="application/atom+xml")
    first, second = (to_submission(each, otherwise=None) for each in feed.items)
    assert first.headline == "Night ferry returns after R&D trials"
    assert first.canonical_url == "https://paper.example/news/2026/night-ferry"
    assert 'href="https://paper.example/news/timetable"' in (first.body_html or "")
    assert (first.language, first.authors) == ("en-GB", ("Ines Falk", "Ole Brandt"))
    assert second.body_text == "The stalls open on Monday.\n\nParking is free for an hour."
    assert second.authors == ("Newsroom",)


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ("<title>A</title><title>B</title>", "headline", "A"),
        ("<title>R&amp;amp;D &lt;b&gt;bold&lt;/b&gt;</title>", "headline", "R&D bold"),
        ("<title><![CDATA[5 < 6 & 7]]></title>", "headline", "5 < 6 & 7"),
        ("<title>One&#160;two\u200b</title>", "headline", "One two"),
        ("<title>t</title><author>desk@paper.example (Ines Falk)</author>", "authors", ("Ines Falk",)),
        ("<title>t</title><author>desk@paper.example</author>", "authors", ()),
        ("<title>t</title><dc:creator>A</dc:creator><dc:creator>A</dc:creator>", "authors", ("A",)),
        ("<title>t</title><category> </category><category>x</category>", "keywords", ("x",)),
        (f"<title>t</title><category>{'x' * 300}</category>", "keywords", ()),
        ("<title>t</title><link>javascript:alert(1)</link>", "canonical_url", None),
        ("<title>t</title><enclosure url='file:///etc/passwd' type='image/png'/>", "images", ()),
        ("<title>t</title><enclosure url='https://p.example/a.mp3' type='audio/mpeg'/>", "images", ()),
    ],
)
def test_what_does_not_fit_is_left_out_and_costs_nothing_else(fields: str, name: str, value: Any) -> None:
    found = item(f"<guid>g</guid><description>Text here.</description>{DATED}{fields}")
    assert getattr(found, name) == value


@pytest.mark.parametrize(
    ("summary", "lead"),
    [
        ("An own lead.", "An own lead."),
        ("The bridge over the", None),
        ("The bridge over the [&amp;#8230;]", None),
        ("The bridge over …", None),
        ("The bridge over... Read more", None),
    ],
)
def test_a_summary_that_only_begins_the_text_is_no_lead(summary: str, lead: str | None) -> None:
    body = "<content:encoded>&lt;p&gt;The bridge over the harbour reopened.&lt;/p&gt;</content:encoded>"
    found = item(f"<guid>g</guid><title>t</title><description>{summary}</description>{body}{DATED}")
    assert found.lead == lead


@pytest.mark.parametrize(
    ("fields", "head", "revision"),
    [
        (DATED, "", 1793860200000),
        (DATED + "<atom:updated>2026-11-05T07:00:00.25Z</atom:updated>", "", 1793862000250),
        ("<pubDate>Thu, 05 Nov 2026 08:30:00 +0200</pubDate>", "", 1793860200000),
        ("<pubDate>Thu, 05 Nov 2026 08:30:00</pubDate>", "", 1793860200000),  # in the source's zone
        ("", "<lastBuildDate>Thu, 05 Nov 2026 06:30:00 GMT</lastBuildDate>", 1793860200000),
        (
            "<pubDate>soon</pubDate>",
            "<lastBuildDate>Thu, 05 Nov 2026 06:30:00 GMT</lastBuildDate>",
            1793860200000,
        ),
    ],
)
def test_the_source_says_when_and_that_is_the_revision(fields: str, head: str, revision: int) -> None:
    raw = rss(f"<item><guid>g</guid><title>t</title><description>Text.</description>{fields}</item>", head)
    assert one(raw, zone=ZoneInfo("Europe/Kyiv")).revision == revision


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        (f"<title>t</title><description>x</description>{DATED}", ["/external_id"]),
        (f"<guid>g</guid><description>x</description>{DATED}", ["/headline"]),
        (f"<guid>g</guid><title>t</title>{DATED}", ["/body_html"]),
        ("<guid>g</guid><title>t</title><description>x</description>", ["/revision"]),
        (
            "<guid>g</guid><title>t</title><description>x</description>"
            "<pubDate>Thu, 05 Nov 1959 06:30:00 GMT</pubDate>",
            ["/revision"],
        ),
        (f"<guid>{'g' * 600}</guid><title>t</title><description>x</description>{DATED}", ["/external_id"]),
        ("", ["/external_id", "/headline", "/body_html", "/revision"]),
    ],
)
def test_an_item_that_is_no_article_says_what_the_feed_should_give(fields: str, pointers: list[str]) -> None:
    found = refusal(rss(f"<item>{fields}</item>"))
    assert (found.code, [error.pointer for error in found.errors]) == ("invalid", pointers)


LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
XXE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
HOSTILE = [
    LAUGHS + rss(f"<item><guid>&d;</guid>{ITEM}</item>").decode(),
    XXE + rss(f"<item>{ITEM.replace('Bridge', '&x;')}</item>").decode(),
    '<?xml version="1.0"?><!-- <a --> <?pi <b ?>' + XXE + rss(f"<item>{ITEM}</item>").decode(),
    "<?pi <!-- ?>" + XXE + "<?pi --> ?>" + rss(f"<item>{ITEM}</item>").decode(),
    '<!DOCTYPE rss SYSTEM "http://169.254.169.254/x.dtd">' + rss(f"<item>{ITEM}</item>").decode(),
    "<!doctype html><html><body>an error page</body></html>",
    "\ufeff" + XXE + rss(f"<item>{ITEM}</item>").decode(),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_no_document_type_is_read_in_any_disguise(text: str, encoding: str) -> None:
    """Billion laughs, external entities, a document type behind comments, in another encoding."""
    found = refusal(text.encode(encoding))
    assert found.code == "not-a-feed"


def test_what_the_parser_itself_stumbles_over_is_no_feed() -> None:
    """It takes an element's name apart at white space of any kind, and an address may hold some."""
    element = '<a:b xmlns:a="http://odd.example/\u2028x">text</a:b>'
    found = refusal(rss(f"<item>{ITEM}{element}</item>"))
    assert found.code == "not-a-feed"


def test_xinclude_and_stylesheets_are_not_followed() -> None:
    body = (
        '<?xml version="1.0"?><?xml-stylesheet href="http://127.0.0.1/x.xsl"?>'
        + rss(
            '<item xmlns:xi="http://www.w3.org/2001/XInclude">'
            f'{ITEM}<xi:include href="file:///etc/passwd" parse="text"/></item>'
        ).decode()
    )
    found = one(body.encode())
    assert "root" not in found.model_dump_json()


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"", ""),
        (b"   \n", "application/rss+xml"),
        (b"just text", ""),
        (b"<html><body>404</body></html>", "text/html"),
        (b"<a><b/></a>", "application/xml"),
        (b'{"version": "1", "items": []}', "application/feed+json"),
        (b'{"items": []}', "application/feed+json"),
        (b"[]", "application/json"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "application/json"),
        (b"<rss>\xff\xfe</rss>", "application/rss+xml; charset=utf-8"),
        (b"<rss/>", "application/rss+xml; charset=no-such-charset"),
        (b"<rss/>", "application/rss+xml; charset=base64"),
    ],
)
def test_what_is_no_feed_is_refused_as_a_whole(raw: bytes, content_type: str) -> None:
    with pytest.raises(Refused):
        read_feed(raw, content_type=content_type)


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("windows-1251", "windows-1251", "text/xml"),
        ("windows-1251", "", "text/xml; charset=windows-1251"),
        ("koi8-r", "windows-1251", "text/xml; charset=koi8-r"),
        ("utf-16", "utf-16", "application/xml"),
        ("utf-8-sig", "utf-8", ""),
        ("utf-8", "", ""),
    ],
)
def test_old_encodings_are_read_as_they_are_declared(encoding: str, declared: str, content_type: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = head + rss(f"<item>{ITEM.replace('Bridge reopens', 'Мост открыт')}</item>").decode()
    assert one(text.encode(encoding), content_type=content_type).headline == "Мост открыт"


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes() -> None:
    raw = rss(f"<item>{ITEM}</item><item><title>Fish & chips &nbsp; <b>open</title>")
    assert one(raw).headline == "Bridge reopens"


@pytest.mark.parametrize("name", ["content", "tags", "authors", "media_content", "links", "title_detail"])
def test_an_element_in_a_strange_place_costs_nothing(name: str) -> None:
    """The library then gives text where it usually gives a list."""
    assert one(rss(f"<item>{ITEM}</item>", f"<{name}>strange</{name}>")).headline == "Bridge reopens"
    assert one(rss(f"<item>{ITEM}<{name}>strange</{name}></item>")).headline == "Bridge reopens"


def json_feed(*items: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **more}).encode()


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"id": 7}, "external_id", "7"),
        ({"id": True, "url": "https://p.example/a"}, "external_id", "https://p.example/a"),
        ({"content_html": "<p>x</p>"}, "body_html", "<p>x</p>"),
        ({"content_text": "x"}, "body_text", "x"),
        ({"summary": "only this"}, "body_text", "only this"),
        ({"tags": "no list", "authors": {"name": 1}, "image": 5}, "keywords", ()),
        ({"author": {"name": "Old Form"}}, "authors", ("Old Form",)),
        ({"language": "es_mx"}, "language", "es-MX"),
        ({"language": "xx-invalid"}, "language", None),
        ({"banner_image": "https://p.example/b.jpg", "image": "https://p.example/b.jpg"}, "images", 1),
    ],
)
def test_json_feeds_are_read_with_patience(fields: dict[str, Any], name: str, value: Any) -> None:
    base = {"id": "a", "title": "t", "date_published": "2026-11-05T06:30:00Z"}
    texts = {} if {"content_html", "content_text", "summary"} & fields.keys() else {"content_text": "body"}
    found = getattr(one(json_feed({**base, **texts, **fields})), name)
    assert (len(found) if name == "images" else found) == value


def test_eight_times_as_many_items_take_about_eight_times_as_long() -> None:
    """A quadratic step takes up to 64 times as long; a short feed is read where requests wait for it."""

    def seconds_for(items: int) -> float:
        raw, began = json_feed(*({} for _ in range(items))), time.process_time()
        read_feed(raw)
        return time.process_time() - began

    budget = 24 * max(seconds_for(1_000), seconds_for(1_000)) + 0.1
    assert seconds_for(8_000) < budget or seconds_for(8_000) < budget  # the second time without bad luck


def test_the_documented_example_is_accepted() -> None:
    said = read_feed_document(Delivery(body=EXAMPLE.encode(), media_type=FEED.media_types[0]))
    assert [each.headline for each in said if isinstance(each, Submission)] == [
        "Harbour bridge reopens after repairs"
    ]


def test_items_are_judged_alone_and_told_in_order() -> None:
    said = read_feed_document(Delivery(body=rss(f"<item><title>no id</title></item><item>{ITEM}</item>")))
    refused, fine = said
    assert isinstance(refused, Refused)
    assert isinstance(fine, Submission)
    reply = answer_items([refused, refused], "http://feeds.example")
    assert (reply.status, [each["item"] for each in (reply.document or {})["results"]]) == (422, [1, 2])
    assert answer_items([], "http://feeds.example").status == 200


def test_reading_is_pure() -> None:
    raw = (deliveries.FOLDER / "harbour.rss").read_bytes()
    assert read_feed(raw) == read_feed(raw)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
@example(b"<?xml version='1.0' encoding='utf-7'?><rss/>")
@example(b"<rss version='2.0'><channel><item><pubDate>" + b"9" * 50 + b"</pubDate></item></channel></rss>")
@example(rss("<item><guid>g</guid><link>http://[</link></item>"))
def test_any_bytes_are_a_feed_or_refused(raw: bytes) -> None:
    assert isinstance(_read_or_refused(raw), FeedDocument | Refused)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "guid",
                    "title",
                    "link",
                    "description",
                    "content:encoded",
                    "pubDate",
                    "dc:creator",
                    "category",
                    "author",
                    "atom:updated",
                    "media:content",
                    "enclosure",
                    "dc:date",
                ]
            ),
            st.text(max_size=40).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
        ),
        max_size=8,
    )
)
def test_any_item_is_a_submission_or_refused(fields: list[tuple[str, str]]) -> None:
    raw = rss("<item>" + "".join(f"<{name}>{text}</{name}>" for name, text in fields) + "</item>")
    found = _read_or_refused(raw)
    assert all(map(_is_judged, found.items if isinstance(found, FeedDocument) else ()))


def _is_judged(each: FeedItem) -> bool:
    try:
        return isinstance(to_submission(each, otherwise=None), Submission)
    except Refused as refused:
        return bool(refused.errors)


def _read_or_refused(raw: bytes) -> FeedDocument | Refused:
    try:
        return read_feed(raw)
    except Refused as refused:
        return refused
