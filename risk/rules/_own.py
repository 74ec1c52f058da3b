"""Rules of the user's own: Python files in a folder, of the same anatomy as those that come with the tool.

Each file is imported under a private name, and no bytecode is written beside it. What a file declares is known to the
run that asked for it and to nothing else: :func:`risk.rules.catalogue` stays as it is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import wraps
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pandas as pd

from risk.claims.tables import ClaimBatch
from risk.errors import RuleError
from risk.reference import Reference
from risk.rules._failures import FAILING, line_within, source_file
from risk.rules._rule import Query, Rule

#: Category of rules that lie in the folder itself; those of a subfolder take its name.
OWN = "own"

HINT = "docs/configuration.md has an example"


def own_rules(folder: Path, taken: Mapping[str, Rule]) -> dict[str, Rule]:
    """Rules of the ``.py`` files of a folder and its subfolders, by id.

    Files and subfolders whose name begins with ``_`` or ``.`` are left alone. Raises :class:`RuleError` for a folder
    without rules, a file that does not import or declares no rule, and an id that is ``taken`` or occurs twice.
    """
    found: dict[str, Rule] = {}
    for file in _files(folder):
        declared = list(_declared(file, OWN if file.parent == folder else file.parent.name.lower()))
        if not declared:
            raise RuleError(str(file), "expected at least one rule, declared with @rule(...)", HINT)
        for one in declared:
            other = taken.get(one.id) or found.get(one.id)
            if other is not None:
                raise RuleError(
                    f"{file}, rule {one.id}",
                    f"expected an id of its own, found it for {one.name} and for {other.name} ({source_file(other)})",
                    "give yours another id",
                )
            found[one.id] = one
    return found


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RuleError(str(folder), "expected a folder of rules", HINT)
    files = [
        path
        for path in sorted(folder.rglob("*.py"))
        if not any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)
    ]
    if not files:
        raise RuleError(str(folder), "expected at least one rule, a file whose name ends in .py", HINT)
    return files


def _declared(file: Path, category: str) -> Iterator[Rule]:
    module = _imported(file)
    seen: set[int] = set()
    for one in vars(module).values():
        if isinstance(one, Rule) and id(one) not in seen and inspect.unwrap(one.query).__module__ == module.__name__:
            seen.add(id(one))
            yield replace(one, category=category, query=_isolated(one.query))


def _imported(file: Path) -> ModuleType:
    name = f"denial_risk_own_rules.{file.stem}_{hashlib.sha256(str(file).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, file, loader=_SourceLoader(name, str(file)))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses and pickle look for what the file defines
    try:
        spec.loader.exec_module(module)
    except FAILING as error:
        del sys.modules[name]
        raise _not_imported(file, error) from None
    return module


class _SourceLoader(SourceFileLoader):
    """Compiles the file as it is now: nothing is cached beside it, so nothing is written to the user's folder."""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  the loader's own signature
        code: CodeType = compile(self.get_data(self.path), self.path, "exec", dont_inherit=True)
        return code


def _not_imported(file: Path, error: BaseException) -> RuleError:
    line = line_within(error, str(file))
    if line is None and isinstance(error, SyntaxError) and error.filename == str(file):
        line = error.lineno
    where = str(file) if line is None else f"{file}, line {line}"
    if isinstance(error, RuleError):  # its text is ours
        return RuleError(f"{where}, {error.where}", error.expected, error.hint)
    return RuleError(where, f"expected Python that can be imported, found {type(error).__name__}", HINT)


def _isolated(query: Query) -> Query:
    """The query on views of the tables, so that a column it adds to one is seen by no other rule.

    Its warnings are not shown: like the text of an exception, theirs may hold what is on a claim.
    """

    @wraps(query)
    def isolated(batch: ClaimBatch, reference: Reference, *past: ClaimBatch) -> pd.DataFrame:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return query(_viewed(batch), reference, *map(_viewed, past))

    return isolated


def _viewed(batch: ClaimBatch) -> ClaimBatch:
    return replace(batch, **{one.name: getattr(batch, one.name).copy(deep=False) for one in fields(batch)})
