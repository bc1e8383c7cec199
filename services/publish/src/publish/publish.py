"""The use case: read, decide, compare-and-swap, emit. The caller commits only after it has returned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticleEnrichedV2
from publish.arrivals import Arrival, Arrivals, arrival_of
from publish.decide import Decision, Kind, decide
from publish.feeds import emissions_for
from publish.ports import Publisher, ServerClock, Store

ATTEMPTS = 8
BEGINNING = datetime.min.replace(tzinfo=UTC)
_TELLING = frozenset({Kind.APPLY, Kind.KILL, Kind.REPLAY})


class SwapsLost(Exception):
    """Others wrote the same articles faster, every time. Repeat later; nothing has been lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one event."""

    event: Event
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """The events of one article, decided in their order against the state that was stored."""

    expected_version: int | None
    final: StoredArticleV3 | None
    decisions: tuple[Decision, ...]

    @property
    def changed(self) -> bool:
        return any(decision.document is not None for decision in self.decisions)

    @property
    def tells(self) -> bool:
        return any(decision.kind in _TELLING for decision in self.decisions)

    @property
    def document(self) -> StoredArticleV3:
        """The final state; only of a fold that changed or tells something, which always has one."""
        return cast(StoredArticleV3, self.final)


def nobody_asks(_event: Event) -> None:
    """For who does not want to know for which event's sake something is told."""


async def publish(
    events: Sequence[Event],
    *,
    store: Store,
    publisher: Publisher,
    clock: ServerClock,
    public_url: str,
    because: Callable[[Event], None] = nobody_asks,
    arrivals: Arrivals | None = None,
) -> list[Verdict]:
    """Bring events into the store and tell everyone. A verdict for each event, in their order.

    When it returns, everything is durable: stored by a majority and acknowledged by the log. When it raises,
    nothing is lost: run again with the same events. Raises SwapsLost and whatever the ports raise.
    `because` hears, before anything is told, of the events for whose sake it is: of each article the last
    one that it hears of is the last that was stored, or else repeated. `arrivals` notes new revisions; to
    run again with the same events, hand in the same.
    """
    arrivals = arrivals or Arrivals()
    folds = await settle(events, store=store, clock=clock)
    verdicts = _verdicts(events, folds)
    arrivals.stored(_new_revisions(verdicts, folds))
    for kinds in ((Kind.REPLAY,), (Kind.APPLY, Kind.KILL)):
        for verdict in verdicts:
            if verdict.kind in kinds:
                because(verdict.event)
    told = {article: fold.document for article, fold in folds.items() if fold.tells}
    news = {article: arrival for article, arrival in arrivals.among(events).items() if article in told}
    await publisher.publish(
        [
            emission
            for article, document in told.items()
            for emission in emissions_for(document, public_url, news=news.get(article))
        ]
    )
    arrivals.told(news)
    return verdicts


def _new_revisions(verdicts: Sequence[Verdict], folds: Mapping[str, Fold]) -> dict[str, Arrival]:
    """The revisions that were just applied and are what their documents show, by article."""
    applied = (verdict.event for verdict in verdicts if verdict.kind is Kind.APPLY)
    found = ((event.subject, arrival_of(event, folds[event.subject].document)) for event in applied)
    return {article: arrival for article, arrival in found if arrival is not None}


async def settle(events: Sequence[Event], *, store: Store, clock: ServerClock) -> dict[str, Fold]:
    """The first half of it: decide and store, by article, and tell nobody. Raises as `publish` does."""
    return await _settle(_by_article(events), store, await _now(events, clock))


async def _now(events: Sequence[Event], clock: ServerClock) -> datetime:
    """The time, asked for only when an embargo is to be judged; at the beginning of time every one holds."""
    judged = any(isinstance(each, ArticleEnrichedV2) and each.content.embargo_until for each in events)
    return await clock.server_time() if judged else BEGINNING


def _by_article(events: Sequence[Event]) -> dict[str, list[Event]]:
    grouped: dict[str, list[Event]] = {}
    for event in events:
        grouped.setdefault(event.subject, []).append(event)
    return grouped


async def _settle(pending: Mapping[str, list[Event]], store: Store, now: datetime) -> dict[str, Fold]:
    """Decide and store; articles whose swap was lost are read and decided again."""
    settled: dict[str, Fold] = {}
    for _ in range(ATTEMPTS):
        stored = await store.load(list(pending))
        folds = {key: fold(stored.get(key), events, now) for key, events in pending.items()}
        changed = [each for each in folds.values() if each.changed]
        lost = await store.write(changed) if changed else frozenset[str]()
        settled.update((key, each) for key, each in folds.items() if key not in lost)
        pending = {key: pending[key] for key in lost}
        if not pending:
            return settled
    raise SwapsLost(f"{len(pending)} article(s) were written by others {ATTEMPTS} times in a row")


def fold(stored: StoredArticleV3 | None, events: Sequence[Event], now: datetime) -> Fold:
    """Decide the events of one article one after the other."""
    state, decisions = stored, []
    for event in events:
        decision = decide(state, event, now=now)
        decisions.append(decision)
        state = decision.document or state
    expected = stored.document_version if stored is not None else None
    return Fold(expected_version=expected, final=state, decisions=tuple(decisions))


def _verdicts(events: Sequence[Event], folds: Mapping[str, Fold]) -> list[Verdict]:
    decisions = {key: iter(each.decisions) for key, each in folds.items()}
    decided = ((event, next(decisions[event.subject])) for event in events)
    return [Verdict(event=event, kind=made.kind, reason=made.reason) for event, made in decided]
