"""From the lines of a block to its teasers: which title, which text and which time belong together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.sources.page.ages import Line
from ingest.sources.page.model import Teaser
from ingest.sources.page.shape import is_title


@dataclass(frozen=True, kw_only=True)
class Item:
    """The lines of at most a few teasers that one time stands at, above or below them."""

    lines: tuple[Line, ...]
    age: str | None = None
    timed_at: int = 0

    @property
    def teasers(self) -> Iterator[Teaser]:
        """The last has the time."""
        return _split_item(self.lines, self.age)

    @property
    def left_out(self) -> Iterator[Line]:
        """Times that no teaser takes."""
        if self.age is not None and not any(line.text for line in self.lines):
            yield Line(text=self.age, number=self.timed_at)


def items_of(lines: Sequence[Line]) -> Iterator[Item]:
    """Items whose time stands at their end; the last may have lost it."""
    item: list[Line] = []
    for line in lines:
        item.append(line)
        if line.age is not None:
            yield Item(lines=tuple(item), age=line.age, timed_at=line.number)
            item = []
    yield Item(lines=tuple(item))


def item_below(time: Line, lines: Sequence[Line]) -> Item:
    """An item whose time stands above it."""
    return Item(lines=tuple(lines), age=time.age, timed_at=time.number)


def _split_item(item: Sequence[Line], age: str | None) -> Iterator[Teaser]:
    """The last teaser of the lines has the time; those before it lost theirs in copying."""
    texts = [line.text for line in item if line.text]
    groups: list[list[str]] = []
    for text in texts:
        opens = not groups or (len(groups[-1]) > 1 and is_title(text))
        if opens:
            groups.append([text])
        else:
            groups[-1].append(text)
    for group in groups:
        own = age if group is groups[-1] else None
        yield Teaser(title=group[0], lead=" ".join(group[1:]) or None, age=own)


def bare_titles(lines: Sequence[Line]) -> Iterator[Teaser]:
    """Every line a teaser of its own."""
    return (Teaser(title=line.text, lead=None, age=line.age) for line in lines)
