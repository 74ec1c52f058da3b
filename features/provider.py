"""Providers: who bills, who treats, where, and how their claims have fared."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded

#: The identifiers of a claim that must be NPIs where they are given.
NPI_COLUMNS = ("billing_npi", "rendering_npi", "referring_npi", "facility_npi")

#: 45 CFR 162.406: ISO 7812 with the issuer prefix 80840, whose digits add 24 to the Luhn sum.
PREFIX_SUM = 24


@feature(label="Billing provider", encoding="target")
def billing_npi(inputs: FeatureInputs) -> pd.Series:
    """NPI of the billing provider. Missing: none on the claim."""
    return inputs.claim_column("billing_npi")


@feature(label="Rendering provider", encoding="target")
def rendering_npi(inputs: FeatureInputs) -> pd.Series:
    """NPI of the rendering provider. Missing: none on the claim (often the billing provider then)."""
    return inputs.claim_column("rendering_npi")


@feature(label="Rendering provider for this billing provider", encoding="target")
def billing_rendering(inputs: FeatureInputs) -> pd.Series:
    """Billing provider, and whether it names who rendered the service: groups have to, a solo practice need not.

    Missing: no billing NPI.
    """
    return inputs.claim_codes(Coded.of(inputs.batch.claims["billing_npi"]), _named(inputs, "rendering_npi"))


@feature(label="Specialty of the billing provider", encoding="target")
def billing_taxonomy(inputs: FeatureInputs) -> pd.Series:
    """Taxonomy code of the billing provider. Missing: none on the claim."""
    return inputs.claim_column("billing_taxonomy_code")


@feature(label="NPIs that fail their check digit", riskier="higher")
def failed_npi_count(inputs: FeatureInputs) -> pd.Series:
    """Billing, rendering, referring and facility NPIs that are not ten digits with a right check digit.

    Absent ones do not count. Never missing.
    """
    failed = inputs.claim_series(0.0)
    for column in NPI_COLUMNS:
        failed += Coded.of(inputs.batch.claims[column]).flags(_fails_check)
    return failed


@feature(label="Billing provider is absent", riskier="higher")
def billing_npi_absent(inputs: FeatureInputs) -> pd.Series:
    """1 when the claim has no billing NPI, else 0. Never missing."""
    return inputs.claim_column("billing_npi").isna().astype("float64")


@feature(label="Referring provider is absent")
def referring_npi_absent(inputs: FeatureInputs) -> pd.Series:
    """1 when the claim has no referring NPI, else 0. Missing: none, in a file that may have no column for one."""
    absent = inputs.claim_column("referring_npi").isna()
    return absent.astype("float64").where(~absent | inputs.says_what_an_837_says)


@feature(label="Referring provider for this procedure", encoding="target")
def procedure_referral(inputs: FeatureInputs) -> pd.Series:
    """Main procedure, and whether a referring provider is on the claim: some services are not paid without an order.

    Missing: no line, or no code on it.
    """
    return inputs.claim_codes(inputs.main_procedure_code, _named(inputs, "referring_npi"))


@feature(label="Referring provider for this kind of procedure", encoding="target")
def family_referral(inputs: FeatureInputs) -> pd.Series:
    """Kind of the main procedure, and whether a referring provider is on the claim. Missing: no line, or no code."""
    return inputs.claim_codes(inputs.main_family, _named(inputs, "referring_npi"))


@feature(label="Referring provider for this specialty", encoding="target")
def specialty_referral(inputs: FeatureInputs) -> pd.Series:
    """Taxonomy of the billing provider, and whether a referring provider is on the claim. Missing: no taxonomy."""
    return inputs.claim_codes(Coded.of(inputs.batch.claims["billing_taxonomy_code"]), _named(inputs, "referring_npi"))


@feature(label="Rendering provider bills alone")
def solo_billing(inputs: FeatureInputs) -> pd.Series:
    """1 when billing and rendering NPI are the same, 0 when they differ. Missing: one of them is absent."""
    billing, rendering = inputs.claim_column("billing_npi"), inputs.claim_column("rendering_npi")
    return (billing == rendering).astype("float64").where(billing.notna() & rendering.notna())


@feature(label="Place of service", encoding="target")
def place_of_service(inputs: FeatureInputs) -> pd.Series:
    """Place of service code; of an institutional claim ``TOB`` and the first two digits of its bill type.

    Missing: neither is on the claim.
    """
    claims = inputs.batch.claims
    bill_type = Coded.of(claims["bill_type_code"]).texts(lambda codes: "TOB " + codes.str[:2])
    return inputs.claim_series(claims["place_of_service_code"].fillna(bill_type).array)


@feature(label="This procedure in this place", encoding="target")
def procedure_place(inputs: FeatureInputs) -> pd.Series:
    """Main procedure with the place of service or bill type. Missing: no line, or no code on it."""
    return inputs.claim_codes(inputs.main_procedure_code, Coded.of(place_of_service.compute(inputs)))


@feature(label="Professional or institutional", encoding="ordinal")
def claim_kind(inputs: FeatureInputs) -> pd.Series:
    """837P or 837I. Missing: the file did not say."""
    return inputs.claim_column("claim_kind")


@feature(label="Past denial rate of the billing provider", riskier="higher", past=True)
def provider_denial_rate(inputs: FeatureInputs) -> pd.Series:
    """Share of the billing provider's claims denied, of those whose remittance came in the year before its submission.

    Shrunk toward the overall rate of that year. Missing: no billing NPI, no date, or no remittance came in that time.
    """
    return inputs.provider_rate


@feature(label="Past denial rate of the rendering provider", riskier="higher", past=True)
def rendering_denial_rate(inputs: FeatureInputs) -> pd.Series:
    """Share denied of the rendering provider's claims, by remittances of the year before submission.

    Shrunk toward the billing provider's rate.
    Missing: no billing or rendering NPI, no date, or no remittance came in that time.
    """
    return inputs.past_rate("rendering_npi", toward=inputs.provider_rate)


@feature(label="Past denial rate of the provider with this payer", riskier="higher", past=True)
def provider_payer_denial_rate(inputs: FeatureInputs) -> pd.Series:
    """Share denied of the billing provider's claims to this payer, by remittances of the year before submission.

    Shrunk toward the billing provider's rate.
    Missing: no billing NPI, payer or date, or no remittance came in that time.
    """
    return inputs.past_rate("billing_npi", "payer_id", toward=inputs.provider_rate)


def _named(inputs: FeatureInputs, npi: str) -> Coded:
    """Whether a provider is on the claim; ``not told`` where a file may have no column for one."""
    absent = np.where(inputs.says_what_an_837_says, "absent", "not told")
    return Coded.of(pd.Series(np.where(inputs.batch.claims[npi].notna(), "named", absent), dtype="str"))


def _fails_check(npis: pd.Series) -> pd.Series:
    """Whether each is no NPI: ten digits, the first 1 or 2, Luhn sum with the prefix divisible by ten."""
    well_formed = npis.str.fullmatch(r"[12][0-9]{9}").to_numpy(dtype=bool)
    fails = ~well_formed
    if well_formed.any():
        text = npis[well_formed].to_numpy(dtype="U10")
        digits = np.frombuffer(text.astype("S10").tobytes(), dtype="uint8").reshape(-1, 10).astype("int64") - ord("0")
        doubled = digits[:, 8::-2] * 2
        luhn = digits[:, 9::-2].sum(axis=1) + (doubled // 10 + doubled % 10).sum(axis=1) + PREFIX_SUM
        fails[well_formed] = luhn % 10 != 0
    return pd.Series(fails, index=npis.index)
