"""The trained model in one piece: what it predicts, how it explains, and the folder it is kept in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models._logistic import expit
from models.causes import log_shares
from models.evaluate import threshold_for_precision
from models.explain import Explanation
from models.findings import named_columns, with_findings
from models.interval import Support, risk_interval, similar_claims
from models.interval_groups import Stretch
from models.lines import LineShares
from models.new_payer import without_unknown_payers
from models.panel import Claims, Panel
from models.payer_offsets import PAYER_INPUT, offsets_of
from models.payment import PaymentRatios

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.calibrate import Sigmoid
    from models.causes import Causes
    from models.combine import Combiner, Evidence
    from models.encode import Encoder
    from models.priors import RuleInfo
    from models.reasons import ReasonModel
    from models.trees import Forest

Floats = NDArray[np.float64]

#: Claims explained at once: what every input adds to every cause is kept for all of them.
_EXPLAINED_AT_ONCE = 8_192


@dataclass(frozen=True)
class Prediction:
    """What the model says of each claim, in the order of the features.

    ``model_log_odds`` is the calibrated model alone, before the combiner; ``risk`` the combined probability of an
    initial denial with its 90 % interval ``low`` … ``high``; ``reasons`` P(reason | denied), claims × reasons;
    ``evidence`` what the findings added. ``similar_claims`` and ``extra_spread`` are what the interval hangs on beside
    the risk (:func:`models.interval.risk_interval`). ``seen`` are the inputs of the trees (:meth:`DenialModel.seen`),
    ``claims`` the same as they are put to them.
    """

    model_log_odds: Floats
    risk: Floats
    low: Floats
    high: Floats
    reasons: pd.DataFrame
    evidence: Evidence
    similar_claims: Floats
    extra_spread: Floats
    seen: pd.DataFrame
    claims: Claims


@dataclass(frozen=True)
class DenialModel:
    """Everything needed to score claims, in plain arrays: no scikit-learn object, nothing that runs when read.

    ``payer_offsets`` is what the log-odds of each payer's claims are moved by. ``thresholds`` is
    :func:`models.evaluate.precision_recall` of the validation claims; ``summary`` and ``versions`` tell what the model
    was trained on. ``stretch`` is what the labels of the validation claims ask of the intervals, ``payment`` what
    payers allow of a charge, ``lines`` which lines of a denied claim they refuse. ``digest`` names the content of the
    saved model it was read from.
    """

    encoder: Encoder
    forest: Forest
    causes: Causes
    sigmoid: Sigmoid
    payer_offsets: Mapping[str, float]
    combiner: Combiner
    reasons: ReasonModel
    support: Support
    thresholds: pd.DataFrame
    summary: Mapping[str, Any]
    versions: Mapping[str, str]
    stretch: Stretch = field(default_factory=Stretch)
    payment: PaymentRatios = field(default_factory=PaymentRatios)
    lines: LineShares = field(default_factory=LineShares)
    digest: str = "unsaved"

    @property
    def feature_names(self) -> list[str]:
        """Features the model takes, in its own order; a frame may have them in any."""
        return [one.name for one in self.encoder.inputs if not one.rule]

    @property
    def extra_features(self) -> dict[str, str]:
        """Columns beyond the CSV contract that it was trained with, by name: ``number`` or ``target`` (a code)."""
        return dict(self.summary.get("extra_features", {}))

    def predict(self, features: pd.DataFrame, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> Prediction:
        """Score claims.

        Parameters
        ----------
        features
            One row per claim; exactly the model's features.
        fired
            The same claims × rule ids, booleans; rules that training never saw are welcome.
        rule_info
            Facts of each rule of ``fired``.

        Raises
        ------
        ModelError
            If the features are not those of training.
        """
        seen = self.seen(features, fired)
        claims = self._panel.claims(seen)
        model_log_odds, causes = self._judged(claims, features)
        evidence = self.combiner.evidence(fired, rule_info)
        log_odds = self.combiner.log_odds_of(model_log_odds, evidence)
        risk = expit(log_odds)
        without_thin = expit(self.combiner.known_log_odds(model_log_odds, evidence))
        owed = np.clip(1.0 - without_thin / risk, 0.0, 1.0)
        # How much the log-odds move when the thin chance c moves: d risk / dc = (1 − risk) / (1 − c).
        spread = evidence.spread / (risk * (1.0 - evidence.thin))
        similar = similar_claims(self._scarcity, claims.places, len(claims))
        low, high = risk_interval(risk, similar, spread, self.stretch.of(similar))
        reasons = self.reasons.probabilities(log_shares(causes), fired, rule_info, evidence, owed)
        return Prediction(model_log_odds, risk, low, high, reasons, evidence, similar, spread, seen, claims)

    def seen(self, features: pd.DataFrame, fired: pd.DataFrame) -> pd.DataFrame:
        """Every input of the trees: the features, and which of the rules fired that the model learnt from.

        Codes that name a payer whom training never saw are missing.
        """
        inputs = self.encoder.inputs
        known = self.encoder.tables[PAYER_INPUT].codes if PAYER_INPUT in self.encoder.tables else ()
        return with_findings(without_unknown_payers(features, inputs, known), fired, inputs)

    def explain_predicted(self, said: Prediction, rows: NDArray[np.intp]) -> Explanation:
        """Contributions of the inputs to the ``model_log_odds`` of some claims of a prediction, by position."""
        return self._explanation(said.seen, said.claims.take(rows), rows)

    def explain(self, seen: pd.DataFrame, rows: Sequence[int] | NDArray[Any] | None = None) -> Explanation:
        """Contributions of the inputs to ``model_log_odds``: of all claims, or of the rows given by position.

        ``seen`` is what :meth:`seen` makes of the claims.
        """
        chosen = np.arange(len(seen)) if rows is None else np.asarray(rows, dtype=np.intp)
        return self._explanation(seen, self._panel.claims(seen if rows is None else seen.iloc[chosen]), chosen)

    def _explanation(self, seen: pd.DataFrame, claims: Claims, rows: NDArray[np.intp]) -> Explanation:
        """Explain ``claims``, which are those ``rows`` of ``seen``."""
        total = np.empty((len(self._names), len(claims)))
        for part, own in claims.blocks(_EXPLAINED_AT_ONCE):
            added = self._panel.contributions(own)
            value = self.sigmoid.slope * added[0]
            if self.sigmoid.cause_slope:
                value += self.sigmoid.cause_slope * self.causes.contributions(added[1:], self._panel.base_values[1:])
            total[:, part] = value
        if self.payer_offsets:
            total[self._names.get_loc(PAYER_INPUT)] += offsets_of(self.payer_offsets, seen[PAYER_INPUT].iloc[rows])
        return Explanation(pd.DataFrame(total.T, columns=self._names, index=rows), self._base_value)

    def scores(self, features: pd.DataFrame, fired: pd.DataFrame) -> tuple[Floats, Floats]:
        """Raw score of all denials of each claim, and the scores of each cause, claims × causes."""
        return self._scores(self._panel.claims(self.seen(features, fired)))

    def threshold_for(self, precision: float) -> float:
        """Lowest risk threshold that reached the precision on validation; ``ModelError`` if none did."""
        return threshold_for_precision(self.thresholds, precision)

    def _judged(self, claims: Claims, features: pd.DataFrame) -> tuple[Floats, Floats]:
        """Calibrated log-odds of each claim, and the scores of each cause."""
        raw, causes = self._scores(claims)
        log_odds = self.sigmoid.log_odds(raw, causes)
        if self.payer_offsets:
            log_odds = log_odds + offsets_of(self.payer_offsets, features[PAYER_INPUT])
        return log_odds, causes

    def _scores(self, claims: Claims) -> tuple[Floats, Floats]:
        raw = self._panel.raw_scores(claims)
        return raw[:, 0], self.causes.scores(raw[:, 1:])

    @cached_property
    def _panel(self) -> Panel:
        """All denials first, then the causes."""
        numbers = {name: table.numbers for name, table in self.encoder.tables.items()}
        causes = self.causes.causes
        return Panel(
            self.encoder,
            (self.forest, *(one.forest for one in causes)),
            (numbers, *(numbers | dict(one.numbers) for one in causes)),
        )

    @cached_property
    def _names(self) -> pd.Index:
        return named_columns(tuple(one.name for one in self.encoder.inputs))

    @cached_property
    def _base_value(self) -> float:
        """Calibrated log-odds that explanations start from."""
        raw, *causes = self._panel.base_values
        value = self.sigmoid.slope * raw + self.sigmoid.intercept
        if self.sigmoid.cause_slope:
            value += self.sigmoid.cause_slope * self.causes.base_value(np.array(causes))
        return float(value)

    @cached_property
    def _scarcity(self) -> dict[str, Floats]:
        return self.support.scarcity(self.encoder.tables)
