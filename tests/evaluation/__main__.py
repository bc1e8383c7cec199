"""`make eval`: the real enrichers on labelled material, in figures; exit code 1 below a floor.

python -m tests.evaluation [--part NAME]... [--language L]... [--mistakes] [--json]
                           [--factrueval FOLDER]... [--conll LANGUAGE FOLDER]...
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.evaluation import folders, report
from tests.evaluation.analyses import loaded
from tests.evaluation.calibration import Calibration
from tests.evaluation.floors import Floor, broken, floors
from tests.evaluation.parts import PARTS, prepared
from tests.evaluation.scores import Row


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    parts: tuple[str, ...]
    languages: tuple[str, ...]
    mistakes: bool
    as_json: bool
    fact_ru_eval: tuple[Path, ...]
    conll: tuple[tuple[str, Path], ...]

    def wants(self, floor: Floor) -> bool:
        """Whether a floor belongs to what is measured now."""
        in_part = floor.part in self.parts or floor.given
        return in_part and (not self.languages or floor.language in (*self.languages, "*"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, judge."""
    options = _options(arguments)
    rows, table = _measured(options)
    limits = [floor for floor in floors() if options.wants(floor)]
    below = list(broken(rows, limits))
    if options.as_json:
        print(json.dumps(report.as_json(rows, table, below, limits), ensure_ascii=False, indent=1))
    else:
        _show(rows, table, below, limits, mistakes=options.mistakes)
    return 1 if below else 0


def _measured(options: Options) -> tuple[list[Row], list[Calibration]]:
    print("loading models ...", file=sys.stderr)
    models, analyst = loaded()
    material = prepared(models, analyst, options.languages)
    rows = []
    for name in options.parts:
        print(f"{name} ...", file=sys.stderr)
        rows += list(PARTS[name](material))
    for path in options.fact_ru_eval:
        rows += list(folders.rows("factrueval", analyst, folders.fact_ru_eval(path)))
    for language, path in options.conll:
        rows += list(folders.rows("conll", analyst, folders.conll(path, language)))
    return rows, material.calibrations() if "names" in options.parts else []


def _show(
    rows: Sequence[Row],
    table: Sequence[Calibration],
    below: Sequence[str],
    limits: Sequence[Floor],
    *,
    mistakes: bool,
) -> None:
    for line in _text(rows, table, limits, mistakes=mistakes):
        print(line)
    print("every floor holds" if not below else "below the floor:")
    for line in below:
        print(f"  {line}")


def _text(
    rows: Sequence[Row], table: Sequence[Calibration], limits: Sequence[Floor], *, mistakes: bool
) -> Iterator[str]:
    yield from report.lines(rows, limits)
    if table:
        yield ""
        yield from report.calibration_lines(table)
    if mistakes:
        for row in rows:
            yield from ("", f"{row.part} {row.language} {row.what}:", *(f"  {one}" for one in row.mistakes))
    yield ""


def _options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="make eval", description="enrichment against labelled material")
    parser.add_argument("--part", action="append", choices=tuple(PARTS), help="only this part; repeatable")
    parser.add_argument("--language", action="append", help="only this language; repeatable")
    parser.add_argument("--mistakes", action="store_true", help="tell every mistake after the figures")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    parser.add_argument("--factrueval", action="append", type=Path, help="a folder in factRuEval's form")
    parser.add_argument("--conll", action="append", nargs=2, metavar=("LANGUAGE", "FOLDER"), help="IOB files")
    said = parser.parse_args(arguments)
    return Options(
        parts=tuple(said.part or PARTS),
        languages=tuple(said.language or ()),
        mistakes=said.mistakes,
        as_json=said.json,
        fact_ru_eval=tuple(said.factrueval or ()),
        conll=tuple((language, Path(path)) for language, path in said.conll or ()),
    )


if __name__ == "__main__":
    sys.exit(main())
