"""Enrichers that a newsroom installs: found by entry points, and never a reason not to start.

A package names its enricher in the group `newsloom.enrichers` as `<facet>.<name>`, so that newsloom can tell
which facet goes without it even when it cannot be imported:

    [project.entry-points."newsloom.enrichers"]
    "entities.tickers" = "tickers:Tickers"
"""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from enrich.enrichers.base import FACETS, Enricher, FacetName

GROUP: Final = "newsloom.enrichers"
LARGEST_BUDGET: Final = 60.0
_NAME_IT: Final = f"name its entry point <facet>.<name>, the facet one of {', '.join(FACETS)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An installed enricher that cannot be used: `reason` names the fix, `facet` is None if unknown."""

    name: str
    facet: FacetName | None
    reason: str

    def __str__(self) -> str:
        return f"the enricher {self.name} is left out: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What was found: the enrichers that work, and those that do not."""

    enrichers: tuple[Enricher, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class _Unusable(Exception):
    """The message says what is wrong with an enricher."""


FindInstalled = Callable[[Set[str]], Installed]


def none_installed(taken: Set[str]) -> Installed:
    """Finds nothing."""
    del taken
    return Installed()


def installed(taken: Set[str], points: Iterable[EntryPoint] | None = None) -> Installed:
    """Loads the enrichers of all installed packages, in the order of their names; `taken` are refused."""
    found = entry_points(group=GROUP) if points is None else points
    enrichers: dict[str, Enricher] = {}
    left_out: list[LeftOut] = []
    for point in sorted(found, key=lambda point: (point.name, point.value)):
        facet, _, name = point.name.partition(".")
        known = facet in FACETS and bool(name)
        try:
            enricher = _loaded(point, {*taken, *enrichers})
        except _Unusable as error:
            of = cast(FacetName, facet) if known else None
            left_out.append(LeftOut(name=name if known else point.name, facet=of, reason=str(error)))
        else:
            enrichers[enricher.name] = enricher
    return Installed(enrichers=tuple(enrichers.values()), left_out=tuple(left_out))


def _loaded(point: EntryPoint, taken: Set[str]) -> Enricher:
    facet, _, name = point.name.partition(".")
    if facet not in FACETS or not name:
        raise _Unusable(_NAME_IT)
    if name in taken:
        raise _Unusable("another enricher has the same name; rename one of them")
    enricher = _made(point)
    if (enricher.facet, enricher.name) != (facet, name):
        raise _Unusable(f"it calls itself {enricher.facet}.{enricher.name}; give both the same name")
    return enricher


def _made(point: EntryPoint) -> Enricher:
    """The enricher itself. Whatever an import may do, also `sys.exit`, becomes the reason."""
    try:
        make: Callable[[], Enricher] = point.load()
        enricher = make()
        complaint = _complaint(enricher)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the service goes on without it
        raise _Unusable(f"{point.value} cannot be loaded: {type(error).__name__}: {error}"[:300]) from None
    if complaint is not None:
        raise _Unusable(f"{point.value} {complaint}")
    return enricher


def _complaint(enricher: Enricher) -> str | None:
    """What the object lacks to be an enricher, or None."""
    for attribute in ("name", "version", "facet"):
        if not isinstance(getattr(enricher, attribute, None), str):
            return f"has no `{attribute}`; give it one, a string"
    if not callable(getattr(enricher, "run", None)):
        return "has no method `run(reading, found)`"
    if not isinstance(enricher.languages, frozenset | None):
        return "has `languages` that are no frozenset of language codes and not None"
    if not (isinstance(enricher.budget, int | float) and 0 < enricher.budget <= LARGEST_BUDGET):
        return f"has a `budget` that is not between 0 and {LARGEST_BUDGET:g} seconds"
    return None if isinstance(enricher.adds, bool) else "has an `adds` that is neither True nor False"
