"""Providers: who bills, who treats, where, and how their claims have fared."""

from __future__ import annotations

import re

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Flags, Floats

#: The identifiers of a claim that must be NPIs where they are given.
NPI_COLUMNS = ("billing_npi", "rendering_npi", "referring_npi", "facility_npi")

NPI = re.compile(r"[12][0-9]{9}")

#: 45 CFR 162.406: ISO 7812 with the issuer prefix 80840, whose digits add 24 to the Luhn sum.
PREFIX_SUM = 24


@feature(label="Billing provider", encoding="target")
def billing_npi(inputs: FeatureInputs) -> Coded:
    """NPI of the billing provider. Missing: none on the claim."""
    return inputs.claim_codes("billing_npi")


@feature(label="Rendering provider", encoding="target")
def rendering_npi(inputs: FeatureInputs) -> Coded:
    """NPI of the rendering provider. Missing: none on the claim (often the billing provider then)."""
    return inputs.claim_codes("rendering_npi")


@feature(label="Rendering provider for this billing provider", encoding="target")
def billing_rendering(inputs: FeatureInputs) -> Coded:
    """Billing provider, and whether it names who rendered the service: groups have to, a solo practice need not.

    Missing: no billing NPI.
    """
    return inputs.claim_codes("billing_npi").with_code(_named(inputs, "rendering_npi"))


@feature(label="Specialty of the billing provider", encoding="target")
def billing_taxonomy(inputs: FeatureInputs) -> Coded:
    """Taxonomy code of the billing provider. Missing: none on the claim."""
    return inputs.claim_codes("billing_taxonomy_code")


@feature(label="NPIs that fail their check digit", riskier="higher")
def failed_npi_count(inputs: FeatureInputs) -> Floats:
    """Billing, rendering, referring and facility NPIs that are not ten digits with a right check digit.

    Absent ones do not count. Never missing.
    """
    failed = [inputs.claim_codes(column).holds(_fails_check) for column in NPI_COLUMNS]
    return np.asarray(np.sum(failed, axis=0, dtype="float64"))


@feature(label="Billing provider is absent", riskier="higher")
def billing_npi_absent(inputs: FeatureInputs) -> Flags:
    """1 when the claim has no billing NPI, else 0. Never missing."""
    return inputs.absent("billing_npi")


@feature(label="Referring provider is absent")
def referring_npi_absent(inputs: FeatureInputs) -> Floats:
    """1 when the claim has no referring NPI, else 0. Missing: none, in a file that may have no column for one."""
    absent = inputs.absent("referring_npi")
    return np.where(~absent | inputs.says_what_an_837_says, absent, np.nan)


@feature(label="Referring provider for this procedure", encoding="target")
def procedure_referral(inputs: FeatureInputs) -> Coded:
    """Main procedure, and whether a referring provider is on the claim: some services are not paid without an order.

    Missing: no line, or no code on it.
    """
    return inputs.main_procedure.with_code(_named(inputs, "referring_npi"))


@feature(label="Referring provider for this kind of procedure", encoding="target")
def family_referral(inputs: FeatureInputs) -> Coded:
    """Kind of the main procedure, and whether a referring provider is on the claim. Missing: no line, or no code."""
    return inputs.main_family.with_code(_named(inputs, "referring_npi"))


@feature(label="Referring provider for this specialty", encoding="target")
def specialty_referral(inputs: FeatureInputs) -> Coded:
    """Taxonomy of the billing provider, and whether a referring provider is on the claim. Missing: no taxonomy."""
    return inputs.claim_codes("billing_taxonomy_code").with_code(_named(inputs, "referring_npi"))


@feature(label="Rendering provider bills alone")
def solo_billing(inputs: FeatureInputs) -> Floats:
    """1 when billing and rendering NPI are the same, 0 when they differ. Missing: one of them is absent."""
    billing, rendering = inputs.claim_codes("billing_npi"), inputs.claim_codes("rendering_npi")
    return np.where(billing.absent | rendering.absent, np.nan, billing.agrees_with(rendering))


@feature(label="Place of service", encoding="target")
def place_of_service(inputs: FeatureInputs) -> Coded:
    """Place of service code; of an institutional claim ``TOB`` and the first two digits of its bill type.

    Missing: neither is on the claim.
    """
    return _place(inputs)


@feature(label="This procedure in this place", encoding="target")
def procedure_place(inputs: FeatureInputs) -> Coded:
    """Main procedure with the place of service or bill type. Missing: no line, or no code on it."""
    return inputs.main_procedure.with_code(_place(inputs))


@feature(label="Professional or institutional", encoding="ordinal")
def claim_kind(inputs: FeatureInputs) -> Coded:
    """837P or 837I. Missing: the file did not say."""
    return inputs.claim_codes("claim_kind")


@feature(label="Past denial rate of the billing provider", riskier="higher", past=True)
def provider_denial_rate(inputs: FeatureInputs) -> Floats:
    """Share of the billing provider's claims denied, of those whose remittance came in the year before its submission.

    Shrunk toward the overall rate of that year. Missing: no billing NPI, no date, or no remittance came in that time.
    """
    return inputs.provider_rate


@feature(label="Past denial rate of the rendering provider", riskier="higher", past=True)
def rendering_denial_rate(inputs: FeatureInputs) -> Floats:
    """Share denied of the rendering provider's claims, by remittances of the year before submission.

    Shrunk toward the billing provider's rate.
    Missing: no billing or rendering NPI, no date, or no remittance came in that time.
    """
    return inputs.past_rate("rendering_npi", toward=inputs.provider_rate)


@feature(label="Past denial rate of the provider with this payer", riskier="higher", past=True)
def provider_payer_denial_rate(inputs: FeatureInputs) -> Floats:
    """Share denied of the billing provider's claims to this payer, by remittances of the year before submission.

    Shrunk toward the billing provider's rate.
    Missing: no billing NPI, payer or date, or no remittance came in that time.
    """
    return inputs.past_rate("billing_npi", "payer_id", toward=inputs.provider_rate)


def _place(inputs: FeatureInputs) -> Coded:
    bill_type = inputs.claim_codes("bill_type_code").each(lambda code: f"TOB {code[:2]}")
    return inputs.claim_codes("place_of_service_code").filled_with(bill_type)


def _named(inputs: FeatureInputs, npi: str) -> Coded:
    """Whether a provider is on the claim; ``not told`` where a file may have no column for one."""
    absent = np.where(inputs.says_what_an_837_says, 1, 2)
    return Coded(np.where(inputs.absent(npi), absent, 0), ("named", "absent", "not told"))


def _fails_check(npi: str) -> bool:
    """Whether it is no NPI: ten digits, the first 1 or 2, Luhn sum with the prefix divisible by ten."""
    if not NPI.fullmatch(npi):
        return True
    digits = [int(digit) for digit in npi]
    luhn = sum(digits[1::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[::2]) + PREFIX_SUM
    return luhn % 10 != 0
