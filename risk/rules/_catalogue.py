"""Every rule there is, found by walking the folders; and the runner that applies them to a batch."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from risk.claims.tables import ClaimBatch
from risk.errors import RuleError
from risk.reference import Reference
from risk.rules._rule import Rule, Severity

#: Findings: one row per offence, in the order claim, line, rule. ``line_number`` is null for the claim as a whole.
FINDING_COLUMNS = {"claim_key": "int64", "line_number": "Int64", "rule_id": "str", "message": "str"}

#: Claim frequency code of a void (NUBC; CLM05-3): it takes a claim back, so nothing on it can be denied, only rejected.
VOID = "8"


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


def select_rules(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> list[Rule]:
    """Rules whose id or category matches ``select`` (all when empty) and not ``ignore``; ids match by prefix.

    Raises :class:`RuleError` for a word that matches no rule. Retired rules run only when selected by their full id.
    """
    rules = list(catalogue().values())
    for word in (*select, *ignore):
        if not any(_matches(one, word) for one in rules):
            raise RuleError(
                f"rule {word!r}", "no such rule id, prefix or category", "run `denial-risk rule` for the list"
            )
    return [
        one
        for one in rules
        if (not select or any(_matches(one, word) for word in select))
        and not any(_matches(one, word) for word in ignore)
        and (one.status != "retired" or one.id in select)
    ]


def run_rules(batch: ClaimBatch, reference: Reference, rules: Iterable[Rule] | None = None) -> pd.DataFrame:
    """Findings of the given rules (all, unless given) on a batch; columns of ``FINDING_COLUMNS``.

    Applies what the rules declare: dates of service, payer types and prerequisites (``unless``); of a void claim only
    the rejects count.
    """
    chosen = sorted(select_rules() if rules is None else rules, key=lambda one: one.id)
    parts = [_findings_of(one, batch, reference) for one in chosen]
    found = pd.concat([part for part in parts if len(part)] or [_no_findings()], ignore_index=True)
    found = _without_pointless(found, chosen)
    found = found.sort_values(["claim_key", "line_number", "rule_id"], kind="stable", na_position="first")
    return found.reset_index(drop=True)


def ruleset_version(rules: Iterable[Rule] | None = None) -> str:
    """Digest of the rules' source: two runs with one value applied the same rules."""
    digest = hashlib.sha256()
    for one in select_rules() if rules is None else rules:
        digest.update(Path(inspect.getfile(inspect.unwrap(one.query))).read_bytes())
    return digest.hexdigest()[:12]


def _matches(one: Rule, word: str) -> bool:
    return one.id.startswith(word.upper()) or one.category == word.lower()


def _findings_of(one: Rule, batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    offenders = one.query(batch, reference)
    if offenders.empty:
        return _no_findings()
    offenders = offenders.assign(claim_key=offenders["claim_key"].astype("int64"))
    if "line_number" not in offenders:
        offenders = offenders.assign(line_number=pd.array([pd.NA] * len(offenders), dtype="Int64"))
    offenders = offenders[_in_scope(one, offenders, batch)]
    names = one.message_fields
    values = zip(*(_shown(offenders[name]) for name in names), strict=True) if names else ((),) * len(offenders)
    return pd.DataFrame(
        {
            "claim_key": offenders["claim_key"].to_numpy(),
            "line_number": offenders["line_number"].astype("Int64").array,
            "rule_id": pd.Series([one.id] * len(offenders), dtype="str"),
            "message": pd.Series(
                [one.message.format_map(dict(zip(names, row, strict=True))) for row in values], dtype="str"
            ),
        }
    )


def _in_scope(one: Rule, offenders: pd.DataFrame, batch: ClaimBatch) -> pd.Series:
    keep = pd.Series(True, index=offenders.index)
    keys = offenders["claim_key"]
    if one.severity is not Severity.REJECT:
        keep &= batch.of_claim("claim_frequency_code", keys) != VOID
    if one.payer_types:
        keep &= batch.of_claim("payer_type", keys).isin(one.payer_types)
    if one.since or one.until:
        served = pd.Series(batch.first_service_date.array.take(keys.to_numpy()), index=keys.index)
        keep &= served.notna()
        if one.since:
            keep &= served >= pd.Timestamp(one.since)
        if one.until:
            keep &= served <= pd.Timestamp(one.until)
    return keep


def _shown(values: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return list(values.dt.strftime("%Y-%m-%d").fillna("none"))
    return ["none" if pd.isna(value) else _plain(value) for value in values]


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _without_pointless(found: pd.DataFrame, chosen: list[Rule]) -> pd.DataFrame:
    """Drop findings whose prerequisite rule fired on the claim as a whole or on the same line."""
    drop = pd.Series(False, index=found.index)
    for one in chosen:
        if not one.unless:
            continue
        blocking = found[found["rule_id"].isin(one.unless)]
        whole = set(blocking.loc[blocking["line_number"].isna(), "claim_key"])
        lined = set(zip(blocking["claim_key"], blocking["line_number"].fillna(0), strict=True))
        mine = found["rule_id"] == one.id
        if not mine.any():
            continue
        places = zip(found.loc[mine, "claim_key"], found.loc[mine, "line_number"].fillna(0), strict=True)
        drop.loc[mine] = [place[0] in whole or place in lined for place in places]
    return found[~drop]


def _no_findings() -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in FINDING_COLUMNS.items()})
