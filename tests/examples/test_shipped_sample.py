"""The shipped sample: whole, in order where it says so, and showing what its README says it shows."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from risk.claims import structural_failures
from risk.readers import read_claims
from risk.reference import load_reference
from risk.rules._catalogue import run_rules

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FILES = [EXAMPLES / "claims.csv", EXAMPLES / "claims.837"]
#: Headers of the CSV layout, in the order the documentation lists them.
HEADER = [
    "claim_id",
    "payer_id",
    "payer_name",
    "payer_type",
    "member_id",
    "subscriber_relationship_code",
    "patient_birth_date",
    "patient_sex",
    "patient_state",
    "billing_npi",
    "billing_taxonomy_code",
    "rendering_npi",
    "referring_npi",
    "facility_npi",
    "facility_state",
    "place_of_service_code",
    "bill_type_code",
    "claim_frequency_code",
    "submission_date",
    "prior_auth_number",
    "claim_note",
    "total_charge",
    "dx_code_1",
    "dx_code_2",
    "dx_code_3",
    "dx_code_4",
    "dx_code_5",
    "dx_code_6",
    "dx_code_7",
    "dx_code_8",
    "dx_code_9",
    "dx_code_10",
    "dx_code_11",
    "dx_code_12",
    "line_number",
    "procedure_code",
    "modifier_1",
    "modifier_2",
    "modifier_3",
    "modifier_4",
    "quantity",
    "line_charge",
    "dx_pointers",
    "service_from_date",
    "service_to_date",
    "revenue_center_code",
    "line_note",
]


def told() -> dict[str, set[str]]:
    """Rules that the README names for each claim; none where it is in order."""
    rows = re.findall(r"^\| (\w+-\d+) \| .+? \| ?(\w*) ?\|$", (EXAMPLES / "README.md").read_text("utf-8"), re.MULTILINE)
    return {claim_id: {rule_id} - {""} for claim_id, rule_id in rows}


@pytest.fixture(scope="module")
def sample():
    return read_claims(FILES)


@pytest.fixture(scope="module")
def found(sample):
    findings = run_rules(sample.batch, load_reference())
    ids = sample.batch.of_claim("claim_id", findings["claim_key"])
    by_claim = defaultdict(set)
    for claim_id, rule_id in zip(ids, findings["rule_id"], strict=True):
        by_claim[claim_id].add(rule_id)
    return by_claim


def test_every_claim_is_read_whole(sample):
    assert sample.rejects == []
    assert list(sample.notes) == []
    assert structural_failures(sample.batch) == []
    assert sorted(sample.batch.claims["claim_id"]) == sorted(told())


def test_half_of_each_file_is_in_order():
    for prefix in ("CSV", "EDI"):
        clean = [not rules for claim_id, rules in told().items() if claim_id.startswith(prefix)]
        assert (len(clean), sum(clean)) == (14, 7)


@pytest.mark.parametrize("claim_id", told())
def test_each_claim_shows_what_the_readme_says(found, claim_id):
    assert found[claim_id] == told()[claim_id]


def test_the_csv_has_the_documented_header():
    with FILES[0].open(encoding="utf-8", newline="") as rows:
        assert next(csv.reader(rows)) == HEADER


def test_the_837_counts_its_segments_right():
    segments = FILES[1].read_text("ascii").replace("\n", "").split("~")
    tags = [segment.split("*")[0] for segment in segments]
    transaction = segments[tags.index("ST") : tags.index("SE") + 1]
    assert transaction[-1] == f"SE*{len(transaction)}*0001"
    assert tags.count("CLM") == 14


def test_the_837_is_valid_to_an_independent_validator(tmp_path):
    from io import StringIO

    document = pytest.importorskip("pyx12.x12n_document", reason="pyx12 is in the test extra")
    from pyx12.params import params

    answer = StringIO()
    assert document.x12n_document(param=params(), src_file=str(FILES[1]), fd_997=answer, fd_html=None)
    assert "IK5*A" in answer.getvalue()
