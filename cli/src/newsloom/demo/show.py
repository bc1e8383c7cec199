"""How the demo looks: a line for each article, and at the end what it comes to."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from newsloom.demo.run import Passage

HEADLINE_CHARS = 44
SOURCE_CHARS = 13
WORDS = {
    "start": "start page",
    "all_json": "all articles as JSON Feed",
    "all_rss": "all articles as RSS",
    "article": "an article with related links",
    "events": "live updates",
    "feeds_docs": "the API of feeds",
    "ingest_docs": "the API of ingest",
}
COMMANDS = {"events": "curl -N "}  # a stream is nothing for a browser


class Screen:
    """Lines on the console; below them a bar, but only when a person is watching."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("  articles"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self._console.print()
        self._console.print(heading(), soft_wrap=True)
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def tell(self, passage: Passage) -> None:
        """One more sample is settled."""
        self._console.print(flow_line(passage), soft_wrap=True)
        self._bar.advance(self._task)


def heading() -> Text:
    """The names of the columns."""
    columns = f"  {'source':<{SOURCE_CHARS}} {'article':<{HEADLINE_CHARS}}"
    return Text(f"{columns} {'submitted':>10} {'enriched':>10} {'published':>10}  found", style="dim")


def flow_line(passage: Passage) -> Text:
    """`✓ kursor  Headline…  4 ms  61 ms  83 ms`; for what was not published, why."""
    sample = passage.sample
    source, headline = _fitted(sample.delivery.source, SOURCE_CHARS), _fitted(sample.headline, HEADLINE_CHARS)
    mark, style = ("✓", "green") if passage.settled else ("✗", "red")
    line = Text.assemble((mark, style), f" {source} ", (headline, "bold"))
    for milliseconds in (passage.submitted_ms, passage.enriched_ms, passage.published_ms):
        line.append(f" {_ms(milliseconds):>10}")
    if passage.state != "published":
        line.append(f"  {passage.state}: {passage.detail.splitlines()[0]}", style="yellow")
    elif passage.published is not None:
        found = passage.published
        line.append(f"  {found.language}, {found.tags} tags, {found.links} links", style="dim")
    return line


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


def _fitted(text: str, width: int) -> str:
    cut = text if len(text) <= width else f"{text[: width - 1].rstrip()}…"
    return f"{cut:<{width}}"


def print_summary(console: Console, summary: Mapping[str, Any]) -> None:
    """What the run comes to."""
    console.print()
    verdict = (
        Text("every sample is published", style="green") if summary["ok"] else Text("not all is well", "red")
    )
    console.print(verdict)
    for name, value in _facts(summary):
        console.print(Text.assemble((f"  {name:<12}", "dim"), value), soft_wrap=True)
    for problem in summary["problems"]:
        console.print(Text(f"  {problem}", style="red"), soft_wrap=True)


def _facts(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    counts = f"{summary['samples']} submitted, {summary['published']} published"
    if summary["superseded"]:
        counts += f", {summary['superseded']} superseded by a newer revision"
    links = f"{summary['related']} links, {summary['related_across_languages']} of them across languages"
    times = summary["milliseconds"]
    return [
        ("samples", f"{counts}; they are {summary['articles']} articles"),
        ("added", f"{summary['tags']} tags, {links}"),
        *((name, _spread(times[name])) for name in ("submitted", "enriched", "published")),
        (
            "took",
            f"{summary['seconds']['flow']:.1f} s, after {summary['seconds']['stack']:.1f} s for the stack",
        ),
    ]


def _spread(times: Mapping[str, float] | None) -> str:
    if times is None:
        return "not measured"
    return f"median {times['median']:.0f} ms, p95 {times['p95']:.0f} ms, max {times['max']:.0f} ms"


def print_places(console: Console, places: Mapping[str, str]) -> None:
    """Addresses to look at, one a line, so that a terminal can make links of them."""
    console.print()
    console.print(Text("look at it", style="bold"))
    for name, address in places.items():
        what = f"  {WORDS[name]:<{max(map(len, WORDS.values()))}}  "
        console.print(
            Text.assemble((what, "dim"), (COMMANDS.get(name, ""), "dim"), (address, "cyan")), soft_wrap=True
        )
