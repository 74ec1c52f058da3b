"""Claims of many kinds, for tests that hold for every feature."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from features import HISTORY_COLUMNS, FeatureInputs, History
from features._asof import SERVICE_COLUMNS, patients_of
from features._shared import Coded
from risk.claims.examples import CLEAN, Claim, batch_of, claim, line
from risk.claims.tables import ClaimBatch
from risk.reference import Reference, load_reference

#: A claim of which only the required columns are known.
BARE = dict.fromkeys(column for column in CLEAN if column not in ("claim_id", "payer_id"))

#: What every 837 says and hardly a CSV does.
OF_AN_837 = {"payer_responsibility_code": "P", "assignment_code": "A", "place_of_service_code": None}
#: Facility claims that differ in what only an 837I says.
FACILITY_CLAIMS: list[dict[str, Any]] = [
    {
        "bill_type_code": "111",
        "attending_npi": "1234567893",
        "admission_date": date(2026, 10, 1),
        "patient_status_code": "01",
        "lines": [line(None, revenue_center_code="0120")],
    },
    {
        "bill_type_code": "137",
        "claim_frequency_code": "7",
        "tables": {
            "claim_codes": [{"code_kind": "condition", "code": "D9"}, {"code_kind": "occurrence", "code": "11"}]
        },
        "lines": [line("62323", revenue_center_code="0360"), line(None, revenue_center_code="0300")],
    },
    {"bill_type_code": "137", "claim_frequency_code": "7", "original_claim_number": "1", "referring_npi": None},
]


def claims_of_many_kinds() -> list[Claim]:
    """Each feature of the catalogue tells at least two of these apart."""
    epidural = line("62323", modifiers=["59"])
    return [
        claim(),
        claim(lines=[line("62323"), line("64483", modifiers=["RT"])], dx=["M54.50", "M54.16"], patient_state="KS"),
        claim(lines=[epidural, line("64483", modifiers=["LT"])], patient_birth_date=date(2031, 1, 1)),
        claim(lines=[line("62323"), line("62322")], dx=["M54.5"], payer_id="OTHER", payer_type="medicare"),
        claim(lines=[line("64493"), line("62323"), line("64495")], dx=["M54.9"], payer_type="medicare"),
        claim(lines=[line("64493", pointers=[2])], dx=["M47.816", "M54.16"], prior_auth_number="AUTH"),
        claim(lines=[line("64493", place_of_service_code="22")], place_of_service_code="22", payer_type="medicare"),
        claim(lines=[line("62323")], facility_state="TX", payer_type="medicare"),
        claim(lines=[line("62323"), line("77003")], dx=["G89.29", "M54.50"], claim_frequency_code="7"),
        claim(lines=[line("64484"), line("99213", charge="0")], dx=["M54.16", "M54.3"]),
        claim(lines=[line("62323"), line("99213", modifiers=["25"])], dx=["R52", "M54.50"], patient_sex="M"),
        claim(lines=[line("62323"), line("99213")], dx=["M54.50"], total_charge_cents=12345),
        claim(lines=[line("62323", modifiers=["50"], quantity=3.0)], dx=["G43.919", "M54"]),
        claim(lines=[line("20552"), line("20552")], dx=["G43.909", "M79.18"], rendering_npi="1234567893"),
        claim(lines=[line("27096", modifiers=["RT"])], dx=["M25.552", "M25.551"][:1], billing_npi="1234567890"),
        claim(lines=[line("27096", pointers=[])], dx=["M25.559"], billing_npi=None, referring_npi=None),
        claim(lines=[line("99213", day=3), line("97110", day=24)], subscriber_relationship_code="01"),
        claim(
            lines=[line("80053"), line("62323")], dx=["E11.9"], submission_date=date(2028, 11, 2), payer_name="Aetna"
        ),
        claim(
            lines=[line("62323", revenue_center_code="0360", pointers=[])],
            claim_kind="institutional",
            bill_type_code="131",
            place_of_service_code=None,
            billing_taxonomy_code="282N00000X",
            payer_type="medicare_advantage",
        ),
        *(claim(claim_kind="institutional", **OF_AN_837, **told) for told in FACILITY_CLAIMS),
        claim(lines=[line("27096", modifiers=["RT", "LT"])]),
        claim(lines=[line("62323")], dx=["M54.50"], note="Intractable low back pain."),
        claim(
            lines=[line("62323")],
            note="Intractable pain from L4-5 disc herniation on MRI. Failed 8 weeks of physical therapy and NSAIDs.",
        ),
        claim(lines=[line("62323", note="Physical therapy planned.")]),
        claim(lines=[line("62323")], note="70% relief for 3 months after the last injection."),
        claim(lines=[line("62323")], note="Patient seen as scheduled."),
        claim(lines=[], dx=[]),
        claim(lines=[line("99213", line_charge_cents=None, quantity=None)], dx=["M54.16"], **BARE),
    ]


def first_value(values):
    """Value of the first claim: a number, or a code that is NaN where it is missing."""
    return (values.array() if isinstance(values, Coded) else values)[0]


@pytest.fixture(scope="session")
def reference() -> Reference:
    return load_reference()


@pytest.fixture(scope="session")
def batch() -> ClaimBatch:
    return batch_of(*claims_of_many_kinds())


@pytest.fixture(scope="session")
def history() -> History:
    rows = [
        ("EXAMPLEPAYER", "1234567893", "1245319599", "62323", "M5416", "2026-05-01", 1.0),
        ("EXAMPLEPAYER", "1234567893", "1245319599", "99213", "M5450", "2026-05-02", 0.0),
        ("EXAMPLEPAYER", "1679576722", "1679576722", "64493", "M47816", "2026-06-01", 0.0),
        ("OTHER", "1234567893", "1245319599", "62323", "M5416", "2026-07-01", 1.0),
    ]
    frame = pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))
    frame["remit_date"] = pd.to_datetime(frame["remit_date"])
    patient = patients_of(batch_of(claim()))[0]
    served = [(patient, code, day) for code in ("62323", "99213") for day in ("2026-03-01", "2026-04-01")]
    services = pd.DataFrame(served, columns=list(SERVICE_COLUMNS)).astype({"service_date": "datetime64[s]"})
    return History(frame.astype(HISTORY_COLUMNS), services.astype(SERVICE_COLUMNS))


@pytest.fixture
def value_of(reference):
    """Value of one feature for one example claim."""

    def compute(one, example: Claim, past: History | None = None):
        inputs = FeatureInputs(batch_of(example), reference, past if past is not None else History.empty())
        return first_value(one.compute(inputs))

    return compute
