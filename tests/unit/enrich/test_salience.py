"""The name that an article is about comes first."""

from enrich.article_text import ArticleText, JoinedText
from enrich.linguistics.names import Mention
from enrich.linguistics.precision import MIN_FINDINGS, UNMEASURED, PrecisionTable
from enrich.linguistics.salience import saliences
from enrich.linguistics.tagging import tags

HEADLINE = "Orla Quint leaves"
BODY = "Port Brack said so. " * 10 + "Port Brack waits for Orla Quint."


def mention(joined: JoinedText, label: str, nth: int = 0, *, adjective: bool = False) -> Mention:
    start = -1
    for _ in range(nth + 1):
        start = joined.text.index(label, start + 1)
    return Mention(
        kind="entity",
        label=label,
        start=start,
        end=start + len(label),
        confidence=0.5,
        basis="heuristic",
        adjective=adjective,
    )


def joined() -> JoinedText:
    return JoinedText.of(ArticleText(source="meridian", headline=HEADLINE, lead="", body=BODY))


def test_a_name_in_the_headline_outweighs_one_that_only_the_body_has() -> None:
    text = joined()
    quint, brack = [mention(text, "Orla Quint")], [mention(text, "Port Brack", 1)]
    assert saliences([brack, quint], text)[1] == 1.0
    assert [tag.label for tag in tags([brack, quint], text, "test")] == ["Orla Quint", "Port Brack"]


def test_more_mentions_are_more_salient_and_an_adjective_less() -> None:
    text = joined()
    once = [mention(text, "Port Brack", 5)]
    often = [mention(text, "Port Brack", number) for number in range(5, 8)]
    adjective = [mention(text, "Port Brack", 5, adjective=True)]
    weak, middle, strong = saliences([adjective, once, often], text)
    assert weak < middle < strong == 1.0


def test_no_names_no_salience() -> None:
    assert saliences([], joined()) == []


def test_a_precision_counted_on_few_findings_is_no_measurement() -> None:
    table = PrecisionTable({"en": {"calling": (0.9, MIN_FINDINGS), "rare": (0.9, MIN_FINDINGS - 1)}})
    assert (table.of("en", "calling").confidence, table.of("en", "calling").basis) == (0.9, "measured")
    assert table.of("en", "rare").basis == "heuristic"
    assert table.of("fi", "calling").confidence == UNMEASURED


def test_the_shipped_table_holds_every_language_with_sane_figures() -> None:
    table = PrecisionTable.load()
    for language, finding in (
        ("ru", "person"),
        ("uk", "institution"),
        ("en", "given-name"),
        ("es", "country"),
    ):
        sureness = table.of(language, finding)
        assert sureness.basis == "measured", (language, finding)
        assert 0.3 < sureness.confidence < 1
