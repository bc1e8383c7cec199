"""Front matter: the YAML between two lines of three dashes, at the top of a text file."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from ingest.refusal import Refused, invalid_field

MAX_CHARS = 20_000
MAX_DEPTH = 5
MAX_VALUES = 2_000
_FENCE = re.compile(r"---[ \t]*\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})

Tree = str | list[Any] | dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Parted:
    """A file taken apart. Every value of `head` is text, a list or a mapping: nothing is guessed."""

    head: dict[str, Tree]
    text: str


def part(file: str) -> Parted:
    """Parts a file at its front matter, if it has one. Raises Refused: `invalid`."""
    if file.startswith("+++"):
        raise _unfit("write the front matter as YAML, between two lines of ---")
    opened = _FENCE.match(file)
    if opened is None:
        return Parted(head={}, text=file)
    closed = _END.search(file, opened.end())
    if closed is None:
        raise _unfit("end the front matter with a line of ---")
    return Parted(head=_head(file[opened.end() : closed.start()]), text=file[closed.end() :])


def _head(source: str) -> dict[str, Tree]:
    if len(source) > MAX_CHARS:
        raise _unfit(f"shorten the front matter to at most {MAX_CHARS} characters")
    try:
        _check(source)
        node = yaml.compose(source, Loader=yaml.BaseLoader)
        tree = None if node is None else _tree(node)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _unfit("write the front matter as valid YAML: one `name: value` a line") from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise _unfit("write the front matter as `name: value`, one a line")
    return tree


def _check(source: str) -> None:
    """Bounds what the composer, which calls itself, will meet."""
    depth = values = 0
    for event in yaml.parse(source, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _unfit("write a value out instead of pointing at it with *")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        values += isinstance(event, yaml.NodeEvent)
        if depth > MAX_DEPTH or values > MAX_VALUES:
            raise _unfit(f"keep the front matter to {MAX_DEPTH} levels and {MAX_VALUES} values")


def _tree(node: yaml.Node) -> Tree:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_tree(each) for each in node.value]
    pairs = [(_name(key), _tree(value)) for key, value in node.value]
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("duplicate-key", "name every value of the front matter once")
    return found


def _name(key: yaml.Node) -> str:
    if not isinstance(key, yaml.ScalarNode):
        raise _unfit("write a plain name before each colon")
    return str(key.value)


def _scalar(node: yaml.ScalarNode) -> str | None:
    text = str(node.value)
    text.encode()  # an escape can name half of a character: ValueError
    return None if node.style is None and text in _NOTHING else text


def _unfit(advice: str) -> Refused:
    return invalid_field("", "front-matter", advice)
