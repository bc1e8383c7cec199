"""The names in a byline as agencies write it: "By A and B", "Von A, dpa", "A (photographer), B"."""

import re

_OPENING = re.compile(r"^(?:by|von|por|par|di|av|af|door|text)\b:?\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,;|/]\s+|\s+(?:and|und|och|et|y|e|и|та|і|й|&)\s+")
_WITH_ROLE = re.compile(r"(?P<name>[^()]{1,200}?)\s*\((?P<role>[^()]{1,100})\)")


def byline_names(byline: str | None) -> tuple[tuple[str, str | None], ...]:
    """Names in their order, each with the role that stands behind it in brackets."""
    if not byline or not byline.strip():
        return ()
    parts = _BETWEEN.split(_OPENING.sub("", byline.strip()))
    return tuple(_with_role(part.strip()) for part in parts if part.strip())


def _with_role(part: str) -> tuple[str, str | None]:
    found = _WITH_ROLE.fullmatch(part)
    return (found["name"].strip(), found["role"].strip()) if found else (part, None)


def author(name: str, role: str | None = None, uri: str | None = None) -> dict[str, str] | str:
    """An author as a submission has it: a bare name where nothing else is known."""
    told = {"role": (role or "").strip(), "uri": uri or ""}
    known = {key: value for key, value in told.items() if value}
    return {"name": name, **known} if known else name
