"""Repairs of pointers: what is pointed to for certain stays, and nothing is chosen."""

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import POINTERS
from risk.rules.claim_data._pointers import point_to_what_is_there


@pytest.mark.parametrize(
    ("dx", "was", "now"),
    [
        (("M54.16",), (2,), [1]),
        (("M54.16",), (), [1]),
        (("M54.16", "M48.061"), (3, 2), [2]),
        (("M54.16", "M48.061", "M54.50"), (5, 3, 4, 1), [3, 1]),
        (("M54.16", "M48.061"), (3,), [3]),
        (("M54.16", "M48.061"), (), []),
        ((), (1,), [1]),
    ],
)
def test_pointers_to_nothing_go_and_the_only_diagnosis_is_pointed_to(dx, was, now):
    batch = batch_of(claim(dx=dx, lines=[line("62323"), line("20610", pointers=was)]))
    findings = pd.DataFrame({"claim_key": [0], "line_number": pd.array([2], dtype="Int64")})
    lines = point_to_what_is_there(batch, findings).service_lines
    assert lines.loc[1, POINTERS].dropna().tolist() == now
    assert lines.loc[0, POINTERS].tolist() == batch.service_lines.loc[0, POINTERS].tolist(), "the other line stays"
