"""Loads our modules anew from an edited source, beside the real ones, so that both can run in one test."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.mutants import Edit

ROOT = Path(__file__).resolve().parent.parent


def load_edited(names: Sequence[str], edits: Sequence[Edit]) -> dict[str, ModuleType]:
    """Modules by name, from their edited source; each sees the others of these names, not the real ones.

    Modules of other names are shared with the real ones. Raises ValueError when an edit fits nowhere.
    """
    finder = _EditedFinder(names, edits)
    with _set_aside(names), _first(finder):
        loaded = {name: import_module(name) for name in names}
    if finder.unused:
        raise ValueError(f"no module of {', '.join(names)} is made from {', '.join(sorted(finder.unused))}")
    return loaded


class _EditedFinder(MetaPathFinder):
    def __init__(self, names: Sequence[str], edits: Sequence[Edit]) -> None:
        self._names = frozenset(names)
        self._edits = edits
        self.unused = {edit.file for edit in edits}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path) if fullname in self._names else None
        if spec is None or spec.origin is None:
            return None
        mine = [edit for edit in self._edits if ROOT / edit.file == Path(spec.origin).resolve()]
        self.unused -= {edit.file for edit in mine}
        spec.loader = _EditedLoader(fullname, spec.origin, mine)
        return spec


class _EditedLoader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, edits: Sequence[Edit]) -> None:
        super().__init__(fullname, path)
        self._edits = edits

    def get_code(self, fullname: str) -> CodeType:
        """Always from the source: the cached bytecode is that of the unedited one."""
        source = Path(self.path).read_text(encoding="utf-8")
        for edit in self._edits:
            source = edit.applied(source)
        code: CodeType = compile(source, self.path, "exec", dont_inherit=True)
        return code


@contextmanager
def _first(finder: MetaPathFinder) -> Iterator[None]:
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def _set_aside(names: Sequence[str]) -> Iterator[None]:
    """Without the real modules of these names; afterwards they are back, in their parents too."""
    for name in names:
        import_module(name)
    real = {name: sys.modules.pop(name) for name in names}
    try:
        yield
    finally:
        sys.modules.update(real)
        for name, module in real.items():
            parent, _, child = name.rpartition(".")
            if parent in sys.modules:
                setattr(sys.modules[parent], child, module)
