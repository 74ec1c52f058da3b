"""Many small claims at once, for tests that ask the rules about every row of a published table."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import CLEAN
from risk.claims.tables import ClaimBatch, make_batch
from risk.reference import load_reference
from risk.rules import catalogue, run_rules
from tests.reference.icd10_shared import oracle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: What the published editions span: the list of January 2021 to the end of FY2027.
FIRST_EDITION, LAST_DAY = "2021-01-01", "2027-09-30"


def diagnosis_claims(
    claims: Sequence[Sequence[str]], on: str | Sequence[str], *, qualifier: str | None = None
) -> ClaimBatch:
    """One clean office visit per list of diagnosis codes (with or without dots), each in the place of its list.

    ``on`` is the date of service (ISO), of all claims or of each. The first diagnosis is the principal one and the
    others follow, unless ``qualifier`` says what all of them are.
    """
    count, sizes = len(claims), [len(codes) for codes in claims]
    keys = np.repeat(np.arange(count), sizes)
    positions = np.concatenate([np.arange(1, size + 1) for size in sizes])
    codes = pd.Series([code for codes in claims for code in codes], dtype="str").str.replace(".", "", regex=False)
    dates = pd.to_datetime([on] * count if isinstance(on, str) else list(on))
    standing = {"claim_kind", "payer_type", "patient_birth_date", "claim_frequency_code", "place_of_service_code"}
    return make_batch(
        {name: [value] * count for name, value in CLEAN.items() if name in standing}
        | {"claim_id": [f"C{key}" for key in range(count)]},
        {
            "claim_key": np.arange(count),
            "line_number": np.ones(count, dtype="int64"),
            "procedure_code": ["99213"] * count,
            "quantity": np.ones(count),
            "line_charge_cents": np.full(count, 20_000),
            "service_from_date": dates,
            "service_to_date": dates,
            "dx_pointer_1": np.ones(count, dtype="int64"),
        },
        {
            "claim_key": keys,
            "dx_position": positions,
            "dx_code": codes,
            "dx_qualifier": [qualifier] * len(keys) if qualifier else np.where(positions == 1, "principal", "other"),
        },
    )


def findings(batch: ClaimBatch, *rule_ids: str) -> pd.DataFrame:
    """Findings of the named rules on the claims."""
    return run_rules(batch, load_reference(), [catalogue()[rule_id] for rule_id in rule_ids])


def drawing(batch: ClaimBatch, *rule_ids: str) -> set[int]:
    """Keys of the claims that draw one of the named rules."""
    return set(findings(batch, *rule_ids)["claim_key"].tolist())


def codes_drawing(codes: Sequence[str], on: str | Sequence[str], *rule_ids: str) -> set[str]:
    """Those of the codes that, each alone on a claim of the date, draw one of the named rules."""
    return {codes[key] for key in drawing(diagnosis_claims([[code] for code in codes], on), *rule_ids)}


def dotless(codes: Iterable[str]) -> list[str]:
    """Codes as the tables hold them."""
    return [code.replace(".", "") for code in codes]


def published_lives() -> pd.DataFrame:
    """One row per code of the published editions, by code without a dot: the bounds of its first and of its last day.

    first_early and first_late, last_early and last_late are ISO dates, equal where the day is known. A code that is
    older than the first edition has no first_early; one that is in force has no last_late, and the last day of the
    editions as last_early.
    """
    with gzip.open(oracle("icd10cm_billable_lifecycle.csv.gz"), "rt", encoding="utf-8") as handle:
        table = pd.read_csv(handle, dtype="str", keep_default_na=False)
    begun, ended = table["valid_from"].str.split("..", regex=False), table["valid_to"].str.split("..", regex=False)
    always = table["valid_from"].str.startswith("<=")
    return pd.DataFrame(
        {
            "first_early": begun.str[0].mask(always, ""),
            "first_late": begun.str[-1].mask(always, FIRST_EDITION),
            "last_early": ended.str[0].mask(table["valid_to"] == "", LAST_DAY),
            "last_late": ended.str[-1],
        }
    ).set_axis(dotless(table["code"]))


def codes_in_force(day: str) -> list[str]:
    """Codes without a dot that surely were billable on the day (ISO), in code order."""
    lives = published_lives()
    return sorted(lives.index[(lives["first_late"] <= day) & (lives["last_early"] >= day)])
