"""Every rule there is, found by walking the folders; and the runner that applies them to a batch."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import one_of, rows_where
from risk.claims.tables import ClaimBatch, empty_batch
from risk.errors import RuleError
from risk.reference import Reference
from risk.rules._failures import RuleFailure, checked_offenders, guarded, source_file
from risk.rules._rule import Rule, Severity

#: Findings: one row per offence, in the order claim, line, rule. ``line_number`` is null for the claim as a whole;
#: ``citation`` is the rule's, or the imported edition that told of the offence.
FINDING_COLUMNS = {
    "claim_key": "int64",
    "line_number": "Int64",
    "rule_id": "str",
    "message": "str",
    "citation": "str",
}

#: Claim frequency code of a void (NUBC; CLM05-3): it takes a claim back, so nothing on it can be denied, only rejected.
VOID = "8"

#: Stands for "no line" where line numbers are compared.
_WHOLE_CLAIM = 0


@cache
def catalogue() -> dict[str, Rule]:
    """All rules by id, in id order. Raises :class:`RuleError` if two rules share an id."""
    found: dict[str, Rule] = {}
    package = importlib.import_module("risk.rules")
    for info in pkgutil.walk_packages(package.__path__, "risk.rules."):
        module = importlib.import_module(info.name)
        for one in vars(module).values():
            if isinstance(one, Rule) and inspect.unwrap(one.query).__module__ == info.name:
                if one.id in found:
                    raise RuleError(f"rule {one.id}", f"expected one rule, found {found[one.id].name} and {one.name}")
                found[one.id] = one
    return dict(sorted(found.items()))


def select_rules(
    select: Sequence[str] = (), ignore: Sequence[str] = (), among: Mapping[str, Rule] | None = None
) -> list[Rule]:
    """Rules whose id or category matches ``select`` (all when empty) and not ``ignore``; ids match by prefix.

    They are chosen from ``among``, by id; from the catalogue unless given. Raises :class:`RuleError` for a word that
    matches no rule. Retired rules run only when selected by their full id.
    """
    rules = list((catalogue() if among is None else among).values())
    for word in (*select, *ignore):
        if not any(matches(one, word) for one in rules):
            raise RuleError(
                f"rule {word!r}", "no such rule id, prefix or category", "run `denial-risk rule` for the list"
            )
    return [
        one
        for one in rules
        if (not select or any(matches(one, word) for word in select))
        and not any(matches(one, word) for word in ignore)
        and (one.status != "retired" or one.id in select)
    ]


def run_rules(
    batch: ClaimBatch,
    reference: Reference,
    rules: Iterable[Rule] | None = None,
    failures: list[RuleFailure] | None = None,
    *,
    past: ClaimBatch | None = None,
) -> pd.DataFrame:
    """Findings of the given rules (all, unless given) on a batch; columns of ``FINDING_COLUMNS``.

    Applies what the rules declare: dates of service, payer types and prerequisites (``unless``); of a void claim only
    the rejects count. ``past`` are the claims of the history, for the rules that ask for them. A rule that fails is
    left out and told in ``failures``; where no list is given, it raises.
    """
    chosen = sorted(select_rules() if rules is None else rules, key=lambda one: one.id)
    known = empty_batch() if past is None else past
    claim_ids = batch.claims["claim_id"]
    parts = [
        part for one in chosen if (part := _guarded(one, claim_ids, batch, reference, known, failures)) is not None
    ]
    numbers = np.concatenate([part.line_numbers for part in parts] or [np.empty(0, dtype="int64")])
    of_claim = np.concatenate([part.of_claim for part in parts] or [np.empty(0, dtype=bool)])
    found = pd.DataFrame(
        {
            "claim_key": np.concatenate([part.claim_keys for part in parts] or [np.empty(0, dtype="int64")]),
            "line_number": pd.arrays.IntegerArray(numbers, of_claim),
            "rule_id": pd.array([part.rule_id for part in parts], dtype="str").repeat([len(one) for one in parts]),
            "message": pd.array([message for part in parts for message in part.messages], dtype="str"),
            "citation": pd.array([citation for part in parts for citation in part.citations], dtype="str"),
        }
    )
    return _in_order(without_pointless(found, chosen))


def _in_order(found: pd.DataFrame) -> pd.DataFrame:
    """Findings that come rule by rule, in id order, in the order claim, line, rule; the claim as a whole first."""
    numbers = found["line_number"].array
    lines = numbers.to_numpy(dtype="int64", na_value=_WHOLE_CLAIM)
    order = np.lexsort((lines, ~numbers.isna(), found["claim_key"].to_numpy()))  # it is stable
    return found.take(order).reset_index(drop=True)


def ruleset_version(reference: Reference, rules: Iterable[Rule] | None = None) -> str:
    """Digest of rules (all, unless given), their severities and the reference data.

    Two runs with one value applied the same rules and looked things up in the same data. What rules share
    counts whether or not those given use it: the private modules of this package, the reading of notes, and the
    look-ups in the reference data.
    """
    digest = hashlib.sha256(f"{reference.version} {_shared_digest()}".encode())
    for one in sorted(select_rules() if rules is None else rules, key=lambda one: one.id):
        digest.update(f"{one.id} {one.severity}\n".encode())
        digest.update(source_file(one).read_bytes())
    return digest.hexdigest()[:12]


@cache
def _shared_digest() -> str:
    room = Path(__file__).parent
    paths = [*room.rglob("_*.py"), *(room.parent / "reference").rglob("*.py"), *(room.parent / "notes").rglob("*")]
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file() and path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(room.parent).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def without_failed(rules: Iterable[Rule], failures: Iterable[RuleFailure]) -> list[Rule]:
    """Rules that ran to their end."""
    failed = {failure.rule_id for failure in failures}
    return [one for one in rules if one.id not in failed]


def matches(one: Rule, word: str) -> bool:
    """Whether a word of ``--select`` or ``--ignore`` means the rule: its id, the beginning of it, or its category."""
    return one.id.startswith(word.upper()) or one.category == word.lower()


@dataclass(frozen=True)
class _Findings:
    """Findings of one rule: keys of claims, numbers of lines, messages and citations, in one order.

    ``of_claim`` tells those of a claim as a whole: their number says nothing.
    """

    rule_id: str
    claim_keys: NDArray[np.int64]
    line_numbers: NDArray[np.int64]
    of_claim: NDArray[np.bool_]
    messages: list[str]
    citations: list[str]

    def __len__(self) -> int:
        return len(self.messages)


def _guarded(
    one: Rule,
    claim_ids: pd.Series,
    batch: ClaimBatch,
    reference: Reference,
    past: ClaimBatch,
    failures: list[RuleFailure] | None,
) -> _Findings | None:
    return guarded(
        one,
        claim_ids,
        lambda: _findings_of(one, batch, reference, past),
        lambda keys: _findings_of(one, batch.select(keys), reference, past),
        failures,
    )


def _findings_of(one: Rule, batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> _Findings | None:
    asked = (batch, reference, past) if one.history else (batch, reference)
    offenders = checked_offenders(one.query(*asked), batch)
    if offenders is None:
        return None
    offenders = rows_where(offenders, _in_scope(one, offenders, batch))
    if offenders.empty:
        return None
    keys = offenders["claim_key"].to_numpy(dtype="int64")
    of_claim = np.ones(len(offenders), dtype=bool)
    line_numbers = np.full(len(offenders), _WHOLE_CLAIM, dtype="int64")
    if "line_number" in offenders:
        numbers = offenders["line_number"].astype("Int64").array
        of_claim, line_numbers = numbers.isna(), numbers.to_numpy(dtype="int64", na_value=_WHOLE_CLAIM)
    names = one.message_fields
    values = zip(*(_shown(offenders[name]) for name in names), strict=True) if names else ((),) * len(offenders)
    messages = [one.message.format_map(dict(zip(names, row, strict=True))) for row in values]
    return _Findings(one.id, keys, line_numbers, of_claim, messages, _citations(one, offenders))


def _citations(one: Rule, offenders: pd.DataFrame) -> list[str]:
    """Source of each finding: the rule's, or the imported edition its row names."""
    if not one.cite_imported or "edition" not in offenders:
        return [one.cite] * len(offenders)
    editions = offenders["edition"]
    cited = {edition: one.cite_imported.format(edition=edition) for edition in editions.dropna().unique()}
    return [cited.get(edition, one.cite) for edition in editions]


def _in_scope(one: Rule, offenders: pd.DataFrame, batch: ClaimBatch) -> NDArray[np.bool_]:
    """Whether each offender is of a claim that the rule holds for: bool, in row order."""
    keys = offenders["claim_key"].to_numpy(dtype="int64")
    keep = np.ones(len(keys), dtype=bool)
    if one.severity is not Severity.REJECT:
        keep &= ~one_of(batch.claims["claim_frequency_code"], (VOID,))[keys]
    if one.payer_types:
        keep &= one_of(batch.claims["payer_type"], one.payer_types)[keys]
    if one.since or one.until:
        served = batch.first_service_date.to_numpy()[keys]
        keep &= ~np.isnat(served)
        if one.since:
            keep &= served >= np.datetime64(one.since)
        if one.until:
            keep &= served <= np.datetime64(one.until)
    return keep


def _shown(values: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return list(values.dt.strftime("%Y-%m-%d").fillna("none"))
    missing = values.isna().tolist()
    return ["none" if gone else _plain(value) for value, gone in zip(values.tolist(), missing, strict=True)]


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def without_pointless(found: pd.DataFrame, chosen: Iterable[Rule]) -> pd.DataFrame:
    """Drop findings whose prerequisite rule fired on the claim as a whole or on the same line."""
    drop = np.zeros(len(found), dtype=bool)
    rule_ids, keys = found["rule_id"].to_numpy(dtype=object), found["claim_key"].to_numpy()
    lines = found["line_number"].array.to_numpy(dtype="int64", na_value=_WHOLE_CLAIM)
    fired = set(rule_ids)
    for one in chosen:
        if one.id not in fired or fired.isdisjoint(one.unless):
            continue
        mine = np.flatnonzero(rule_ids == one.id)
        blocking = np.isin(rule_ids, one.unless)
        whole = set(keys[blocking & (lines == _WHOLE_CLAIM)].tolist())
        lined = set(zip(keys[blocking].tolist(), lines[blocking].tolist(), strict=True))
        drop[mine] = [key in whole or (key, line) in lined for key, line in zip(keys[mine], lines[mine], strict=True)]
    return rows_where(found, ~drop)
