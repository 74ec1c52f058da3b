"""Claims that break a rule otherwise than its own examples do: other codes, dates, payers, places, orders and bills."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import run_rules

HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
OF_837 = {"payer_responsibility_code": "P", "assignment_code": "A"}
TWELVE = ["M54.16", "I10", "E11.9", "E78.5", "M48.061", "J44.9", "N18.31", "K21.9", "F41.1", "Z79.4", "G47.33"]

#: Of each group, a line is told by one rule at most: they look at one fact each from different sides.
PROCEDURE_RULES = [
    "ADD001",
    "PTP001",
    "PTP002",
    "IMG001",
    "EM001",
    "EM002",
    "BIL001",
    "BIL002",
    "BIL003",
    "MUE001",
    "MUE002",
]
DIAGNOSIS_RULES = ["DX004", "DX007", "NEC001", "NEC002", "NEC003", "NEC004", "NEC005", "NEC006"]
UNIT_RULES = ["LCD002", "MUE001", "MUE002", "DUP001", "DUP002"]
PROGRAM_RULES = ["AUTH001", "AUTH002", "AUTH003"]


def medicare(*lines, dx=("M54.16",), **columns):
    return claim(lines=lines, dx=dx, **({"payer_type": "medicare"} | columns))


def commercial(*lines, dx=("M54.16",), **columns):
    return claim(lines=lines, dx=dx, **columns)


def on(day, code="99213", **columns):
    return line(code, date_of_service=day, **columns)


OFFENDERS = [
    # what surprises people: the column-2 code of 62323 and 64483 is 64483, whichever line comes first
    ("PTP001", commercial(line("64483"), line("99213", day=9), line("62323"), payer_type="medicaid"), [1]),
    ("PTP001", commercial(line("62321"), line("64479", modifiers=["KX", "GC"])), [2]),
    ("PTP001", medicare(line("27096", modifiers=["KX"]), line("62323"), dx=["M46.1", "M54.16"]), [2]),
    ("PTP001", commercial(line("20552"), line("64493")), [2]),
    ("PTP001", commercial(line("97140", modifiers=["GP"]), line("62323")), [2]),
    ("PTP001", medicare(line("64625"), line("64483"), **HOSPITAL), [2]),
    ("PTP001", medicare(line("63650"), line("62323"), **HOSPITAL), [2]),
    ("PTP001", commercial(line("62323"), line("96372")), [2]),
    (
        "PTP001",
        commercial(line("62323", day=1), line("62323", day=9), line("64484", day=9), line("64483", day=9)),
        [3, 4],
    ),
    ("PTP002", commercial(line("62321", modifiers=["59"]), line("62320", modifiers=["XU"])), [2]),
    ("PTP002", commercial(line("63650", modifiers=["59"]), line("64493", modifiers=["LT", "59"])), [2]),
    ("PTP002", commercial(line("20552", modifiers=["RT"]), line("20553", modifiers=["LT"])), [1]),
    ("IMG001", commercial(line("77003", modifiers=["26"]), line("64635", modifiers=["RT"])), [1]),
    ("IMG001", medicare(line("27096", modifiers=["RT"]), line("77003"), dx=["M46.1"]), [2]),
    ("IMG001", medicare(line("64483"), line("77003"), **HOSPITAL), [2]),
    ("ADD001", commercial(line("64490"), line("64495")), [2]),
    ("ADD001", commercial(line("64636", modifiers=["50"])), [1]),
    ("ADD001", commercial(line("64483", day=2), line("64480", day=2)), [2]),
    ("BIL001", commercial(line("62321", modifiers=["KX", "59", "50"])), [1]),
    ("BIL001", commercial(line("63650", modifiers=["50"])), [1]),
    ("BIL001", medicare(line("20552", modifiers=["50"]), dx=["M79.18"], **HOSPITAL), [1]),
    ("BIL002", commercial(line("27096", modifiers=["KX", "50"], quantity=2.0)), [1]),
    ("BIL002", commercial(line("64491", modifiers=["50"], quantity=2.0), line("64490", modifiers=["50"])), [1]),
    ("BIL003", commercial(line("64635", modifiers=["RT", "KX", "50"])), [1]),
    ("BIL003", commercial(line("64490", modifiers=["KX", "59", "RT", "LT"])), [1]),
    ("MUE001", commercial(line("64633", modifiers=["RT"], quantity=3.0)), [1]),
    ("MUE001", commercial(line("20553", quantity=2.0), payer_type="tricare"), [1]),
    ("MUE001", medicare(line("64483", quantity=2.0), **HOSPITAL), [1]),
    ("MUE002", commercial(line("64484", quantity=5.0), line("64483")), [1]),
    ("MUE002", commercial(line("63685", quantity=2.0)), [1]),
    ("EM001", commercial(line("27096", modifiers=["LT"]), line("99215", modifiers=["GC"])), [2]),
    ("EM001", medicare(line("99212"), line("63650"), dx=["G89.4", "M96.1"]), [1]),
    ("EM001", commercial(line("64635"), line("99214", modifiers=["95"])), [2]),
    ("EM002", commercial(line("27096"), line("99205", modifiers=["GC"])), [2]),
    ("EM002", commercial(line("99202"), line("64635", modifiers=["RT"])), [1]),
    ("SET001", medicare(line("27096", modifiers=["50"]), dx=["M46.1"], **HOSPITAL), [1]),
    ("SET001", medicare(line("99213"), line("G0260"), dx=["M46.1"], place_of_service_code="22"), [2]),
    # one kind of block in a session is the contractors' rule, not NCCI's
    ("LCD001", medicare(line("62323"), line("64493"), dx=["M54.16", "M47.816"]), [2]),
    ("LCD001", medicare(line("64483"), line("64493"), payer_type="medicare_advantage"), [2]),
    ("LCD001", medicare(line("64493"), line("64483"), dx=["M47.816", "M54.16"], **HOSPITAL), [1]),
    ("LCD001", medicare(line("64490", day=3), line("20552", day=3, modifiers=["59"])), [2]),
    ("LCD002", medicare(line("64490"), line("64491"), line("64492"), dx=["M47.812"]), [3]),
    ("LCD002", medicare(line("64635"), line("64636", quantity=3.0), dx=["M47.816"]), [2]),
    ("LCD002", medicare(line("64495"), line("64494"), line("64493"), dx=["M47.816"], **HOSPITAL), [1]),
    ("LCD003", medicare(line("62320"), dx=["M54.12"], payer_type="medicare_advantage"), [1]),
    ("LCD003", medicare(line("62322"), dx=["M96.1"], **HOSPITAL), [1]),
    ("LCD004", medicare(line("64625", modifiers=["RT"]), dx=["M53.3"], payer_type="medicare_advantage"), [1]),
    ("LCD004", medicare(line("64625"), dx=["M46.1"], **HOSPITAL), [1]),
    ("LCD005", medicare(line("62321"), line("62323"), dx=["M54.12", "M54.16"]), [2]),
    ("LCD005", medicare(line("64483"), line("64479"), dx=["M54.12", "M54.16"]), [2]),
    ("NEC001", medicare(line("64479"), dx=["M54.2"]), [1]),
    ("NEC001", medicare(line("62321"), dx=["M54.6", "E11.9", "I10"], payer_type="medicare_advantage"), [1]),
    ("NEC001", medicare(line("64484"), line("64483"), dx=["M47.817", "G89.29"]), [1, 2]),
    ("NEC001", medicare(line("62323"), dx=["M51.360"], **HOSPITAL), [1]),
    ("NEC004", commercial(line("62321"), dx=["M54.2"], payer_type="workers_comp"), [1]),
    ("NEC004", commercial(line("64483"), dx=["M54.59", "M62.830"], payer_type="medicaid"), [1]),
    ("NEC002", medicare(line("64633"), dx=["M50.121"]), [1]),
    ("NEC002", medicare(line("64494"), line("64493"), dx=["M47.26"], payer_type="medicare_advantage"), [1, 2]),
    ("NEC003", medicare(line("G0260"), dx=["M54.59"], **HOSPITAL), [1]),
    ("NEC003", medicare(line("64451"), dx=["M54.16"]), [1]),
    ("NEC005", medicare(line("20553"), dx=["M54.2"]), [1]),
    ("NEC005", medicare(line("20552"), dx=["M62.838"], **HOSPITAL), [1]),
    ("NEC006", medicare(line("64490"), dx=["M54.2"]), [1]),
    ("NEC006", medicare(line("64635"), dx=["M48.061"]), [1]),
    # authorisation, by program and date
    ("AUTH001", medicare(line("64483"), place_of_service_code="24", facility_state="NJ"), [1]),
    ("AUTH001", medicare(line("64634"), dx=["M47.812"], **HOSPITAL), [1]),
    ("AUTH001", medicare(line("22513"), dx=["M80.08XA"], facility_state="OK", **HOSPITAL), [1]),
    (
        "AUTH001",
        medicare(
            on("2021-07-01", "63650"),
            dx=["G89.4"],
            **(HOSPITAL | {"bill_type_code": "137", "claim_frequency_code": "7"}),
        ),
        [1],
    ),
    ("AUTH002", commercial(line("27096"), payer_name="AETNA LIFE INSURANCE CO"), [1]),
    ("AUTH002", commercial(line("63655"), payer_name="Blue Cross Blue Shield of Illinois", **HOSPITAL), [1]),
    ("AUTH003", medicare(on("2023-07-01", "64495"), dx=["M47.816"], place_of_service_code="19"), [1]),
    ("AUTH003", medicare(line("99213"), line("63650", place_of_service_code="22"), dx=["G89.4"]), [2]),
    ("TIM001", medicare(on("2025-10-01"), submission_date=date(2026, 10, 2), **HOSPITAL), [None]),
    ("TIM001", commercial(on("2026-06-30"), payer_name="UHC", submission_date=date(2026, 11, 2)), [None]),
    ("TIM001", commercial(on("2026-06-30"), payer_name="Aetna", submission_date=date(2026, 11, 2)), [None]),
    # codes by date
    ("DX002", commercial(on("2021-10-01"), dx=["I10", "M54.5"]), [None]),
    ("DX002", commercial(on("2021-09-30"), dx=["M54.50"]), [None]),
    ("DX002", commercial(on("2024-10-01"), dx=["M51.37"]), [None]),
    ("DX002", commercial(on("2024-09-30"), dx=["M51.379"]), [None]),
    ("DX002", commercial(on("2026-10-01"), dx=[*TWELVE, "M72.2"]), [None]),
    ("DX002", commercial(on("2026-09-30"), dx=["M72.21"]), [None]),
    ("DX002", medicare(on("2026-09-29"), on("2026-10-03"), dx=["M72.2"], **HOSPITAL), [None]),
    ("DX001", commercial(line("99213"), dx=[*TWELVE, "M54.66"]), [None]),
    ("DX001", medicare(line("99213"), dx=["V72.31"], **HOSPITAL), [None]),
    ("DX003", commercial(line("99213"), dx=["m79.6"]), [None]),
    ("DX003", commercial(line("73110"), dx=["S52.532"]), [None]),
    ("DX004", commercial(line("27096"), dx=["M54.9", "E11.9"]), [1]),
    ("DX004", medicare(line("72131"), dx=["R52"], **HOSPITAL), [1]),
    ("DX006", commercial(line("99213"), dx=["R52", "I10", "G89.11"]), [None]),
    ("DX006", commercial(line("99213"), dx=["g89.3", "c61", "r52"]), [None]),
    ("DX007", medicare(line("63655", pointers=(1, 2)), dx=["M51.16", "G89.4"]), [1]),
    ("DX007", commercial(line("62287", pointers=(1, 2)), dx=["G89.29", "M51.26"]), [1]),
    # order, completeness and patient of the diagnoses
    ("DX008", commercial(line("73110"), dx=["w01.0xxa", "S52.532A", "Y92.009"]), [None]),
    ("DX008", medicare(line("99284"), dx=["X58.XXXA", "S01.81XA"], **HOSPITAL), [None]),
    ("DX008", commercial(line("99283"), line("73110", pointers=(3, 1)), dx=["S52.532A", "I10", "V00.131A"]), [2]),
    ("DX009", commercial(line("99483"), dx=["F02.B0", "G30.1"]), [None]),
    ("DX009", medicare(line("99223"), dx=["I43", "E85.4"], **HOSPITAL), [None]),
    ("DX010", commercial(line("99214"), dx=[*TWELVE, "G89.3"]), [None]),
    ("DX010", medicare(line("92928"), dx=["I20.0", "I25.84"], **HOSPITAL), [None]),
    ("DX011", commercial(line("99233"), dx=["b96.81", "K29.70"]), [None]),
    ("DX011", medicare(line("99223"), dx=["R65.20", "A41.9"], **HOSPITAL), [None]),
    ("DX012", commercial(line("97110"), dx=["S82.201S", "M25.571"]), [None]),
    ("DX012", medicare(line("97110"), dx=["E64.3", "M21.161"], **HOSPITAL), [None]),
    ("DX013", commercial(line("99213"), dx=[*TWELVE, "I10"]), [None]),
    ("DX013", medicare(line("99213"), dx=["M54.16", "I10", "M54.16"], **HOSPITAL), [None]),
    ("DX014", commercial(line("99213"), dx=[*TWELVE, "C61"]), [None]),
    ("DX014", commercial(line("58571"), dx=["D25.9"], patient_sex="M", payer_type="medicaid", **HOSPITAL), [None]),
    ("DX015", commercial(line("99213"), dx=["Z00.111"]), [None]),
    ("DX015", medicare(line("59400"), dx=["O80"], patient_birth_date=date(1960, 1, 1)), [None]),
    ("DX016", medicare(line("99223"), dx=["Z89.511", "E11.52"], **(HOSPITAL | {"bill_type_code": "112"})), [None]),
    # sides
    ("LAT001", commercial(line("99213"), dx=[*TWELVE, "M54.40"]), [None]),
    ("LAT001", medicare(line("20610"), dx=["M17.10"]), [None]),
    ("LAT001", medicare(line("73030"), dx=["m25.519"], **HOSPITAL), [None]),
    ("LAT002", commercial(line("20610", modifiers=["59", "KX", "GC", "RT"]), dx=["M25.562"]), [1]),
    ("LAT002", medicare(line("66984", modifiers=["LT"]), dx=["H25.11"]), [1]),
    ("LAT002", medicare(line("29881", modifiers=["LT"], pointers=()), dx=["S83.241A", "I10"], **HOSPITAL), [1]),
    ("LAT002", commercial(line("11750", modifiers=["T5"]), dx=["S90.222A"]), [1]),
    # the form of the claim
    ("CLM001", commercial(line("99213", pointers=(1, 3, 12)), dx=["M54.16", "I10", "E11.9"]), [1]),
    ("CLM002", commercial(line("99213"), total_charge_cents=20001), [None]),
    ("CLM002", medicare(line("99213"), total_charge_cents=0, **HOSPITAL), [None]),
    ("CLM003", medicare(line("99213", line_charge_cents=None), **HOSPITAL), [1]),
    ("CLM004", medicare(on("2026-11-03"), **HOSPITAL), [1]),
    ("CLM005", commercial(line("J3301", quantity=-4.0), line("20610")), [1]),
    ("CLM006", commercial(line("99213"), place_of_service_code="1A"), [1]),
    ("CLM007", commercial(line("64483", modifiers=["RT", "59", "KX", "RT"])), [1]),
    ("CLM008", commercial(line("99213", pointers=()), line("20610", pointers=(1,))), [1]),
    ("CLM009", medicare(line("99213"), claim_kind="institutional", bill_type_code="0131"), [None]),
    ("CLM010", medicare(line("64625", modifiers=["RT", "GZ", "59", "GA"])), [1]),
    ("CLM011", commercial(line("9921A5")), [1]),
    ("CLM011", commercial(line("99213", modifiers=["25", "59", "KX", "R"])), [1]),
    ("CLM012", commercial(line("99213"), claim_frequency_code="7", **OF_837), [None]),
    ("CLM013", commercial(line("99213"), accident_cause_code="OA", **OF_837), [None]),
    ("CLM014", medicare(line("62323", revenue_center_code="0360"), line("77003"), **HOSPITAL), [2]),
    (
        "CLM015",
        medicare(line(None, revenue_center_code="0120"), **(HOSPITAL | {"bill_type_code": "114"}), **OF_837),
        [None],
    ),
    ("CLM016", commercial(line("99213"), line("64635", day=5, service_to_date=date(2026, 10, 7))), [2]),
    ("MOD001", medicare(line("99213"), line("62323", modifiers=["25"]), **HOSPITAL), [2]),
    ("MOD002", commercial(line("99213", modifiers=["KX", "59"]), line("20553")), [1]),
    ("MOD003", commercial(line("20553"), line("64493", modifiers=["XS", "RT", "59"])), [2]),
    ("MOD004", commercial(line("72148", modifiers=["26", "TC"])), [1]),
    ("MOD005", medicare(line("J0897", modifiers=["JZ", "JW"], quantity=60.0)), [1]),
    ("MOD006", medicare(line("97140", modifiers=["GP", "GX", "GA"])), [1]),
    ("SET002", commercial(line("99213", modifiers=["95"]), line("20553"), place_of_service_code="10"), [2]),
    ("COB003", commercial(line("99213"), accident_cause_code="EM", payer_type="tricare"), [None]),
    ("PRV003", medicare(line("99213"), billing_taxonomy_code="72", **HOSPITAL), [None]),
    ("REG004", medicare(line("99213"), patient_birth_date=date(2026, 10, 5), **HOSPITAL), [None]),
    ("PRV001", medicare(line("99213"), billing_npi="0123456789", **HOSPITAL), [None]),
]


@pytest.fixture(scope="module")
def findings():
    """Findings on all offenders, each a patient of its own, by claim key."""
    apart = [
        replace(one, values=one.values | {"member_id": f"OFFENDER{key}"}) for key, (_, one, _) in enumerate(OFFENDERS)
    ]
    return run_rules(batch_of(*apart), load_reference())


@pytest.mark.parametrize("key", range(len(OFFENDERS)), ids=lambda key: f"{OFFENDERS[key][0]}-{key}")
def test_an_offender_is_found_on_its_lines(key, findings):
    rule_id, _, lines = OFFENDERS[key]
    own = findings[(findings["claim_key"] == key) & (findings["rule_id"] == rule_id)]
    assert [None if pd.isna(number) else int(number) for number in own["line_number"]] == lines


def test_every_kind_of_rule_has_an_offender():
    single = {"CLM", "DX", "LAT", "PTP", "MUE", "BIL", "NEC", "LCD", "AUTH", "TIM", "ADD", "IMG", "EM", "SET", "MOD"}
    assert {rule_id.rstrip("0123456789") for rule_id, *_ in OFFENDERS} >= single


@pytest.mark.parametrize("defects", [PROCEDURE_RULES, DIAGNOSIS_RULES, UNIT_RULES, PROGRAM_RULES])
def test_one_defect_of_a_line_is_told_by_one_rule(defects, findings):
    own = findings[findings["rule_id"].isin(defects)]
    twice = own[own.duplicated(["claim_key", "line_number"], keep=False) & own["line_number"].notna()]
    assert twice["message"].tolist() == []
