"""Risks of service lines on synthetic claims, whose lines are known: log loss, calibration, dollars, reconciliation.

The default model, and claims of its world that are another sample. No claim's own lines are a truth of their risk: the
row `truth` is. Dollars are those that would have been allowed of the lines that were denied; shares are means over the
lines of denied claims of several lines, of the denied ones and of those that were paid.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluate import metrics
from models.lines import LineFacts, LineShares
from risk.allowed import allowed_cents
from risk.allowed_table import AllowedTable
from risk.line_facts import line_facts
from risk.reference import load_reference
from risk.training import DEFAULT_CLAIMS, DEFAULT_SEED, history_of, prepare, synthetic_claims, train_on
from synthetic_data import simulate

CLAIMS, SEED = 10_000, 7

Floats = NDArray[np.float64]


def main(claims: int = CLAIMS) -> None:
    """Print one row for each way to share the claims' risks out, and the chances that were learnt."""
    reference = load_reference()
    model = train_on(synthetic_claims(DEFAULT_CLAIMS, seed=DEFAULT_SEED), reference, seed=DEFAULT_SEED).model
    labelled = synthetic_claims(claims, seed=SEED)
    data = prepare(labelled, reference, history=history_of(labelled))
    said = model.predict(data.features, data.fired, data.infos)
    facts = line_facts(labelled.batch, data.findings, data.infos)
    risk, drawn = said.risk[facts.claim], simulate(claims, seed=SEED)
    truth, true_line = drawn.truth["true_probability"].to_numpy(), drawn.line_truth["true_probability"].to_numpy()
    learnt = f"shares learnt from {model.lines.claims} claims"
    risks = {
        "the claim's risk for each line": (said.risk, risk),
        "assumed shares": (said.risk, risk * LineShares().of(facts, said.reasons)),
        learnt: (said.risk, risk * model.lines.of(facts, said.reasons)),
        "truth": (truth, true_line),
    }
    denied = np.asarray(labelled.line_denied == 1)
    allowed = allowed_cents(labelled.batch, model.payment, AllowedTable(), reference).cents
    rows = [{"": name, **_figures(*own, denied, facts, allowed)} for name, own in risks.items()]
    print(f"\nLines of {claims:,} synthetic claims: {len(denied):,}; denied ${allowed[denied].sum() / 100:,.0f}")
    print(pd.DataFrame(rows).to_string(index=False, float_format=lambda value: f"{value:.4f}"))


def _figures(
    of_claim: Floats, risk: Floats, denied: NDArray[np.bool_], facts: LineFacts, allowed: Floats
) -> dict[str, float | str]:
    several = (np.bincount(facts.claim) > 1)[facts.claim]
    refused = several & (np.bincount(facts.claim, weights=denied) > 0)[facts.claim]  # lines of claims that were denied
    share = risk / of_claim[facts.claim]
    own, others = metrics(risk, denied), metrics(risk[several], denied[several])
    total = np.bincount(facts.claim, weights=risk, minlength=facts.claims)
    return {
        "log loss": own["log_loss"],
        "ece": own["ece"],
        "log loss, of several": others["log_loss"],
        "ece, of several": others["ece"],
        "share, denied": float(share[refused & denied].mean()),
        "share, spared": float(share[refused & ~denied].mean()),
        "expected": f"${(risk * allowed).sum() / 100:,.0f}",
        "above its claim by": float((risk - of_claim[facts.claim]).max()),
        "sum below the claim's by": float((of_claim - total).max()),
    }


if __name__ == "__main__":
    main()
