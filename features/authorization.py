"""Prior authorisation: whether the payer's terms want it, and whether the claim carries it."""

from __future__ import annotations

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Flags, Floats


@feature(label="Authorisation number on the claim", riskier="lower")
def has_authorization(inputs: FeatureInputs) -> Flags:
    """1 when the claim or one of its lines carries a prior authorisation number, else 0. Never missing."""
    return _has_number(inputs)


@feature(label="Authorisation for this procedure at this payer", encoding="target")
def payer_authorization(inputs: FeatureInputs) -> Coded:
    """Payer, main procedure, and whether an authorisation number is on the claim. Missing: no payer."""
    return inputs.claim_codes("payer_id").with_code(inputs.main_procedure).with_code(_numbered(inputs))


@feature(label="Authorisation for this kind of procedure at this payer", encoding="target")
def payer_family_authorization(inputs: FeatureInputs) -> Coded:
    """Payer, kind of the main procedure, and whether an authorisation number is on the claim. Missing: no payer."""
    return inputs.claim_codes("payer_id").with_code(inputs.main_family).with_code(_numbered(inputs))


@feature(label="Lines for which the payer wants authorisation")
def authorization_required_count(inputs: FeatureInputs) -> Floats:
    """Lines that the payer terms in force on the date of service put, or are likely to put, under authorisation.

    0 also where the terms do not know the payer. Never missing.
    """
    return inputs.count_lines(~inputs.line_authorization.absent)


@feature(label="Lines whose required authorisation is missing", riskier="higher")
def authorization_missing_count(inputs: FeatureInputs) -> Floats:
    """Lines under a program that denies without authorisation, without a number of their own or of the claim.

    Never missing.
    """
    return inputs.count_lines(inputs.line_authorization.isin("required") & ~inputs.line_has_authorization)


@feature(label="Lines that probably lack an authorisation", riskier="higher")
def authorization_doubt_count(inputs: FeatureInputs) -> Floats:
    """Lines that most plans of this kind put under authorisation, without a number of their own or of the claim.

    Never missing.
    """
    return inputs.count_lines(inputs.line_authorization.isin("likely") & ~inputs.line_has_authorization)


def _has_number(inputs: FeatureInputs) -> Flags:
    return ~inputs.absent("prior_auth_number") | (inputs.count_lines(inputs.line_has_authorization) > 0)


def _numbered(inputs: FeatureInputs) -> Coded:
    return Coded(np.where(_has_number(inputs), 0, 1), ("numbered", "not numbered"))
