"""Payers: who is asked, and how they have answered claims like this before."""

from __future__ import annotations

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Floats


@feature(label="Payer", encoding="target")
def payer_id(inputs: FeatureInputs) -> Coded:
    """Payer the claim is sent to, by its identifier. Missing: none on the claim."""
    return inputs.claim_codes("payer_id")


@feature(label="Kind of payer", encoding="ordinal")
def payer_type(inputs: FeatureInputs) -> Coded:
    """Medicare, Medicare Advantage, Medicaid, commercial and so on. Missing: not known."""
    return inputs.claim_codes("payer_type")


@feature(label="This procedure at this payer", encoding="target")
def payer_procedure(inputs: FeatureInputs) -> Coded:
    """Payer with the main procedure. Missing: no payer."""
    return inputs.claim_codes("payer_id").with_code(inputs.main_procedure)


@feature(label="This kind of procedure at this payer", encoding="target")
def payer_procedure_family(inputs: FeatureInputs) -> Coded:
    """Payer with the kind of the main procedure. Missing: no payer."""
    return inputs.claim_codes("payer_id").with_code(inputs.main_family)


@feature(label="This billing provider at this payer", encoding="target")
def payer_provider(inputs: FeatureInputs) -> Coded:
    """Payer with the billing provider: in its network or not. Missing: no payer."""
    return inputs.claim_codes("payer_id").with_code(inputs.claim_codes("billing_npi"))


@feature(label="Past denial rate of the payer", riskier="higher", past=True)
def payer_denial_rate(inputs: FeatureInputs) -> Floats:
    """Share of the payer's claims denied, of those whose remittance came in the year before its submission.

    Shrunk toward the overall rate of that year. Missing: no payer, no date, or no remittance came in that time.
    """
    return inputs.payer_rate


@feature(label="Past denial rate of the payer for this procedure", riskier="higher", past=True)
def payer_procedure_denial_rate(inputs: FeatureInputs) -> Floats:
    """Share denied of the payer's claims with this main procedure, by remittances of the year before submission.

    Shrunk toward the payer's own rate.
    Missing: no payer, procedure or date, or no remittance came in that time.
    """
    return inputs.past_rate("payer_id", "procedure_code", toward=inputs.payer_rate)


@feature(label="Past denial rate of the payer for this diagnosis category", riskier="higher", past=True)
def payer_dx_denial_rate(inputs: FeatureInputs) -> Floats:
    """Share denied of the payer's claims with this diagnosis category, by remittances of the year before submission.

    The category is that of the principal diagnosis. Shrunk toward the payer's own rate.
    Missing: no payer, diagnosis or date, or no remittance came in that time.
    """
    return inputs.past_rate("payer_id", "dx_category", toward=inputs.payer_rate)
