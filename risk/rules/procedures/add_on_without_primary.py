"""ADD001: an add-on code whose primary is not on the claim that day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "ADD001",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="107",
    rarc="N122",
    cite="NCCI add-on code edits, type 1, 2024-06",
    message="Line {line_number}: {procedure_code} is an add-on code, and its primary ({primaries}) is not on this "
    "claim for that day.",
    fix="Put the primary procedure on the claim if it was done that day and the record shows it; correct the "
    "code if the first level was meant.",
    fix_kind="data",
    unless=("IMG001",),
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
        claim(lines=[line("62323"), line("64484")]),
        claim(lines=[line("20553"), line("77003")]),
        claim(lines=[line("64635", day=2), line("64636", day=3)]),
    ],
)
def add_on_without_primary(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Add-on procedure without its primary.

    An add-on code is paid only beside one of its primary codes, on the same day and by the same practitioner. Usual
    cause: the first level is missing from the claim or went out on another one, or the wrong region's code.
    """
    primaries_of = reference.procedures.add_on_primaries
    every = batch.service_lines
    lines = every.loc[
        every["procedure_code"].isin(list(primaries_of)),
        ["claim_key", "line_number", "procedure_code", "service_from_date"],
    ].dropna(subset="service_from_date")
    known = pd.DataFrame(
        [(add_on, primary) for add_on, primaries in primaries_of.items() for primary in primaries],
        columns=["procedure_code", "primary_code"],
        dtype="str",
    )
    day = ["claim_key", "service_from_date"]
    present = every.loc[every["procedure_code"].isin(known["primary_code"]), [*day, "procedure_code"]]
    served = lines.merge(known, on="procedure_code").merge(
        present.rename(columns={"procedure_code": "primary_code"}), on=[*day, "primary_code"]
    )
    place = ["claim_key", "line_number"]
    alone = lines[~pd.MultiIndex.from_frame(lines[place]).isin(pd.MultiIndex.from_frame(served[place]))]
    names = {add_on: _either(primaries) for add_on, primaries in primaries_of.items()}
    return alone.assign(primaries=alone["procedure_code"].map(names))


def _either(codes: tuple[str, ...], most: int = 4) -> str:
    """The first few of the codes: ``64490 or 64493``, ``61050, 61055, 62267, 62273 or 10 more``."""
    shown = codes if len(codes) <= most else (*codes[:most], f"{len(codes) - most} more")
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
