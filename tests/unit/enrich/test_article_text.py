"""Evidence offsets are exact, whatever the text looks like."""

from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.article_text import MAX_BODY_CHARS, ArticleText, JoinedText
from newsloom_schemas.article import ArticleContent

LINE = st.text(alphabet="abАб .!«»’\U0001f33e", max_size=12)
BODY = st.lists(LINE, max_size=4).map("\n".join)


def text(headline: str, lead: str = "", body: str = "") -> ArticleText:
    return ArticleText(source="meridian", headline=headline, lead=lead, body=body)


@settings(max_examples=60)
@given(headline=LINE, lead=LINE, body=BODY, data=st.data())
def test_a_quote_stands_in_its_part_where_the_evidence_says(
    headline: str, lead: str, body: str, data: st.DataObject
) -> None:
    article = text(headline, lead, body)
    joined = JoinedText.of(article)
    start = data.draw(st.integers(0, max(0, len(joined.text) - 1)))
    end = data.draw(st.integers(start, len(joined.text)))
    evidence = joined.evidence(start, end)
    if evidence is not None:
        assert article.part(evidence.part)[evidence.start : evidence.end] == evidence.quote
        assert evidence.quote == joined.text[start:end]


def test_lines_without_an_end_mark_get_a_full_stop_so_that_names_do_not_melt_together() -> None:
    joined = JoinedText.of(text("Talks in Odesa", "Who came?", "Kyiv sent a team\n«We agree.»"))
    assert joined.text == "Talks in Odesa.\nWho came?\nKyiv sent a team.\n«We agree.»\n"


def test_a_span_over_two_lines_is_no_evidence() -> None:
    joined = JoinedText.of(text("Talks in Odesa", body="Kyiv sent a team"))
    assert joined.evidence(9, 20) is None
    assert joined.evidence(9, 15) is None, "the added full stop stands in no part"


def test_a_very_long_body_is_read_up_to_a_bound_and_says_so() -> None:
    long = ArticleText.of("meridian", ArticleContent(headline="x", body_html="<p>" + "a " * 60_000 + "</p>"))
    assert long.cut
    assert len(long.body) == MAX_BODY_CHARS
