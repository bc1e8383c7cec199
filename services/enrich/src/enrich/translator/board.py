"""Which engine serves which pair, as far as is known now: tried, broken, switched off.

A pair is `untried` as long as its engine has not answered: translations are asked for all the same, and
wait. It is `broken` when the engine answered its trial with something that is no translation.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from enrich.breaker import Breaker
from enrich.translator.languages import TRIAL, foreign
from enrich.translator.ports import BadAnswer, Engine, EngineAway, Pair, PairNotServed
from enrich.translator.sentence import BrokenMarkup, parse

FAILURES: Final = 3
FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 60.0

NOT_SERVED: Final = "it does not serve this pair"

State = Literal["untried", "works", "broken"]


@dataclass(slots=True)
class Standing:
    """How an engine stands with a pair."""

    breaker: Breaker
    state: State = "untried"
    version: str | None = None
    reason: str = "it has not answered yet"
    asking_version: asyncio.Lock = field(default_factory=asyncio.Lock)


class Board:
    """The engines in the order in which they are preferred, and their standing."""

    def __init__(
        self,
        engines: Sequence[Engine],
        candidates: Iterable[Pair],
        *,
        clock: Callable[[], float],
        order: Mapping[Pair, Sequence[str]] | None = None,
    ) -> None:
        """`candidates` are all pairs wanted; `order` names the engines of pairs that have their own order."""
        self._engines = {engine.name: engine for engine in engines}
        self._order = dict(order or {})
        self._clock = clock
        self._candidates = tuple(dict.fromkeys(candidates))
        self._standings: dict[tuple[str, Pair], Standing] = {}
        self._suppose()

    def _suppose(self) -> None:
        for name, engine in self._engines.items():
            for pair in engine.supposed(self._wanted_of(name)):
                self._standings[name, pair] = self._standing()

    def _standing(self) -> Standing:
        breaker = Breaker(
            self._clock, failures=FAILURES, first_pause=FIRST_PAUSE, longest_pause=LONGEST_PAUSE
        )
        return Standing(breaker)

    def _wanted_of(self, name: str) -> list[Pair]:
        return [pair for pair in self._candidates if name in self._names(pair)]

    def _names(self, pair: Pair) -> Sequence[str]:
        return [name for name in self._order.get(pair, tuple(self._engines)) if name in self._engines]

    # --- what others ask ---

    def __bool__(self) -> bool:
        """Whether any engine serves, or may serve, any pair."""
        return bool(self._standings)

    def __contains__(self, pair: object) -> bool:
        """Whether a translation can be asked for: some engine serves the pair, or may."""
        return isinstance(pair, tuple) and len(pair) == 2 and bool(self.engines(Pair(*pair)))

    def engines(self, pair: Pair, *, inside_only: bool = False) -> list[Engine]:
        """Engines of a pair in order, those that are switched off too."""
        found = (self._engines[name] for name in self._names(pair) if self._is_usable(name, pair))
        return [engine for engine in found if not (inside_only and engine.leaves_the_house)]

    def _is_usable(self, name: str, pair: Pair) -> bool:
        standing = self._standings.get((name, pair))
        return standing is not None and standing.state != "broken"

    def off(self, engine: Engine, pair: Pair) -> str | None:
        """Why the engine is not to be asked now, or None."""
        return self._standings[engine.name, pair].breaker.off()

    def open_breakers(self) -> list[tuple[str, Pair]]:
        """Engines and pairs that were switched off and have not worked since, trials in between included."""
        return [
            place
            for place, standing in self._standings.items()
            if standing.breaker.tripped and standing.state != "broken"
        ]

    def places(self) -> list[tuple[str, Pair]]:
        """Every engine with every pair that is wanted of it."""
        return [(name, pair) for name, pair, _ in self.report()]

    def why_not(self, pair: Pair) -> str:
        """Why nobody translates a pair."""
        broken = [
            f"{name}: {standing.reason}"
            for (name, other), standing in self._standings.items()
            if other == pair and standing.state == "broken"
        ]
        return "; ".join([f"no engine for {pair}", *broken])

    def report(self) -> list[tuple[str, Pair, str]]:
        """Every engine and pair with what is to be said of it, for people."""
        return [
            (name, pair, standing.breaker.off() or _said(standing))
            for (name, pair), standing in sorted(self._standings.items())
        ]

    # --- what is learnt by work ---

    def succeeded(self, engine: Engine, pair: Pair) -> None:
        standing = self._standings[engine.name, pair]
        standing.breaker.succeeded()
        standing.state = "works"

    def failed(self, engine: Engine, pair: Pair, error: EngineAway | BadAnswer) -> None:
        """One that hangs is switched off at once: each further question would cost its whole time."""
        breaker = self._standings[engine.name, pair].breaker
        for _ in range(FAILURES if isinstance(error, EngineAway) and error.hung else 1):
            breaker.failed(str(error))

    def broken(self, engine: Engine, pair: Pair, reason: str) -> None:
        standing = self._standings[engine.name, pair]
        standing.state, standing.reason = "broken", reason

    async def version(self, engine: Engine, pair: Pair) -> str | None:
        """Version of engine and model; None as long as the engine does not tell."""
        standing = self._standings[engine.name, pair]
        async with standing.asking_version:  # one question, however many articles want to know
            if standing.version is None and standing.breaker.off() is None:
                try:
                    standing.version = await engine.version(pair)
                except (EngineAway, BadAnswer) as error:
                    self.failed(engine, pair, error)
                except PairNotServed as error:
                    self.broken(engine, pair, str(error))
        return standing.version

    # --- trials ---

    async def discover(self, engine: Engine) -> None:
        """Ask an engine what it serves. Raises EngineAway or BadAnswer; then what was supposed stays."""
        wanted = self._wanted_of(engine.name)
        served = await engine.served(wanted)
        for pair in wanted:
            known = self._standings.get((engine.name, pair))
            if pair in served and known is None:
                self._standings[engine.name, pair] = self._standing()
            elif pair not in served and known is not None and known.state != "broken":
                known.state, known.reason = "broken", NOT_SERVED

    def to_try(self) -> list[tuple[Engine, Pair]]:
        """What a trial would tell something about now: never tried, or failing and no longer switched off."""
        return [
            (self._engines[name], pair)
            for (name, pair), standing in self._standings.items()
            if standing.breaker.off() is None
            and (standing.state == "untried" or (standing.state == "works" and standing.breaker.tripped))
        ]

    def broken_ones(self) -> list[tuple[Engine, Pair]]:
        """What was found broken; a newer package or service may have mended it."""
        found = self._standings.items()
        return [(self._engines[name], pair) for (name, pair), each in found if each.state == "broken"]

    async def try_out(self, engine: Engine, pair: Pair) -> bool:
        """Translate a sentence whose answer can be judged; whether the pair works now."""
        standing = self._standings[engine.name, pair]
        try:
            version = await engine.version(pair)
            answers = await engine.translate(pair, [_trial(pair)])
        except (EngineAway, BadAnswer) as error:
            self.failed(engine, pair, error)
            return False
        except PairNotServed as error:
            self.broken(engine, pair, str(error))
            return False
        reason = _judged(pair, answers[0].html if answers else "")
        if reason is None:
            standing.version = version
            self.succeeded(engine, pair)
        elif standing.state == "works":
            self.failed(engine, pair, BadAnswer(reason))
        else:
            self.broken(engine, pair, reason)
        return reason is None


def _said(standing: Standing) -> str:
    return "works" if standing.state == "works" else f"{standing.state}: {standing.reason}"


def _trial(pair: Pair) -> str:
    return TRIAL.get(pair.source, TRIAL["en"])


def _judged(pair: Pair, answer: str) -> str | None:
    try:
        text = parse(answer).text
    except BrokenMarkup:
        return "the answer holds markup of its own"
    return foreign(_trial(pair), text, pair.source, pair.target)
