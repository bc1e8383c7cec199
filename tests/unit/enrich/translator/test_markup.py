"""Markup goes through translation whole: what is cut can be put together, and answers cannot break it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.translator.checks import checked
from enrich.translator.markup import cut, cut_line, translated
from enrich.translator.protection import protected
from enrich.translator.sentence import NOTHING, BrokenMarkup, Keep, Sentence, parse

PARTS = (
    "The <b>old</b> bridge. ",
    "It cost <i>64</i> &amp; more! ",
    '<a href="https://x.example/?a=1&amp;b=2">A link</a>',
    "<br>",
    " plain words",
    "<code>rm -rf</code>",
    "<em>One. Two.</em> ",
    "\n",
    "…",
    "4 &lt; 5 ",
    "<strong><em>in</em> side</strong>",
)
blocks = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
bodies = st.lists(
    st.one_of(
        blocks.map(lambda inner: f"<p>{inner}</p>"),
        blocks.map(lambda inner: f"<ul><li>{inner}</li></ul>\n"),
        blocks.map(lambda inner: f"<blockquote><p>{inner}</p></blockquote>"),
        blocks.map(lambda inner: f"<b><p>{inner}</p></b>"),
        st.just("<pre>if x:\n  &lt;b&gt;</pre>"),
        st.just("<h2>Title</h2>"),
    ),
    max_size=5,
).map("".join)


@given(bodies, st.sampled_from(["en", "ru", "es"]))
def test_what_is_cut_is_put_together_as_it_was(body: str, language: str) -> None:
    whole = cut(body, language)
    assert whole.render(whole.sentences) == body
    for sentence in whole.sentences:
        assert parse(sentence.to_html()).tags == sentence.tags


@given(bodies)
def test_whatever_an_engine_does_to_the_words_every_tag_stays_in_its_place(body: str) -> None:
    made = translated(body, "en", lambda sentence: re.sub(r"(?<=[a-z]) (?=[a-z])", " y ", sentence))
    assert re.findall(r"<[^>]+>", made) == re.findall(r"<[^>]+>", body)
    assert sorted(filter(str.isdigit, made)) == sorted(filter(str.isdigit, body))


@pytest.mark.parametrize(
    ("html", "sentences"),
    [
        ("<p>One here. Two here.</p>", ["One here.", "Two here."]),
        ("<p><b>One here. Two here.</b></p>", ["One here.", "Two here."]),
        ("<p>One <b>here. Two</b> here.</p>", ['One <i id="1">here. Two</i> here.']),
        ("<p>Mr. Brown came.</p>", ["Mr. Brown came."]),
        ("<p>a\nline that\nbreaks</p>", ["a\nline that\nbreaks"]),
        ("<p>64</p><p> — </p>", []),
        ("<pre>code</pre>", []),
        ("<p>4 &lt; 5 is so</p>", ["4 &lt; 5 is so"]),
    ],
)
def test_sentences_are_cut_inside_blocks_and_outside_tags(html: str, sentences: list[str]) -> None:
    assert [sentence.to_html() for sentence in cut(html, "en").sentences] == sentences


def only(html: str) -> Sentence:
    (sentence,) = cut(f"<p>{html}</p>", "en").sentences
    return sentence


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("El puente", "an inline tag was lost or invented"),
        ('<i id="1">El</i> <i id="2">puente</i> 3', "an inline tag was lost or invented"),
        ('<i id="1"></i> El puente 3', "an inline tag lost its text"),
        ('El <i id="1">puente 3', "a tag does not close"),
        ("El puente</i> 3", "never opened"),
        ("<script>x</script> 3", "markup of its own"),
        ('El <i id="1">puente</i>', "the digits are not those of the original"),
        ('El <i id="1">puente</i> 33', "the digits are not those of the original"),
        ("", "the answer is empty"),
        ('El <i id="1">puente</i> 3 ' + "y " * 200, "far too long"),
        ('El <i id="1">puente</i> 3 \N{REPLACEMENT CHARACTER}', "broken characters"),
    ],
)
def test_an_answer_that_lost_something_is_not_taken(answer: str, wrong: str) -> None:
    found = checked(only("The <b>bridge</b> 3"), answer, NOTHING)
    assert isinstance(found, str)
    assert wrong in found


def test_tags_may_change_their_order_with_the_words() -> None:
    found = checked(
        only("The <b>old</b> <em>bridge</em>"), 'El <i id="2">puente</i> <i id="1">viejo</i>', NOTHING
    )
    assert isinstance(found, Sentence)
    whole = cut("<p>The <b>old</b> <em>bridge</em></p>", "en")
    assert whole.render([found]) == "<p>El <em>puente</em> <b>viejo</b></p>"


def test_what_an_engine_says_is_text_and_never_markup() -> None:
    whole = cut("<p>The bridge</p>", "en")
    found = checked(whole.sentences[0], "El &lt;script&gt; puente", NOTHING)
    assert isinstance(found, Sentence)
    assert whole.render([found]) == "<p>El &lt;script&gt; puente</p>"


NAMES = ("Ann Bole", "Bole")


def test_names_addresses_and_codes_are_marked_and_must_come_back() -> None:
    keep = Keep("<keep>", "</keep>")
    sentence = protected(
        only("Ann Bole flew an F-16 to https://x.example/a, said @annbole"), ("Ann Bole", "Bole")
    )
    marked = sentence.to_html(keep)
    assert marked.count("<keep>") == 4
    assert "<keep>Ann Bole</keep>" in marked
    assert "<keep>F-16</keep>" in marked
    answer = checked(sentence, marked.replace("flew an", "voló un").replace("said", "dijo"), keep)
    assert isinstance(answer, Sentence)
    assert checked(sentence, "Anna Bola voló 16", keep) == "a protected name was changed"


def test_a_name_inside_another_word_is_left_alone() -> None:
    assert protected(only("The Bolero of Bole"), ("Bole",)).fixed == ("Bole",)


def test_a_headline_is_plain_text_on_both_ways() -> None:
    assert cut_line("4 < 5 & more", "en").sentences[0].text == "4 < 5 & more"


@pytest.mark.parametrize("answer", ["<b>x</b>", "<i>x</i>", "<i id='x'>y</i>", "</i>", '<i id="1">x'])
def test_tags_that_are_not_ours_are_refused(answer: str) -> None:
    with pytest.raises(BrokenMarkup):
        parse(answer)
