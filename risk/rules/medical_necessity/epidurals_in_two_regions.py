"""LCD005: epidurals in the neck and in the lower back in one session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules._stacked import no_offenders

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "LCD005",
    severity=Severity.DENY,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Contractors' policies on epidurals (L39015, L39240, L36920, L39036, L33906, L39054): one region in a session",
    message="Line {line_number}: {procedure_code} is an epidural in another region than {other_code} on line "
    "{other_line}; Medicare's contractors cover one region in a session.",
    fix="Check the regions and the dates against the procedure notes. If both regions were injected on one "
    "day, ask what in the record made that necessary, and expect one of the two to be denied.",
    fix_kind="documentation",
    payer_types=("medicare", "medicare_advantage"),
    good=[
        claim(payer_type="medicare", dx=["M54.12", "M54.16"], lines=[line("62321", day=1), line("62323", day=22)]),
        claim(payer_type="medicare", lines=[line("64483"), line("64484")]),
        claim(payer_type="commercial", dx=["M54.12", "M54.16"], lines=[line("62321"), line("62323")]),
    ],
    bad=[
        claim(payer_type="medicare", dx=["M54.12", "M54.16"], lines=[line("62321"), line("62323", pointers=(2,))]),
        claim(payer_type="medicare", dx=["M54.16", "M54.12"], lines=[line("64483"), line("64479", pointers=(2,))]),
    ],
)
def epidurals_in_two_regions(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Epidurals in two regions of the spine in one session.

    The policies cover an epidural in one region, neck and chest or lower back, in a session. Levels further on in a
    region go with their first and are not told again. Usual cause: two painful regions treated in one visit.
    """
    procedures = reference.procedures
    codes = batch.service_lines["procedure_code"]
    epidurals = procedures.of_family(codes, "epidural_interlaminar", "epidural_transforaminal")
    own = epidurals & ~procedures.flagged("add_on", codes)
    session = ["claim_key", "service_from_date"]
    lines = batch.lines_where(own, "procedure_code", "service_from_date")
    if lines.empty or not lines.duplicated(session).any():
        return no_offenders()
    lines = lines.dropna(subset="service_from_date")
    lines = lines.assign(region=procedures.fact("region", lines["procedure_code"]))
    first = lines.drop_duplicates(session).rename(
        columns={"procedure_code": "other_code", "line_number": "other_line", "region": "other_region"}
    )
    met = lines.merge(first[[*session, "other_code", "other_line", "other_region"]], on=session)
    return met[met["region"] != met["other_region"]]
