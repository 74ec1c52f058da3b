"""A scored batch as one record per claim, in the words and order of the JSON lines contract.

Every other format flattens these records, so that no two formats can disagree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import catalogue as features
from models.findings import name_of as finding_name
from risk.reports.findings import finding_facts
from risk.scoring import REASONS_SHOWN, ScoredBatch

#: Strongest contributions shown one by one; the rest are one `other_features` entry.
DRIVERS_SHOWN = 5

#: Decimals of probabilities and log-odds.
DIGITS = 6

Record = dict[str, Any]

Floats = NDArray[np.float64]


def claim_records(
    scored: ScoredBatch, fixes: pd.DataFrame, claim_keys: Sequence[int], *, drivers_shown: int = DRIVERS_SHOWN
) -> Iterator[Record]:
    """One record per claim, in the order of ``claim_keys``; ``fixes`` as :func:`risk.fixes.fixes_of` gives them.

    The contract has ``DRIVERS_SHOWN`` drivers one by one.
    """
    claims = scored.batch.claims
    ids, files = claims["claim_id"].tolist(), claims["source_file"].tolist()
    offsets = _or_none(claims["source_offset"])  # none where no file was read
    risk, low, high = (_rounded(scored.claims[column]) for column in ("denial_risk", "risk_low", "risk_high"))
    bands, queues = scored.claims["risk_band"].tolist(), scored.claims["queue"].tolist()
    returned = scored.claims["certain_reject"].tolist()
    cents = scored.claims["expected_denied_cents"].tolist()
    reasons = _reasons(scored)
    lines, findings, changes = _lines(scored), _findings(scored), _fixes(fixes)
    after_sets = _risks_after_sets(fixes)
    drivers = _Drivers(scored, drivers_shown)
    for key in claim_keys:
        yield {
            "claim_id": ids[key],
            "source": {"file": files[key], "offset": offsets[key]},
            "denial_risk": risk[key],
            "denial_risk_interval": [low[key], high[key]],
            "risk_band": bands[key],
            "certain_reject": returned[key],
            "expected_denied_amount": cents[key] / 100,
            "reasons": reasons[key],
            "lines": lines.get(key, []),
            "findings": findings.get(key, []),
            "drivers": drivers.of(key),
            "fixes": changes.get(key, []),
            "risk_after_smallest_set": after_sets.get(key),
            "queue": queues[key],
            "versions": scored.versions,
        }


def _reasons(scored: ScoredBatch) -> list[list[Record]]:
    """The likeliest reasons of each claim; those of which nothing speaks are left out."""
    carcs = cache(lambda codes: [{"code": code, "probability": round(share, DIGITS)} for code, share in codes])
    reasons = scored.reasons
    shown = [
        {"reason": reason, "probability": probability, "carcs": carcs(codes)} if probability > 0 else None
        for reason, probability, codes in zip(
            reasons["reason"].tolist(),
            _rounded(reasons["probability"]),
            reasons["carcs"].tolist(),
            strict=True,
        )
    ]
    return [
        [reason for reason in shown[start : start + REASONS_SHOWN] if reason is not None]
        for start in range(0, len(shown), REASONS_SHOWN)
    ]


def _lines(scored: ScoredBatch) -> dict[int, list[Record]]:
    lines = scored.batch.service_lines
    grouped: dict[int, list[Record]] = {}
    for key, number, code, risk in zip(
        lines["claim_key"].tolist(),
        lines["line_number"].tolist(),
        _or_none(lines["procedure_code"]),
        _rounded(scored.line_risks),
        strict=True,
    ):
        grouped.setdefault(key, []).append({"line_number": number, "procedure_code": code, "denial_risk": risk})
    return grouped


def _findings(scored: ScoredBatch) -> dict[int, list[Record]]:
    found = scored.findings
    if found.empty:
        return {}
    keys, rule_ids, messages, citations = (
        found[name].tolist() for name in ("claim_key", "rule_id", "message", "citation")
    )
    facts = {rule_id: finding_facts(scored.rules[rule_id]) for rule_id in dict.fromkeys(rule_ids)}
    grouped: dict[int, list[Record]] = {}
    for key, number, rule_id, message, citation in zip(
        keys, _or_none(found["line_number"]), rule_ids, messages, citations, strict=True
    ):
        fact = facts[rule_id]
        grouped.setdefault(key, []).append(
            {
                "rule_id": rule_id,
                "severity": fact["severity"],
                "category": fact["category"],
                "line_number": number,
                "message": message,
                "fix": fact["fix"],
                "carc": fact["carc"],
                "rarc": fact["rarc"],
                "citation": citation,
            }
        )
    return grouped


def _fixes(fixes: pd.DataFrame) -> dict[int, list[Record]]:
    if fixes.empty:
        return {}
    grouped: dict[int, list[Record]] = {}
    told = ("claim_key", "rule_id", "change", "kind", "requires", "conditional", "in_smallest_set", "denial_risk_after")
    rows = zip(*(fixes[name].tolist() for name in told), strict=True)
    for key, rule_id, change, kind, requires, conditional, in_set, after in rows:
        grouped.setdefault(key, []).append(
            {
                "change": change,
                "kind": kind,
                "requires": requires,
                "denial_risk_after": None if pd.isna(after) else round(after, DIGITS),
                "conditional": conditional,
                "rule_id": rule_id,
                "in_smallest_set": in_set,
            }
        )
    return grouped


def _risks_after_sets(fixes: pd.DataFrame) -> dict[int, float]:
    """Risk of each claim that a set of fixes takes below the threshold, with that set made."""
    if fixes.empty:
        return {}
    after = fixes["risk_after_smallest_set"]
    known = after.notna().to_numpy()
    return dict(zip(fixes["claim_key"].to_numpy()[known].tolist(), _rounded(after[known]), strict=True))


def _rounded(values: pd.Series) -> list[float]:
    """Floats as records show them."""
    rounded: list[float] = np.round(values.to_numpy(), DIGITS).tolist()
    return rounded


def _or_none(values: pd.Series) -> list[Any]:
    """Values of a nullable column, None where it is null."""
    told: list[Any] = values.to_numpy(dtype=object, na_value=None).tolist()
    return told


class _Drivers:
    """The strongest contributions of each explained claim, found for all at once; of others, what all add up to."""

    def __init__(self, scored: ScoredBatch, most: int) -> None:
        self.known = scored.explanation is not None and scored.features is not None
        if scored.explanation is None or scored.features is None:
            return
        explained = scored.explanation.contributions.index.to_numpy()
        matrix = np.ascontiguousarray(scored.explanation.contributions.to_numpy())  # each claim is looked through
        self.places = dict(zip(explained.tolist(), range(len(explained)), strict=True))
        self.names = scored.explanation.contributions.columns.tolist()
        strongest = _strongest(matrix, min(most, matrix.shape[1]))
        shown = {position: self.names[position] for position in np.unique(strongest).tolist()}
        self.labels = _labels(shown.values(), scored)
        values = np.take_along_axis(matrix, strongest, axis=1)
        self.strongest = strongest.tolist()
        self.contributions = np.round(values, DIGITS).tolist()
        others = scored.claims["model_log_odds"].to_numpy() - scored.explanation.base_value
        others[explained] = matrix.sum(axis=1) - values.sum(axis=1)
        self.others = np.round(others, DIGITS).tolist()
        self.base = _entry("base_value", "An average claim", round(scored.explanation.base_value, DIGITS))
        self.values = _values(scored.features, explained, shown, strongest).tolist()

    def of(self, key: int) -> list[Record]:
        """Drivers of one claim: strongest first, then the rest in one, then where it all starts from."""
        if not self.known:
            return []
        rest = [_entry("other_features", "All other features together", self.others[key]), self.base]
        place = self.places.get(key)
        if place is None:
            return rest
        named = [
            {
                "feature": self.names[position],
                "label": self.labels[self.names[position]],
                "value": value,
                "contribution": contribution,
            }
            for position, value, contribution in zip(
                self.strongest[place], self.values[place], self.contributions[place], strict=True
            )
        ]
        return named + rest


def _entry(name: str, label: str, contribution: float) -> Record:
    return {"feature": name, "label": label, "value": None, "contribution": contribution}


def _labels(names: Iterable[str], scored: ScoredBatch) -> dict[str, str]:
    """What inputs of the model are called; a column that training asked for is called what it is called in the file."""
    known = features()
    labels = {name: known[name].label if name in known else name for name in names}
    if not labels.keys() <= known.keys():
        titles = {finding_name(rule_id): f"{one.title} ({rule_id})" for rule_id, one in scored.rules.items()}
        labels |= {name: titles[name] for name in labels.keys() & titles.keys() - known.keys()}
    return labels


def _strongest(matrix: Floats, most: int) -> NDArray[np.intp]:
    """Columns of the largest absolute values of each row, largest first, and first come of those alike.

    A few times the largest is a fraction of the work of putting all in order.
    """
    strength = np.abs(matrix)
    chosen = np.empty((len(matrix), most), dtype=np.intp)
    rows = np.arange(len(matrix))
    for place in range(most):
        chosen[:, place] = strength.argmax(axis=1)
        strength[rows, chosen[:, place]] = -1.0
    return chosen


def _values(
    features: pd.DataFrame, rows: NDArray[np.intp], names: Mapping[int, str], columns: NDArray[np.intp]
) -> NDArray[Any]:
    """Values of the columns chosen for each of some rows, as people read them; of an array shaped like ``columns``.

    ``names`` are those of the columns chosen. Numbers have at most four decimals, codes are as they are, missing is
    None.
    """
    shown = np.full(columns.size, None, dtype=object)
    by_column = np.argsort(columns, axis=None, kind="stable")
    chosen, positions = columns.ravel()[by_column], np.array([*names], dtype=columns.dtype)
    starts, ends = (np.searchsorted(chosen, positions, side=side).tolist() for side in ("left", "right"))
    for name, start, end in zip(names.values(), starts, ends, strict=True):
        places = by_column[start:end]
        values = features[name].array.take(rows[places // columns.shape[1]])
        if pd.api.types.is_float_dtype(values.dtype):
            rounded = np.round(np.asarray(values, dtype="float64"), 4)
            shown[places] = [_number(value) for value in rounded.tolist()]
        else:
            shown[places] = values.to_numpy(dtype=object, na_value=None)
    return shown.reshape(columns.shape)


def _number(value: float) -> float | int | None:
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() else value
