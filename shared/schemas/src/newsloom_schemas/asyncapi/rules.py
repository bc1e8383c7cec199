"""What every reader has to know, in words: the AsyncAPI document and the pages about events say the same."""

from collections.abc import Mapping
from types import MappingProxyType

RULES: Mapping[str, str] = MappingProxyType(
    {
        "A record": """\
Every record is a CloudEvents 1.0 event in Kafka's binary mode: its attributes are headers whose names begin
with `ce_`, its value is the payload as UTF-8 JSON. Optional fields are absent, never null.""",
        "Order": """\
Records of one key are in one partition, and in order. Nothing orders records of different keys, and no clock
orders anything: what replaces what is told by `revision`, `run` and `document_version`.""",
        "Delivery": """\
Delivery is at least once. After a crash or a rebalance a record may come again, or an older state may come
after a newer one; the same fact always has the same `ce_id`. Readers of state keep the highest
`document_version` of each article and ignore lower ones.""",
        "Versions": """\
The major version is part of `ce_type`. A released version only ever gains optional fields, so ignore fields
that you do not know. What would break readers comes as a new version beside the old one, so ignore a
`ce_type` that you do not know.""",
    }
)
SCHEMAS = """\
**Schemas** stand here in AsyncAPI's own form of JSON Schema. Each is also published as JSON Schema 2020-12
under the name that `x-json-schema` and the header `ce_dataschema` give."""
