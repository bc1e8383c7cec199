"""Which strings are language tags: BCP 47 shape over the two-letter codes of ISO 639-1."""

import re

# ISO 639-1, the codes a newsroom's tools really send; three-letter codes are accepted by shape.
ISO_639_1 = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id
    ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu
    lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu
    rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr
    ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)
UNDETERMINED = "und"

_REST = r"(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
TAG_PATTERN = rf"^[a-z]{{2,3}}{_REST}$"
_SHAPE = re.compile(rf"(?P<language>[a-z]{{2,3}}){_REST}")


def is_language_tag(tag: str) -> bool:
    """True for a well-formed tag whose two-letter primary language exists."""
    match = _SHAPE.fullmatch(tag)
    if match is None:
        return False
    language = match["language"]
    return len(language) == 3 or language in ISO_639_1


def primary_language(tag: str) -> str:
    """The primary subtag: `pt` for `pt-BR`."""
    return tag.split("-", 1)[0]
