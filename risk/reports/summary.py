"""What a worklist adds up to: claims, risk and dollars at stake by band, queue, payer and reason, and the top fixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from risk.preferences import QUEUE_ORDER as QUEUE_ORDER
from risk.reports.printable import printable
from risk.scoring import BANDS, REASONS_SHOWN, ScoredBatch

#: Payers, and fixes, shown one by one; further payers are one row.
MOST_SHOWN = 15

#: What a claim counts under where nothing speaks for any reason.
NO_REASON = "none"


@dataclass(frozen=True)
class Group:
    """Claims that have something in common: how many, their mean risk (0 to 1), their expected denied dollars."""

    name: str
    claims: int
    mean_risk: float
    dollars: float


@dataclass(frozen=True)
class Fix:
    """One change and the claims it is proposed for.

    ``mean_risk`` and ``mean_risk_after`` are over the ``rescored`` claims whose repair could be scored again; None
    where there are none. Of these, the risk after holds for ``conditional`` only if what the fix requires is so.
    ``first`` counts the claims of whose smallest set it is. ``dollars`` are all that the claims put at stake, for
    whatever reason: fixes of one claim share them.
    """

    rule_id: str
    change: str
    claims: int
    dollars: float
    rescored: int
    conditional: int
    first: int
    mean_risk: float | None
    mean_risk_after: float | None


@dataclass(frozen=True)
class Mendable:
    """Claims that their smallest set of fixes mends: below the threshold then, and no certain reject.

    Of these, ``conditional`` only if what a fix requires is so. The mean risks are None where there are no claims;
    ``dollars`` is what the claims put at stake as they are.
    """

    claims: int
    conditional: int
    dollars: float
    mean_risk: float | None
    mean_risk_after: float | None


@dataclass(frozen=True)
class Summary:
    """Totals of the listed claims. Bands and queues are all there, in their order; the rest by dollars, most first.

    A claim counts under its likeliest reason. Names of payers are as a person may read them, with no character that
    acts on what shows it.
    """

    total: Group
    bands: tuple[Group, ...]
    queues: tuple[Group, ...]
    payers: tuple[Group, ...]
    reasons: tuple[Group, ...]
    fixes: tuple[Fix, ...]
    mendable: Mendable
    versions: dict[str, str]


def summarize(scored: ScoredBatch, fixes: pd.DataFrame, claim_keys: Sequence[int]) -> Summary:
    """Add up the given claims; ``fixes`` as :func:`risk.fixes.fixes_of` gives them."""
    keys = pd.Index(claim_keys, dtype="int64")
    claims = scored.claims.loc[keys, ["denial_risk", "expected_denied_cents", "risk_band", "queue"]]
    claims = claims.assign(payer=_payers(scored).loc[keys], reason=_likeliest(scored).loc[keys])
    by_payer = _groups(claims, "payer")
    return Summary(
        total=_group("all", claims),
        bands=_in_order(claims, "risk_band", [*reversed(BANDS)]),
        queues=_in_order(claims, "queue", QUEUE_ORDER),
        payers=_with_the_rest(claims, by_payer),
        reasons=_groups(claims, "reason"),
        fixes=_top_fixes(claims, fixes),
        mendable=_mendable(claims, fixes),
        versions=scored.versions,
    )


def _payers(scored: ScoredBatch) -> pd.Series:
    """Payer of each claim by id, with the first name that comes with it."""
    claims = scored.batch.claims
    ids, names = claims["payer_id"].astype("object"), claims["payer_name"].astype("object")
    ids = ids.where(ids.notna(), "")
    named = names[names.notna()].groupby(ids[names.notna()], sort=False).first()
    labels = {one: f"{named[one]} ({one})" if one and one in named else named.get(one, one) for one in ids.unique()}
    labels = {one: printable(" ".join(str(label).split())) or "unknown" for one, label in labels.items()}
    return pd.Series(ids.map(labels).to_numpy(), index=scored.claims.index)


def _likeliest(scored: ScoredBatch) -> pd.Series:
    first = scored.reasons.iloc[::REASONS_SHOWN]
    return pd.Series(first["reason"].where(first["probability"] > 0, NO_REASON).to_numpy(), index=scored.claims.index)


def _group(name: str, claims: pd.DataFrame) -> Group:
    mean = float(claims["denial_risk"].mean()) if len(claims) else 0.0
    return Group(name, len(claims), mean, int(claims["expected_denied_cents"].sum()) / 100)


def _in_order(claims: pd.DataFrame, column: str, names: Sequence[str]) -> tuple[Group, ...]:
    return tuple(_group(name, claims[claims[column] == name]) for name in names)


def _groups(claims: pd.DataFrame, column: str) -> tuple[Group, ...]:
    found = [_group(str(name), own) for name, own in claims.groupby(column, sort=False)]
    return tuple(sorted(found, key=lambda one: (-one.dollars, -one.claims, one.name)))


def _with_the_rest(claims: pd.DataFrame, payers: tuple[Group, ...]) -> tuple[Group, ...]:
    if len(payers) <= MOST_SHOWN:
        return payers
    shown, others = payers[: MOST_SHOWN - 1], payers[MOST_SHOWN - 1 :]
    rest = claims[claims["payer"].isin([one.name for one in others])]
    return (*shown, _group(f"{len(others)} other payers", rest))


def _top_fixes(claims: pd.DataFrame, fixes: pd.DataFrame) -> tuple[Fix, ...]:
    own = fixes[fixes["claim_key"].isin(claims.index)]
    own = own.join(claims[["denial_risk", "expected_denied_cents"]], on="claim_key")
    found = [_fix(rule_id, change, one) for (rule_id, change), one in own.groupby(["rule_id", "change"], sort=False)]
    return tuple(sorted(found, key=lambda one: (-one.dollars, -one.claims, one.rule_id))[:MOST_SHOWN])


def _fix(rule_id: str, change: str, own: pd.DataFrame) -> Fix:
    again = own[own["denial_risk_after"].notna()]
    return Fix(
        rule_id,
        change,
        claims=len(own),
        dollars=int(own["expected_denied_cents"].sum()) / 100,
        rescored=len(again),
        conditional=int(again["conditional"].sum()),
        first=int(own["in_smallest_set"].sum()),
        mean_risk=_mean(again["denial_risk"]),
        mean_risk_after=_mean(again["denial_risk_after"]),
    )


def _mendable(claims: pd.DataFrame, fixes: pd.DataFrame) -> Mendable:
    first = fixes[fixes["in_smallest_set"] & fixes["claim_key"].isin(claims.index)].groupby("claim_key")
    found = first.agg(conditional=("conditional", "any"), after=("risk_after_smallest_set", "first"))
    own = claims.loc[found.index]
    return Mendable(
        claims=len(found),
        conditional=int(found["conditional"].sum()),
        dollars=int(own["expected_denied_cents"].sum()) / 100,
        mean_risk=_mean(own["denial_risk"]),
        mean_risk_after=_mean(found["after"]),
    )


def _mean(risks: pd.Series) -> float | None:
    return float(risks.mean()) if len(risks) else None
