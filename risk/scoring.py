"""The one way in: claims to findings, probabilities, reasons, dollars and drivers.

The command line, a web page, a cluster job and Python code all call :func:`score_batch`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import History
from models import REASONS, DenialModel, Explanation, Prediction, RuleInfo, rules_only, top_reasons
from models.findings import named_columns
from models.interval_beta import beta_interval
from models.lines import LineShares
from models.payment import PaymentRatios
from models.reasons import ReasonModel, reason_indicators
from risk import __version__
from risk.allowed import Allowed, allowed_cents, expected_denied_cents
from risk.allowed_table import AllowedTable
from risk.claims.columns import factorized, spread
from risk.claims.tables import ClaimBatch
from risk.extras import all_features
from risk.line_facts import line_facts
from risk.preferences import BANDS as BANDS
from risk.preferences import QUEUES as QUEUES
from risk.preferences import Preferences
from risk.reference import Reference
from risk.rules import (
    Reason,
    Rule,
    RuleFailure,
    Severity,
    catalogue,
    certain_rejects,
    ruleset_version,
    run_rules,
    without_failed,
    without_pointless,
)

Floats = NDArray[np.float64]

#: Reasons shown for a claim, likeliest first.
REASONS_SHOWN = 3

#: What stands for the model in ``versions`` where there was none.
RULES_ONLY = "rules-only"

#: How many claims a score by rules alone is worth, for its interval. Assumed.
UNCOUNTED_CLAIMS = 4.0


#: Past claims that concern a batch.
PastOf = Callable[[ClaimBatch], ClaimBatch]


@dataclass(frozen=True)
class Scorer:
    """What claims are scored with; loaded once, used for any number of batches.

    ``model`` None scores by the rules alone; ``history`` holds known outcomes of past claims, if there are any, and
    ``past`` those claims themselves, answered or not, for the rules: all of them, or what tells those that concern a
    batch.
    ``elsewhere`` are rules that are not applied and whose findings may be carried in; those of the catalogue need not
    be named. ``preferences`` are what the user decides for himself, such as where bands begin.
    """

    reference: Reference
    model: DenialModel | None
    rules: Sequence[Rule]
    history: History | None = None
    elsewhere: Sequence[Rule] = ()
    past: ClaimBatch | PastOf | None = None
    preferences: Preferences = field(default_factory=Preferences)

    @cached_property
    def known_rules(self) -> dict[str, Rule]:
        """Rules by id, in id order: as applied, else as given elsewhere, else as the catalogue has them."""
        given = {one.id: one for one in (*self.elsewhere, *self.rules)}
        return dict(sorted((catalogue() | given).items()))

    @cached_property
    def known_infos(self) -> dict[str, RuleInfo]:
        """What a model may know of ``known_rules``, in their order."""
        return rule_infos(list(self.known_rules.values()))

    @cached_property
    def for_copies(self) -> Scorer:
        """The same without rules that compare claims with each other: what copies of scored claims are judged with."""
        across = [one for one in self.rules if one.across_claims]
        return replace(self, rules=[one for one in self.rules if not one.across_claims], elsewhere=across)

    def past_of(self, batch: ClaimBatch) -> ClaimBatch | None:
        """Past claims for the rules; a source is asked only where a rule looks at them."""
        if not callable(self.past):
            return self.past
        return self.past(batch) if any(one.history for one in self.rules) else None

    @cached_property
    def versions(self) -> dict[str, str]:
        """What produced a score: ``tool``, ``model``, ``ruleset``, ``reference`` with the preferences, if any."""
        own = self.preferences.version
        return {
            "tool": __version__,
            "model": self.model.digest if self.model is not None else RULES_ONLY,
            "ruleset": ruleset_version(self.reference, self.rules),
            "reference": joined_version(self.reference.version, own) if own else self.reference.version,
        }


@dataclass(frozen=True)
class ScoredBatch:
    """What is known of each claim after scoring.

    Attributes
    ----------
    batch
        The claims themselves.
    claims
        One row per claim, index claim_key: ``denial_risk``, ``risk_low``, ``risk_high`` (probabilities),
        ``model_log_odds`` (before findings have their say; nothing without a model),
        ``certain_reject`` (whether it is never adjudicated, for certain), ``risk_band`` (critical for such a claim),
        ``expected_denied_cents``, ``queue``.
    line_risks
        Probability that the line is denied at first, aligned with ``batch.service_lines``; never above its claim's, and
        those of a claim add up to no less than its own.
    allowed
        Expected allowed amount of each line, were it paid: what a denial of it puts at stake.
    findings
        Findings of the rules, as :func:`risk.rules.run_rules` gives them.
    reasons
        ``REASONS_SHOWN`` rows per claim, likeliest first: ``reason``, ``probability`` (of a denial for that reason),
        ``carcs`` (tuples of code and probability).
    features, explanation
        What the model saw of each claim, features and findings; and what each contributes to the model's log-odds, of
        the claims that were to be explained (its index has their keys). None where no model was used.
    versions
        ``tool``, ``model``, ``ruleset`` (of the rules that ran), ``reference``.
    rules
        The rules the findings are of, by id, severities as applied.
    failures
        Rules that failed on these claims and were left out.
    capture
        What the model's worklists caught of its validation claims (:func:`models.operating.capture_curve`, by column);
        None where nobody has measured it.
    """

    batch: ClaimBatch
    claims: pd.DataFrame
    line_risks: pd.Series
    allowed: Allowed
    findings: pd.DataFrame
    reasons: pd.DataFrame
    features: pd.DataFrame | None
    explanation: Explanation | None
    versions: dict[str, str]
    rules: Mapping[str, Rule]
    failures: tuple[RuleFailure, ...] = ()
    capture: Mapping[str, Sequence[float]] | None = None

    def select(self, claim_keys: Sequence[int]) -> ScoredBatch:
        """What is known of some claims, keys renumbered in the ascending order of ``claim_keys``."""
        kept = np.unique(np.asarray(claim_keys, dtype="int64"))

        def own(table: pd.DataFrame) -> pd.DataFrame:
            return table.iloc[kept].reset_index(drop=True).rename_axis("claim_key")

        findings = self.findings[self.findings["claim_key"].isin(kept)].reset_index(drop=True)
        lines = self.batch.service_lines["claim_key"].isin(kept).to_numpy()
        reasons = self.reasons[self.reasons["row"].isin(kept)].reset_index(drop=True)
        explanation = self.explanation
        if explanation is not None:
            explained = explanation.contributions[explanation.contributions.index.isin(kept)]
            explained = explained.set_axis(np.searchsorted(kept, explained.index))
            explanation = replace(explanation, contributions=explained)
        return replace(
            self,
            batch=self.batch.select(kept),
            claims=own(self.claims),
            line_risks=self.line_risks[lines].reset_index(drop=True),
            allowed=Allowed(self.allowed.cents[lines], self.allowed.source[lines]),
            findings=findings.assign(claim_key=np.searchsorted(kept, findings["claim_key"])),
            reasons=reasons.assign(row=np.searchsorted(kept, reasons["row"])),
            features=None if self.features is None else own(self.features),
            explanation=explanation,
        )


def rule_infos(rules: Sequence[Rule]) -> dict[str, RuleInfo]:
    """What a model may know of rules."""
    return {
        one.id: RuleInfo(str(one.severity), str(one.reason), one.carc, preview=one.status == "preview") for one in rules
    }


def joined_version(*parts: str) -> str:
    """Twelve digits that name several versions together."""
    return sha256(" ".join(parts).encode()).hexdigest()[:12]


def fired_matrix(findings: pd.DataFrame, claims: int, rule_ids: Sequence[str]) -> pd.DataFrame:
    """Which rules fired on which claim: one row per claim, one boolean column per rule id."""
    place = {rule_id: number for number, rule_id in enumerate(rule_ids)}
    column = spread(findings["rule_id"], lambda rule_id: place.get(rule_id, -1), -1)
    known = column >= 0
    fired = np.zeros((claims, len(place)), dtype=bool)
    fired[findings["claim_key"].to_numpy()[known], column[known]] = True
    return pd.DataFrame(fired, columns=named_columns(tuple(rule_ids)))


@dataclass(frozen=True)
class Judgement:
    """What rules and model say of the claims of a batch.

    ``findings`` are those of the rules, ``rules`` the rules they are of and those that ran, by id; ``infos`` what a
    model may know of them, and ``fired`` which of them fired on which claim (claims × rule ids). ``judged`` is what
    follows for each claim, ``certain_reject`` whether it is never adjudicated, for certain; ``failures`` are rules that
    failed and were left out.
    """

    findings: pd.DataFrame
    rules: dict[str, Rule]
    infos: dict[str, RuleInfo]
    fired: pd.DataFrame
    judged: _Judged
    certain_reject: NDArray[np.bool_]
    failures: tuple[RuleFailure, ...]


def judge_batch(batch: ClaimBatch, scorer: Scorer, carried: pd.DataFrame | None = None) -> Judgement:
    """Find what is wrong with claims, and how risky they are; ``carried`` as :func:`score_batch` takes it."""
    failures: list[RuleFailure] = []
    findings = run_rules(batch, scorer.reference, scorer.rules, failures, past=scorer.past_of(batch))
    if carried is not None and len(carried):
        findings = without_pointless(
            pd.concat([findings, carried[findings.columns]], ignore_index=True), scorer.known_rules.values()
        )
        findings = findings.sort_values("claim_key", kind="stable", ignore_index=True)
    involved = {one.id for one in scorer.rules}.union(factorized(findings["rule_id"]).distinct)
    rules = {rule_id: one for rule_id, one in scorer.known_rules.items() if rule_id in involved}
    infos = {rule_id: one for rule_id, one in scorer.known_infos.items() if rule_id in involved}
    fired = fired_matrix(findings, len(batch), list(infos))
    features = None
    if scorer.model:
        features = all_features(batch, scorer.reference, scorer.history, scorer.model.extra_features)
    returned = np.zeros(len(batch), dtype=bool)
    returned[findings["claim_key"].to_numpy()[certain_rejects(batch, findings, rules)]] = True
    judged = _judge(fired, infos, features, scorer.model)
    return Judgement(findings, rules, infos, fired, judged, returned, tuple(failures))


def score_batch(
    batch: ClaimBatch, scorer: Scorer, *, explain_from: float = 0.0, carried: pd.DataFrame | None = None
) -> ScoredBatch:
    """Score claims with rules and, where the scorer has one, a model.

    Claims at or above the risk ``explain_from`` are explained: their drivers are worked out. ``carried`` holds findings
    that are known from elsewhere, such as those of rules that compare a claim with others that are not in this batch;
    they count like any other. A rule that fails is left out, for all of the batch, and told in ``failures``.
    """
    judgement = judge_batch(batch, scorer, carried)
    findings, rules, judged, failures = judgement.findings, judgement.rules, judgement.judged, judgement.failures
    line_risks = _line_risks(batch, findings, judgement.infos, judged)
    ratios = scorer.model.payment if scorer.model else PaymentRatios()
    allowed = allowed_cents(batch, ratios, scorer.preferences.allowed, scorer.reference)
    bands = risk_bands(judged.risk, scorer.preferences.bands)
    claims = pd.DataFrame(
        {
            "denial_risk": judged.risk,
            "risk_low": judged.low,
            "risk_high": judged.high,
            "model_log_odds": judged.said.model_log_odds if judged.said else np.nan,
            "certain_reject": judgement.certain_reject,
            "risk_band": np.where(judgement.certain_reject, "critical", bands),
            "expected_denied_cents": expected_denied_cents(batch, line_risks, allowed),
            "queue": _queues(findings, judged.reasons, rules, scorer.preferences),
        },
        index=pd.RangeIndex(len(batch), name="claim_key"),
    )
    said = judged.said
    explained = None
    if scorer.model and said:
        explained = scorer.model.explain_predicted(said, np.flatnonzero(judged.risk >= explain_from))
    ranked = top_reasons(
        judged.reason_model, judged.reasons, judgement.fired, judgement.infos, REASONS_SHOWN, risk=judged.risk
    )
    versions = scorer.versions
    if failures:
        versions = versions | {"ruleset": ruleset_version(scorer.reference, without_failed(scorer.rules, failures))}
    return ScoredBatch(
        batch,
        claims,
        line_risks,
        allowed,
        findings,
        ranked,
        said.seen if said else None,
        explained,
        versions,
        rules,
        failures,
        scorer.model.summary.get("capture") if scorer.model else None,
    )


def claim_stakes(
    batch: ClaimBatch,
    findings: pd.DataFrame,
    fired: pd.DataFrame,
    infos: dict[str, RuleInfo],
    features: pd.DataFrame,
    model: DenialModel,
    reference: Reference,
) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Risk, expected denied cents and share of its charges that is expected to be allowed, of each claim.

    By a model alone, of claims whose findings and features are at hand; the share of a claim without charges is 1.
    """
    judged = _judge(fired, infos, features, model)
    line_risks = _line_risks(batch, findings, infos, judged)
    allowed = allowed_cents(batch, model.payment, AllowedTable(), reference)
    return judged.risk, expected_denied_cents(batch, line_risks, allowed), _allowed_shares(batch, allowed)


def _allowed_shares(batch: ClaimBatch, allowed: Allowed) -> Floats:
    keys = batch.service_lines["claim_key"].to_numpy()
    charge = batch.service_lines["line_charge_cents"].to_numpy("float64", na_value=0.0).clip(min=0.0)
    cents, charges = (np.bincount(keys, weights=one, minlength=len(batch)) for one in (allowed.cents, charge))
    return np.divide(cents, charges, out=np.ones(len(batch)), where=charges > 0)


def risk_bands(risk: Floats, bands: Mapping[str, float] = BANDS) -> NDArray[Any]:
    """Name of the band each probability falls into; ``bands`` are their lower bounds, ascending from 0."""
    return np.array(list(bands), dtype=object)[np.searchsorted(list(bands.values()), risk, side="right") - 1]


@dataclass(frozen=True)
class _Judged:
    """What rules and model say together."""

    risk: Floats
    low: Floats
    high: Floats
    reasons: pd.DataFrame  # P(reason | denied), claims × reasons; zeros where nothing is known
    reason_model: ReasonModel
    lines: LineShares
    said: Prediction | None = None  # by the model, where there is one


def _judge(
    fired: pd.DataFrame, infos: dict[str, RuleInfo], features: pd.DataFrame | None, model: DenialModel | None
) -> _Judged:
    if model is None or features is None:
        return _judge_by_rules_alone(fired, infos)
    said = model.predict(features, fired, infos)
    return _Judged(
        said.risk,
        said.low,
        said.high,
        said.reasons,
        model.reasons,
        model.lines,
        said,
    )


def _judge_by_rules_alone(fired: pd.DataFrame, infos: dict[str, RuleInfo]) -> _Judged:
    """Assumed rates of the findings' severities, and assumed shares of the lines.

    The interval is that of a handful of claims, since none was counted.
    """
    risk = rules_only(fired, infos)
    low, high = beta_interval(risk, UNCOUNTED_CLAIMS)
    found = reason_indicators(fired, infos)
    shares = found / np.maximum(found.sum(axis=1, keepdims=True), 1.0)
    nothing = np.empty(0)
    untaught = ReasonModel(mean=nothing, scale=nothing, coefficients=nothing, intercepts=nothing, carc_counts={})
    return _Judged(
        risk,
        low,
        high,
        pd.DataFrame(shares, columns=list(REASONS)),
        untaught,
        LineShares(),
    )


def _line_risks(batch: ClaimBatch, findings: pd.DataFrame, infos: Mapping[str, RuleInfo], judged: _Judged) -> pd.Series:
    """Probability that each line is denied: its claim's risk times its share of it (:mod:`models.lines`)."""
    facts = line_facts(batch, findings, infos)
    risks = judged.risk[facts.claim] * judged.lines.of(facts, judged.reasons)
    return pd.Series(risks, index=batch.service_lines.index)


def _queues(
    findings: pd.DataFrame, reasons: pd.DataFrame, known: Mapping[str, Rule], preferences: Preferences
) -> NDArray[Any]:
    """The team of the worst finding, else of the likeliest reason."""
    likeliest = reasons.to_numpy().argmax(axis=1) if len(reasons) else np.empty(0, dtype=np.intp)
    teams = np.empty(len(REASONS), dtype=object)
    for one in np.flatnonzero(np.bincount(likeliest, minlength=len(REASONS))):
        teams[one] = preferences.queue_of_reason(Reason(REASONS[one]))
    queues: NDArray[Any] = teams[likeliest]
    badness = {severity: rank for rank, severity in enumerate(Severity)}
    counts = {rule_id: one for rule_id, one in known.items() if one.status != "preview"}
    rule_ids = findings["rule_id"]
    rank = spread(rule_ids, lambda rule_id: badness[counts[rule_id].severity] if rule_id in counts else -1, -1)
    rows = np.flatnonzero(rank >= 0)
    claim = findings["claim_key"].to_numpy()[rows]
    worst_first = np.lexsort((rank[rows], claim))
    claims, first = np.unique(claim[worst_first], return_index=True)
    team = spread(rule_ids, lambda rule_id: preferences.queue_of_rule(counts[rule_id]) if rule_id in counts else "", "")
    queues[claims] = team[rows[worst_first[first]]]
    return queues
