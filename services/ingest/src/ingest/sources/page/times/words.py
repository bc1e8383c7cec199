"""What a language brings to the reading of times: its words, and nothing about how they are put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Unit(Enum):
    """A step of a relative time, as (months, seconds); months differ in length, so they are counted apart."""

    SECOND = (0, 1)
    MINUTE = (0, 60)
    HALF_HOUR = (0, 1800)
    HOUR = (0, 3600)
    DAY = (0, 86_400)
    WEEK = (0, 604_800)
    MONTH = (1, 0)
    YEAR = (12, 0)


Count = tuple[int, int]
"""The least and the most that a counting word can mean, both included."""

A_COUPLE: Count = (2, 3)
A_FEW: Count = (2, 9)


@dataclass(frozen=True, kw_only=True)
class Words:
    """One language. Every word is in lower case, written with single spaces; a final dot is never part of it.

    `ago` stands behind an amount ("5 minutes ago"), `since` in front of one ("hace 5 minutos"); a language
    has one of the two. `whole` are amounts that need no count ("half an hour").
    """

    ago: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    units: Mapping[Unit, str]
    whole: Mapping[str, tuple[int, Unit]]
    counts: Mapping[str, Count]
    about: tuple[str, ...]
    over: tuple[str, ...]
    under: tuple[str, ...]
    now: tuple[str, ...]
    days: Mapping[str, int]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    at: tuple[str, ...]
    on: tuple[str, ...]
    published: tuple[str, ...]
    updated: tuple[str, ...]
