"""The rules of evolution: a stable name for each kind of change, who it hurts, and what to do instead.

Two kinds of people hold on to a released version: producers that still write what it allowed, with the
records they left in the topics, and consumers that were built, or had types generated, from its schema.
A version is safe when neither meets a value they were not told of; so it may gain optional fields, which
open models ignore, and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Hurt = Literal["producers", "consumers", "producers and consumers", "nobody"]


@dataclass(frozen=True)
class Rule:
    """What a kind of change means. `hurts` is "nobody" for a benign one."""

    name: str
    hurts: Hurt
    why: str
    instead: str = ""

    @property
    def breaking(self) -> bool:
        return self.hurts != "nobody"


NEW_MAJOR = "leave the released version as it is; add the next version of the event with an upcast to it"
KEEP = "bring it back as it was released"

_SCHEMA = (
    Rule(
        "removed-field",
        "consumers",
        "a consumer reads the field and finds nothing",
        "keep the field; mark it deprecated in its description and drop it in the next version of the event",
    ),
    Rule(
        "renamed-field",
        "producers and consumers",
        "on the wire a rename is a removal: old records have one name, old consumers look for the other",
        "keep the released name; the next version of the event may name it anew and fill it in the upcast",
    ),
    Rule(
        "new-required-field",
        "producers",
        "records in the topics and producers of before do not have it and would be refused",
        "make it optional (absent when unknown), or add the next version with an upcast that fills it",
    ),
    Rule(
        "optional-made-required",
        "producers",
        "records in the topics and producers of before may leave it out and would be refused",
        "leave it optional, or require it in the next version of the event with an upcast that fills it",
    ),
    Rule(
        "required-made-optional",
        "consumers",
        "a consumer was promised the field and reads it without looking",
        "go on sending it always, or make it optional in the next version of the event",
    ),
    Rule("narrowed-type", "producers", "values of a type that was allowed would be refused", NEW_MAJOR),
    Rule(
        "widened-type", "consumers", "a consumer meets a type that its code and types do not know", NEW_MAJOR
    ),
    Rule(
        "changed-type",
        "producers and consumers",
        "old records do not fit the new type, new ones do not fit what consumers were built for",
        NEW_MAJOR,
    ),
    Rule("new-constraint", "producers", "values that were allowed would be refused", NEW_MAJOR),
    Rule("narrowed-constraint", "producers", "values that were allowed would be refused", NEW_MAJOR),
    Rule(
        "widened-constraint",
        "consumers",
        "a consumer that validates, or has a column of that size, meets a value beyond what was promised",
        NEW_MAJOR,
    ),
    Rule(
        "changed-constraint",
        "producers and consumers",
        "which values are allowed is another question now; neither side can know",
        NEW_MAJOR,
    ),
    Rule(
        "removed-enum-member",
        "producers",
        "records in the topics have that value and would be refused",
        "keep the member and stop writing it, or drop it in the next version of the event",
    ),
    Rule(
        "added-enum-member",
        "consumers",
        "a consumer that decides by this value has no branch for the new one",
        "tell it in a new optional field, or add the member in the next version of the event",
    ),
    Rule(
        "changed-default",
        "consumers",
        "absence means something else now, also in the records that were written before",
        "keep the default; say the new meaning in a new optional field",
    ),
    Rule(
        "closed-model",
        "producers",
        "records of a newer producer with one more field would be refused: models are open",
        "leave additional properties allowed",
    ),
    Rule(
        "changed-id", "consumers", "consumers find the schema by this id, also in caches and registries", KEEP
    ),
    Rule(
        "incompatible-schema",
        "producers and consumers",
        "jsoncompat finds that the two schemas do not allow the same values, and no rule of ours says where",
        NEW_MAJOR,
    ),
)
_VERSIONS = (
    Rule(
        "removed-version",
        "producers and consumers",
        "its records still lie in topics and archives, and somebody may still write them",
        "keep the class, its snapshot and its upcast; only nobody need write it any more",
    ),
    Rule(
        "edited-snapshot",
        "consumers",
        "the snapshot is what was given out; edited by hand it says something nobody was ever told",
        "bring the file back as it was released; change the model and run `newsloom schemas freeze`",
    ),
    Rule(
        "version-gap",
        "producers and consumers",
        "versions count 1, 2, 3 ...; with one left out there is no way up from the one before",
        "number the versions of the event without a gap",
    ),
    Rule(
        "missing-upcast",
        "consumers",
        "decode gives the newest version only; without the upcast old records become dead letters",
        "give the class an `upcast()` that returns the next version",
    ),
    Rule(
        "name-grammar",
        "consumers",
        "names are the address by which people and generated code find things",
        "types newsloom.<words>.v<N>, classes <Words>V<N> in the file of their words, fields in snake_case",
    ),
    Rule(
        "orphan",
        "consumers",
        "what nothing refers to is kept by nobody and misleads whoever finds it",
        "give it its place in the catalogue, or take it away",
    ),
)
_EXAMPLES = (
    Rule(
        "changed-examples",
        "consumers",
        "examples are records as they were written; consumers test their code with them",
        "bring the file back as it was released and add a new example beside it",
    ),
    Rule(
        "undecodable-example",
        "producers",
        "a record as it was once written is not understood any more",
        "make the models read it again: this is what the topics hold",
    ),
    Rule(
        "no-example",
        "consumers",
        "a version is released with at least one whole record to try code on",
        "add NNN-what-it-shows.json to its folder of examples",
    ),
)
_TOPICS = (
    Rule("removed-topic", "producers and consumers", "somebody reads or writes it", KEEP),
    Rule(
        "changed-key",
        "consumers",
        "order, compaction and joins go by the key; records of one article would be in two places",
        "keep the key; another key is another topic",
    ),
    Rule(
        "changed-topic",
        "consumers",
        "consumers rely on what a topic carries, on how long and how it is kept, and keys on its partitions",
        "keep it; where it must change, create another topic and let consumers move over",
    ),
)
_BENIGN = (
    Rule(
        "written-constraint",
        "nobody",
        "before the first freeze schemas did not say all that the models enforced; now it is written down",
    ),
    Rule("new-optional-field", "nobody", "open models ignore what they do not know"),
    Rule("changed-text", "nobody", "titles, descriptions and examples of fields bind nobody"),
    Rule(
        "new-event", "nobody", "consumers pass over a ce_type they do not know; those who want it come first"
    ),
    Rule(
        "new-version",
        "nobody",
        "consumers that know it come first, then its producers; old records are upcast",
    ),
    Rule("new-example", "nobody", "examples may be added"),
    Rule("new-topic", "nobody", "nobody reads or writes it yet"),
    Rule(
        "extended-topic",
        "nobody",
        "a topic may carry one more event, be kept longer, have other writers and readers",
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.name: rule for rule in (*_SCHEMA, *_VERSIONS, *_EXAMPLES, *_TOPICS, *_BENIGN)}
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One change that a rule has something to say about.

    `subject` is an event version, a topic or a file; `pointer` a JSON Pointer into its schema, or "".
    """

    rule: Rule
    subject: str
    what: str
    pointer: str = ""

    @property
    def where(self) -> str:
        return f"{self.subject} {self.pointer}".rstrip()


def finding(rule: str, subject: str, what: str, pointer: str = "") -> Finding:
    """A finding by the name of its rule."""
    return Finding(rule=RULES[rule], subject=subject, what=what, pointer=pointer)
