"""How well what is allowed of a line is foretold: by the payers' shares alone, and by those of their procedures.

Synthetic claims in order of submission: the last ones are foretold from all or some of those before.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.payment import PaymentRatios, fit_payment_ratios
from models.split import split_by_submission
from risk.amounts import paid_lines
from risk.labelled import submitted_on, synthetic_claims
from risk.reference import load_reference

CLAIMS, SEED = 20_000, 0

#: Shares of the earlier claims that are learnt from.
SHARES = (1.0, 0.25, 0.1, 0.05)


def main() -> None:
    """Print the mean absolute error of the allowed amount by line, in dollars."""
    labelled = synthetic_claims(CLAIMS, seed=SEED)
    lines = paid_lines(labelled.batch, labelled.outcomes["allowed_by_line"], load_reference())
    split = split_by_submission(submitted_on(labelled.batch))
    told = lines[lines["claim"].isin(split.test)]
    earlier = np.sort(np.concatenate([split.train, split.validation]))
    print(f"allowed amount: {len(told):,} lines, ${told['allowed_cents'].mean() / 100:,.2f} in the mean; missed by")
    print(f"  {'learnt from':>14}  {'charge':>8}  {'payer':>8}  {'procedure':>9}")
    for share in SHARES:
        ratios = fit_payment_ratios(lines[lines["claim"].isin(earlier[: int(share * len(earlier))])])
        by_payer = replace(ratios, by_family={}, by_procedure={})
        missed = [
            float((one.of(told)[0] * told["charge_cents"] - told["allowed_cents"]).abs().mean()) / 100
            for one in (PaymentRatios(), by_payer, ratios)
        ]
        print(f"  {ratios.claims:>7,} claims  {missed[0]:>8.2f}  {missed[1]:>8.2f}  {missed[2]:>9.2f}")
