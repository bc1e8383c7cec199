"""The dialect of saved web pages: the HTML file as a browser keeps it."""

from types import MappingProxyType

from ingest.sources.dialect import Delivery, Dialect, Placed

EXAMPLE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Harbour bridge reopens after repairs | Harbour Gazette</title>
<link rel="canonical" href="https://gazette.example/city/harbour-bridge">
<meta property="og:site_name" content="Harbour Gazette">
<meta property="article:published_time" content="2026-11-05T06:30:00Z">
<meta name="author" content="Ines Falk">
</head>
<body>
<article>
<h1>Harbour bridge reopens after repairs</h1>
<p>The bridge over the northern harbour reopened on Thursday after a summer of repairs.</p>
<p>The first cars crossed at dawn, three weeks ahead of plan.</p>
</article>
</body>
</html>
"""

OPTIONS = MappingProxyType(
    {
        "external_id": "your id of the article; without it, the canonical address that the page names",
        "revision": "a whole number; without it, the milliseconds of the page's modification time, else 1",
        "language": "BCP 47 tag, used where the page names none",
    }
)


def read_html(delivery: Delivery) -> tuple[Placed]:
    """The submission in a saved page. Raises Refused."""
    # Here, so that only the worker processes hold these libraries.
    from ingest.sources.html.reading import read_page

    return (read_page(delivery),)


HTML = Dialect(
    name="html",
    path="/v1/html-pages",
    media_types=("text/html", "application/xhtml+xml"),
    summary="Submit a saved web page",
    description=(
        "The HTML file of one article. What the page says of itself is believed first (JSON-LD, OpenGraph,"
        " meta elements); the text is found on the page, without menus, teasers and what else surrounds it."
        " The file may be in the encoding that it names, such as windows-1251. Sent again unchanged it is the"
        " same event; a changed page has a later modification time or needs a higher `revision`."
    ),
    example=EXAMPLE,
    read=read_html,
    options=OPTIONS,
    inline_bytes=0,  # parsers that may meet anything
)
