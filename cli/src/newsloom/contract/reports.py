"""What `newsloom schemas check`, `freeze` and `diff` do and say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsloom.contract.checking import Verdict, judge
from newsloom.contract.evolution import changes
from newsloom.contract.freezing import freeze
from newsloom.contract.history import contract_at
from newsloom.contract.released import Released
from newsloom.contract.rollout import rollout, told
from newsloom.contract.rules import Finding
from newsloom.contract.state import contract_of_today
from newsloom.contract.telling import as_json, in_short, in_words, rollout_json
from newsloom.contract.versions import known_events
from newsloom.errors import CommandError, Exit


@dataclass(frozen=True, kw_only=True)
class Report:
    """An outcome: `data` for machines, `lines` for stdout, a `note` for stderr, and whether it failed."""

    data: object
    lines: tuple[str, ...]
    note: str
    failed: bool


def checked(released: Released, *, frozen: bool) -> Report:
    """Judge the models. With `frozen` a benign change that is not frozen yet is a failure, too."""
    verdict = judge(released)
    return Report(
        data=[as_json(found) for found in verdict.findings],
        lines=tuple(in_words(verdict.breaking)),
        note=_summary(verdict),
        failed=bool(verdict.breaking or (frozen and verdict.unfrozen)),
    )


def froze(released: Released, *, anew: Sequence[str]) -> Report:
    """Freeze the contract. CommandError outside a checkout and for what cannot be frozen anew."""
    done = freeze(_in_checkout(released), anew=[_known(name, released) for name in anew])
    files = [str(path.relative_to(released.root)) for path in done.written]
    note = f"{len(files)} file(s) written in {released.root}" if files else "everything was frozen already"
    return Report(
        data={"written": files, "refused": [as_json(found) for found in done.against]},
        lines=(*in_words(done.against), *files),
        note="nothing was frozen" if done.against else note,
        failed=bool(done.against),
    )


def differed(released: Released, revision: str) -> Report:
    """What changed since a revision, and who is deployed first. CommandError when git cannot tell."""
    before, today = contract_at(_in_checkout(released), revision), contract_of_today(released)
    found = changes(before, today)
    breaking = [change for change in found if change.rule.breaking]
    benign = [change for change in found if not change.rule.breaking]
    plan = rollout(found, today.topics)
    return Report(
        data={
            "since": revision,
            "changes": [as_json(change) for change in found],
            "deploy": rollout_json(plan),
        },
        lines=(*_grouped(breaking, benign), *(told(plan) if found else ())),
        note=f"{len(breaking)} breaking and {len(benign)} benign change(s) since {revision}",
        failed=bool(breaking),
    )


def _grouped(breaking: Sequence[Finding], benign: Sequence[Finding]) -> Iterator[str]:
    if breaking:
        yield from ("breaking:", *_indented(in_words(breaking)))
    if benign:
        yield from ("benign:", *_indented(in_short(benign)))


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _summary(verdict: Verdict) -> str:
    if verdict.breaking:
        broken = sorted({found.rule.name for found in verdict.breaking})
        return f"the contract breaks {len(broken)} rule(s): {', '.join(broken)}"
    if verdict.unfrozen:
        news = "\n".join(in_short(verdict.unfrozen))
        return (
            f"{news}\nnothing breaks; to release it run `newsloom schemas freeze` and commit what it writes"
        )
    return f"the contract holds: {len(verdict.today.schemas)} versions, {len(verdict.today.topics)} topics"


def _known(name: str, released: Released) -> str:
    index = released.index()
    if name not in {*map(str, known_events()), *index.versions, *index.topics}:
        raise CommandError(
            f"there is no {name}",
            fix="name a topic, or a version as `newsloom schemas list` does: NAME@vN",
            code=Exit.USAGE,
        )
    return name


def _in_checkout(released: Released) -> Released:
    if not (released.root.parents[2] / "pyproject.toml").is_file():
        raise CommandError(
            f"the contract at {released.root} is an installed package, not a checkout",
            fix="run it in a checkout of newsloom, after `uv sync`",
            code=Exit.USAGE,
        )
    return released
