"""Mechanical repairs change what they say and nothing else."""

import pandas as pd

from risk.claims import claim, line
from risk.claims.examples import batch_of
from risk.claims.tables import MODIFIERS, make_batch
from risk.rules._repair import SUPPOSED_AUTHORIZATION, drop_lines, found_on, suppose_authorized
from risk.rules.procedures._modifiers import without_modifiers


def test_a_dropped_line_takes_its_notes_and_attachments_along_and_nothing_of_others():
    one = claim(note="of the claim", lines=[line("62323", note="first"), line("77003", note="second")])
    batch = batch_of(one, one)
    batch = make_batch(
        batch.claims,
        batch.service_lines,
        batch.diagnoses,
        batch.notes,
        attachments=pd.DataFrame(
            {"claim_key": [0, 0, 1], "line_number": [None, 2, 2], "position": [1, 2, 1], "report_type_code": "OZ"}
        ),
    )
    mended = drop_lines(batch, pd.DataFrame({"claim_key": [0], "line_number": pd.array([2], dtype="Int64")}))
    assert mended.service_lines["procedure_code"].tolist() == ["62323", "62323", "77003"]
    assert mended.notes["note_text"].tolist() == ["of the claim", "first", "of the claim", "first", "second"]
    assert mended.attachments[["claim_key", "position"]].to_numpy().tolist() == [[0, 1], [1, 1]]
    charge = int(batch.service_lines["line_charge_cents"].iloc[1])
    assert (batch.claims["total_charge_cents"] - mended.claims["total_charge_cents"]).tolist() == [charge, 0]


def test_the_last_line_of_a_claim_is_not_dropped():
    batch = batch_of(claim(lines=[line("62323")]), claim(lines=[line("62323"), line("77003")]))
    found = pd.DataFrame({"claim_key": [0, 1], "line_number": pd.array([1, 1], dtype="Int64")})
    mended = drop_lines(batch, found)
    assert mended.service_lines["procedure_code"].tolist() == ["62323", "77003"]
    assert mended.claims["total_charge_cents"].iloc[0] == batch.claims["total_charge_cents"].iloc[0]


def test_an_authorization_is_supposed_on_the_claims_found_and_on_no_other():
    batch = batch_of(claim(lines=[line("62323"), line("64483", prior_auth_number="A1")]), claim())
    found = pd.DataFrame({"claim_key": [0], "line_number": pd.array([1], dtype="Int64")})
    mended = suppose_authorized(batch, found)
    assert mended.claims["prior_auth_number"].fillna("").tolist() == [SUPPOSED_AUTHORIZATION, ""]
    assert mended.service_lines["prior_auth_number"].fillna("").tolist() == [SUPPOSED_AUTHORIZATION, "A1", ""]


def test_a_line_is_found_by_claim_and_number_together():
    table = pd.DataFrame({"claim_key": [0, 0, 1, 1, 2], "line_number": pd.array([1, 12, 2, None, 1], dtype="Int64")})
    findings = pd.DataFrame({"claim_key": [0, 1, 1, 2], "line_number": pd.array([12, 2, None, 3], dtype="Int64")})
    assert found_on(table, findings).tolist() == [False, True, True, False, False]
    assert not found_on(table, findings.head(0)).any()
    assert found_on(table.head(0), findings).tolist() == []


def test_modifiers_are_taken_off_the_lines_found_and_the_gaps_closed():
    two = claim(lines=[line("64483", modifiers=("59", "LT", "XS", "KX")), line("64484", modifiers=("59",))])
    batch = batch_of(two, two)
    found = pd.DataFrame({"claim_key": [0, 1, 1], "line_number": pd.array([1, 1, 2], dtype="Int64")})
    mended = without_modifiers(batch, found, {"59", "XS"}).service_lines
    assert mended[MODIFIERS].fillna("").to_numpy().tolist() == [
        ["LT", "KX", "", ""],
        ["59", "", "", ""],
        ["LT", "KX", "", ""],
        ["", "", "", ""],
    ]
    assert mended.dtypes.equals(batch.service_lines.dtypes)
    assert batch.service_lines.loc[0, "modifier_1"] == "59", "the original is as it was"
