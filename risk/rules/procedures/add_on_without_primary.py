"""ADD001: an add-on code whose primary is not on the claim that day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import claim, line
from risk.rules._absent import absent
from risk.rules._repair import found_on
from risk.rules._rule import Reason, Severity, rule

_NAMED = 4  # primaries that are named; an edit may have dozens

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "ADD001",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="107",
    rarc="N122",
    cite="NCCI add-on code edits, type 1, of 2024-06",
    cite_imported="{edition}, edits of type 1",
    message="Line {line_number}: {procedure_code} is an add-on code, and its primary ({primaries}) is not on this "
    "claim for that day.",
    fix="Put the primary procedure on the claim if it was done that day and the record shows it; correct the "
    "code if the first level was meant.",
    fix_kind="data",
    unless=("IMG001", "PTP002"),  # not payable that day even beside its primary
    good=[
        claim(lines=[line("64483"), line("64484")]),
        claim(lines=[line("64490"), line("64491"), line("64492")]),
        claim(lines=[line("64493"), line("64494")]),
        claim(lines=[line("64490"), line("64494")]),
        claim(lines=[line("62270"), line("64520", modifiers=["LT"]), line("77003")]),
        claim(lines=[line("22513"), line("22515")]),
    ],
    bad=[
        claim(lines=[line("64484")]),
        claim(lines=[line("62323"), line("64484", modifiers=["XS"])]),
        claim(lines=[line("20553"), line("77003")]),
        claim(lines=[line("64635", day=2), line("64636", day=3)]),
    ],
)
def add_on_without_primary(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Add-on procedure without its primary.

    An add-on code is paid only beside one of its primary codes, on the same day and by the same practitioner. Usual
    cause: the first level is missing from the claim or went out on another one, or the wrong region's code.
    """
    day = ["claim_key", "service_from_date"]
    lines = batch.service_lines
    add_ons = reference.procedures.are_add_ons(lines["procedure_code"]) & ~absent(lines["service_from_date"])
    dated = batch.lines_where(add_ons, *day, "procedure_code")
    if dated.empty:
        return dated
    primaries = reference.procedures.primaries_of(dated)
    add_ons = dated.loc[primaries.index].assign(primary_code=primaries)
    every = batch.lines_where(np.isin(lines["claim_key"], add_ons["claim_key"]), *day, "procedure_code")
    wanted = add_ons.explode("primary_code").astype({"primary_code": every["procedure_code"].dtype})
    present = every.rename(columns={"procedure_code": "primary_code"})[[*day, "primary_code"]]
    served = wanted.merge(present, on=[*day, "primary_code"])
    alone = add_ons[~found_on(add_ons, served)]
    return alone.assign(
        primaries=alone["primary_code"].map(_named), edition=reference.procedures.add_on_editions(alone)
    )


def _named(codes: tuple[str, ...]) -> str:
    """The first few of the codes: ``64490 or 64493``, ``61050, 61055, 62267, 62273 or 10 more``."""
    shown = codes if len(codes) <= _NAMED else (*codes[:_NAMED], f"{len(codes) - _NAMED} more")
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
