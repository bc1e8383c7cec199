"""A second opinion from jsoncompat, for what our own rules may not have thought of."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Literal

import jsoncompat

from newsloom.contract.released import Schema
from newsloom.contract.rules import Finding, finding

_ROLES: tuple[tuple[Literal["serializer", "deserializer"], str], ...] = (
    ("serializer", "consumers"),
    ("deserializer", "producers"),
)


def second_opinion(old: Schema, new: Schema, *, subject: str, known: Iterable[Finding]) -> Iterator[Finding]:
    """A finding when jsoncompat sees a break that none of the `known` findings tells.

    It proves one-sidedly: "no" may mean that it does not know. It may take an added optional field for a
    break (an open model let anything by that name through before), so what our rules allow is left out.
    """
    known = list(known)
    if any(found.rule.breaking for found in known):
        return
    added = [found.pointer for found in known if found.rule.name == "new-optional-field"]
    # The id is none of its business: it takes one for a reference to another document.
    before, after = json.dumps(_without(old, ["/$id"])), json.dumps(_without(new, ["/$id", *added]))
    for role, who in _ROLES:
        try:
            fits = jsoncompat.check_compat(before, after, role)
        except ValueError as error:
            yield finding("incompatible-schema", subject, f"jsoncompat cannot read the schema: {error}")
            return
        if not fits:
            yield finding("incompatible-schema", subject, f"jsoncompat sees a break for {who} of before")


def _without(schema: Schema, pointers: Iterable[str]) -> Schema:
    pruned = deepcopy(schema)
    for pointer in pointers:
        *way, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
        node = pruned
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node.pop(last, None)
    return pruned
