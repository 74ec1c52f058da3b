"""Ordinary, correct claims of many specialties and kinds of bill: the whole catalogue has nothing to say."""

from dataclasses import replace
from datetime import date

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import Severity, catalogue, run_rules


def office(*lines, dx, **columns):
    return claim(lines=lines, dx=dx, **columns)


def medicare(*lines, dx, **columns):
    return claim(lines=lines, dx=dx, **({"payer_type": "medicare", "patient_birth_date": date(1950, 1, 9)} | columns))


def bill(bill_type, *lines, dx, **columns):
    """An institutional claim: no place of service, no pointers, revenue codes on the lines."""
    facts = {"claim_kind": "institutional", "bill_type_code": bill_type, "place_of_service_code": None}
    return claim(lines=lines, dx=dx, **(facts | {"claim_frequency_code": bill_type[-1:]} | columns))


def revenue(code, procedure=None, **columns):
    return line(procedure, revenue_center_code=code, pointers=(), **columns)


NEWBORN = {"patient_birth_date": date(2026, 10, 1), "subscriber_relationship_code": "19"}
CHILD = {"patient_birth_date": date(2022, 5, 3), "subscriber_relationship_code": "19"}

ORDINARY = {
    # primary care
    "family medicine visit": office(line("99213", pointers=(1, 2)), dx=["E11.9", "I10", "E78.5", "Z79.84"]),
    "annual wellness visit": medicare(line("G0439", modifiers=["33"]), dx=["Z00.00"]),
    "preventive visit with a problem visit": office(
        line("99396"), line("99213", modifiers=["25"], pointers=(2,)), dx=["Z00.00", "I10"]
    ),
    "low back pain at a first visit with a film": office(line("99203"), line("72100"), dx=["M54.50"]),
    "neck pain and headache": office(line("99213", pointers=(1, 2)), dx=["M54.2", "R51.9"]),
    "rapid strep test": office(line("99213", modifiers=["25"]), line("87880", modifiers=["QW"]), dx=["J02.9"]),
    "two vaccines": office(
        line("90471"), line("90472"), line("90686"), line("90732"), dx=["Z23"], patient_birth_date=date(1959, 1, 1)
    ),
    "vaccines of a child": office(
        line("99392", modifiers=["25"]),
        line("90460", quantity=3.0),
        line("90461", quantity=4.0),
        line("90707"),
        line("90716"),
        dx=["Z00.129", "Z23"],
        **CHILD,
    ),
    "telehealth at home": office(line("99214", modifiers=["95"]), dx=["F41.1"], place_of_service_code="10"),
    "telehealth with GT": office(line("99213", modifiers=["GT"]), dx=["I10"], place_of_service_code="02"),
    # tests and imaging
    "laboratory panels": office(
        line("80053"), line("83036"), line("85025"), line("36415"), dx=["E11.9"], place_of_service_code="81"
    ),
    "repeated laboratory test": office(
        line("84132"), line("84132", modifiers=["91"]), dx=["E87.6"], place_of_service_code="81"
    ),
    "chest film read": office(line("71046", modifiers=["26"]), dx=["R05.9"], place_of_service_code="23"),
    "technical part of an MRI of the back": office(line("72148", modifiers=["TC"]), dx=["M51.16"]),
    "repeated chest film": office(line("71046"), line("71046", modifiers=["76"]), dx=["J18.9"]),
    "knee films of both sides": office(line("73562", modifiers=["50"]), dx=["M25.561", "M25.562"]),
    "mammogram": medicare(line("77067"), dx=["Z12.31"]),
    "bone density": medicare(line("77080"), dx=["M81.0", "Z78.0"]),
    # cardiology, pulmonology, sleep
    "electrocardiogram with a visit": office(
        line("99214", modifiers=["25"]), line("93000"), dx=["I25.10", "I48.91", "I50.22", "Z95.5"]
    ),
    "echocardiogram read in hospital": medicare(
        line("93306", modifiers=["26"]), dx=["I35.0"], place_of_service_code="22"
    ),
    "coronary stent": medicare(
        line("92928", modifiers=["LD"]), line("92978", modifiers=["26"]), dx=["I25.110"], place_of_service_code="21"
    ),
    "sleep study": office(line("95810", modifiers=["26"]), dx=["G47.33"]),
    "spirometry": office(line("94060"), line("99214", modifiers=["25"]), dx=["J44.1", "F17.210"]),
    # surgery
    "skin biopsies": office(
        line("11102"),
        line("11103", quantity=2.0),
        line("99213", modifiers=["25"], pointers=(2,)),
        dx=["D48.5", "L57.0"],
    ),
    "actinic keratoses destroyed": office(line("17000"), line("17003", quantity=6.0), dx=["L57.0"]),
    "colonoscopy with two techniques": office(
        line("45385", modifiers=["33"]),
        line("45380", modifiers=["59"]),
        dx=["Z12.11", "D12.6"],
        place_of_service_code="24",
    ),
    "cataract surgery with its biometry": medicare(
        line("66984", modifiers=["RT"]),
        line("76519", modifiers=["26", "RT"]),
        dx=["H25.11"],
        place_of_service_code="24",
    ),
    "eye visit with injections into both eyes": medicare(
        line("92014", modifiers=["25"], pointers=(1,)),
        line("67028", modifiers=["RT"], pointers=(1,)),
        line("67028", modifiers=["LT"], pointers=(1,)),
        line("J0178", modifiers=["RT"], quantity=2.0),
        line("J0178", modifiers=["LT"], quantity=2.0),
        dx=["H35.3231"],
    ),
    "eyelid surgery": medicare(
        line("15823", modifiers=["E1"], pointers=(2,)),
        line("15823", modifiers=["E3"], pointers=(1,)),
        dx=["H02.831", "H02.834"],
    ),
    "return to the operating room": office(
        line("35860", modifiers=["78"]), dx=["T81.718A"], place_of_service_code="21"
    ),
    "staged procedure": office(line("11044", modifiers=["58"]), dx=["L89.154"], place_of_service_code="21"),
    "unrelated visit in a global period": office(line("99213", modifiers=["24"]), dx=["J20.9"]),
    "decision for surgery": office(
        line("99285", modifiers=["57"]),
        line("44970"),
        dx=["K35.80"],
        place_of_service_code="21",
    ),
    "knee replacement with an assistant": medicare(
        line("27447", modifiers=["RT", "AS"]), dx=["M17.11"], place_of_service_code="21"
    ),
    "fracture with external cause": office(
        line("25600", modifiers=["LT"]),
        line("73110", modifiers=["LT"]),
        dx=["S52.532A", "W01.0XXA", "Y92.009"],
        place_of_service_code="23",
    ),
    "mammogram of the breast that is left": medicare(
        line("77065", modifiers=["LT"], pointers=(1, 2)), dx=["Z08", "Z90.11", "Z85.3"]
    ),
    "port placed on the side away from the tumour": office(
        line("36561", modifiers=["RT"], pointers=(1,)), dx=["C50.912"], place_of_service_code="22"
    ),
    "trigger finger": office(line("26055", modifiers=["F7"]), dx=["M65.331"], place_of_service_code="24"),
    "toenails of both feet": medicare(
        line("11730", modifiers=["TA"]), line("11732", modifiers=["T5"]), dx=["L60.0", "E11.42"]
    ),
    "both knees injected": office(line("20610", modifiers=["50"]), line("J3301", quantity=8.0), dx=["M17.0"]),
    "one knee injected with a visit": office(
        line("99213", modifiers=["25"]),
        line("20610", modifiers=["RT"]),
        line("J1030"),
        dx=["M17.11"],
    ),
    "wound care": medicare(line("97597"), line("97598", quantity=2.0), dx=["I83.012", "L97.219"]),
    "anaesthesia for a hip replacement": medicare(
        line("01214", modifiers=["QK", "P3"], quantity=127.0), dx=["M16.11"], place_of_service_code="21"
    ),
    "anaesthesia by the anaesthetist": medicare(
        line("01214", modifiers=["QX", "P3"], quantity=127.0), dx=["M16.11"], place_of_service_code="21"
    ),
    "anaesthesia and a block for pain afterwards": medicare(
        line("01402", modifiers=["AA", "P2"], quantity=95.0, pointers=(1,)),
        line("64447", modifiers=["59", "LT"], pointers=(2, 1)),
        dx=["M17.12", "G89.18"],
        place_of_service_code="21",
    ),
    # therapy and chiropractic
    "therapy with a second timed code": medicare(
        line("97110", modifiers=["GP", "KX"], quantity=2.0),
        line("97140", modifiers=["GP", "KX"]),
        line("97530", modifiers=["GP", "KX", "59"]),
        dx=["M25.511", "M62.81", "R26.2", "Z47.1"],
    ),
    "therapy course on one claim": office(
        *(line("97110", modifiers=["GP"], day=day, quantity=2.0) for day in (1, 5, 8, 12, 15)), dx=["M54.50"]
    ),
    "chiropractic treatment": medicare(line("98941", modifiers=["AT"], pointers=(1, 2)), dx=["M99.03", "M54.50"]),
    # behavioural health
    "psychotherapy": office(line("90837"), dx=["F33.1"]),
    "visit with psychotherapy": office(line("99214", modifiers=["25"]), line("90833"), dx=["F43.10", "F90.2"]),
    # mothers and newborns
    "global maternity care": office(
        line("59400"), dx=["O80", "Z37.0", "Z3A.39"], patient_birth_date=date(1995, 2, 1), place_of_service_code="21"
    ),
    "labour analgesia": office(
        line("01967", modifiers=["AA"], quantity=240.0), dx=["O80", "Z37.0"], place_of_service_code="21"
    ),
    "epidural for labour, billed as an injection": office(
        line("62322"), dx=["O75.89"], place_of_service_code="21", payer_type="medicaid"
    ),
    "newborn in hospital": office(
        line("99460"), line("99238", day=2), dx=["Z38.00"], place_of_service_code="21", **NEWBORN
    ),
    "newborn with jaundice": office(line("99381"), line("88720"), dx=["Z00.110", "P59.9"], **NEWBORN),
    "newborn in intensive care after two months": office(
        line("99479"), dx=["Z38.01", "P07.14", "P27.1"], patient_birth_date=date(2026, 8, 1), place_of_service_code="21"
    ),
    "visit in late pregnancy": office(
        line("99213"), dx=["O24.410", "Z3A.34"], patient_birth_date=date(1995, 2, 1), place_of_service_code="11"
    ),
    "visit a week after birth": office(
        line("99391"), dx=["Z00.110"], **(NEWBORN | {"patient_birth_date": date(2026, 9, 24)})
    ),
    # injuries and what they leave
    "crash seen in the emergency room": office(
        line("99284", modifiers=["25"], pointers=(1, 2, 3)),
        line("12011", pointers=(2,)),
        dx=["S06.0X1A", "S01.81XA", "V43.52XA", "Y92.410"],
        place_of_service_code="23",
    ),
    "scar of a burn": office(line("99213", pointers=(1, 2)), dx=["L90.5", "T22.211S", "X10.0XXS"]),
    "stiff wrist after a fracture": office(
        line("97110", modifiers=["GP"], pointers=(1, 2)), dx=["M25.632", "S52.532S"], payer_type="workers_comp"
    ),
    # patients whose sex on file is not that of the organ
    "prostate of a woman": office(line("99213", modifiers=["KX"]), dx=["N40.1"]),
    "hormones": office(line("99214"), dx=["F64.0", "Z79.890"], patient_sex="U"),
    "chest surgery": office(line("19318", modifiers=["50"]), dx=["F64.0", "N62"], patient_sex="M"),
    # manifestations and what is behind them
    "dementia with Alzheimer's disease": medicare(line("99483"), dx=["G30.1", "F02.B0"]),
    "anaemia of kidney disease treated": medicare(
        line("96372", pointers=(1, 2)), line("J0881", modifiers=["EC"], quantity=40.0), dx=["N18.4", "D63.1"]
    ),
    "foot ulcer of diabetes": medicare(line("11042", pointers=(1, 2)), dx=["E11.621", "L97.412"]),
    "urine culture": office(line("87086"), dx=["N39.0", "B96.20"], place_of_service_code="81"),
    "caries under anaesthesia": office(line("00170", modifiers=["AA"], quantity=60.0), dx=["K02.9", "F84.0"], **CHILD),
    # drugs, equipment, ambulance
    "infusion with wastage": medicare(
        line("96413"),
        line("J9035", quantity=33.0, charge="3300.00"),
        line("J9035", modifiers=["JW"], quantity=7.0, charge="700.00"),
        dx=["C18.9"],
    ),
    "drug without wastage": medicare(line("96372"), line("J0897", modifiers=["JZ"], quantity=60.0), dx=["M81.0"]),
    "rented equipment": medicare(
        line("E0601", modifiers=["RR", "KX"]),
        line("A7034", modifiers=["NU", "KX"]),
        dx=["G47.33"],
        place_of_service_code="12",
    ),
    "brace": medicare(line("L1833", modifiers=["KX", "LT"]), dx=["M17.12"], place_of_service_code="12"),
    "diabetic supplies": medicare(line("A4253", modifiers=["NU", "KX"], quantity=6.0), dx=["E11.65", "Z79.4"]),
    "ambulance": medicare(
        line("A0427", modifiers=["RH"]),
        line("A0425", modifiers=["RH"], quantity=12.4),
        dx=["R55"],
        place_of_service_code="41",
    ),
    # neurology, oncology, nephrology
    "intractable migraine with its nerve blocks": office(
        line("99214", modifiers=["25"]), line("64405", modifiers=["50"]), dx=["G43.719"]
    ),
    "intractable epilepsy": office(line("95816"), dx=["G40.919"]),
    "pain of a neoplasm": office(line("99214", pointers=(1, 2)), dx=["G89.3", "C79.51", "C61"], patient_sex="M"),
    "epidural for pain of a neoplasm": medicare(line("62323", pointers=(1, 2)), dx=["G89.3", "C79.51"]),
    "dialysis month": medicare(line("90960"), dx=["N18.6", "I12.0", "Z99.2", "D63.1"], place_of_service_code="65"),
    "stroke rehabilitation": medicare(
        line("97112", modifiers=["GP"], pointers=(1, 2)), dx=["I69.351", "R26.89", "I10"]
    ),
    # pain medicine
    "sciatica with its side": office(line("99213"), dx=["M54.31"]),
    "transforaminal epidural, two levels, both sides": medicare(
        line("64483", modifiers=["50"]), line("64484", modifiers=["50"]), dx=["M54.16"]
    ),
    "transforaminal epidural with a visit for the other knee": medicare(
        line("64483", modifiers=["LT"], pointers=(1, 2)),
        line("99214", modifiers=["25"], pointers=(3,)),
        dx=["M51.16", "M48.061", "M17.11"],
    ),
    "interlaminar epidural for claudication": medicare(line("62323"), dx=["M48.062"]),
    "cervical epidural for a disc with radiculopathy": medicare(line("62321"), dx=["M50.122"]),
    "epidural after laminectomy": medicare(line("62323", pointers=(1, 2)), dx=["M96.1", "G89.28"]),
    "epidural for zoster": medicare(line("62321"), dx=["B02.29"]),
    "diagnostic facet block, two levels": medicare(
        line("64493", modifiers=["RT", "KX"]), line("64494", modifiers=["RT", "KX"]), dx=["M47.816"]
    ),
    "facet denervation, three joints of one side on two levels": medicare(
        line("64635", modifiers=["LT"]), line("64636", modifiers=["LT"]), dx=["M47.816"]
    ),
    "facet denervation authorised in a hospital": medicare(
        line("64633", modifiers=["50"]),
        dx=["M47.812"],
        place_of_service_code="22",
        prior_auth_number="UTN00000001",
    ),
    "sacroiliac injection": medicare(line("27096", modifiers=["LT"]), dx=["M46.1"]),
    "sacroiliac injection billed by a surgical centre": medicare(
        line("G0260", modifiers=["RT"]), dx=["M46.1"], place_of_service_code="24"
    ),
    "trigger points with a visit": medicare(line("20553"), line("99213", modifiers=["25"]), dx=["M79.18"]),
    "stimulator trial after failed surgery": office(
        line("63650", quantity=2.0, pointers=(1, 2)), dx=["G89.4", "M96.1"], prior_auth_number="A1"
    ),
    "stimulator trial for a regional pain syndrome": office(
        line("63650", pointers=(1, 2)), dx=["G89.4", "G90.521"], prior_auth_number="A1"
    ),
    "stimulator generator": office(line("63685", pointers=(1, 2)), dx=["G89.4", "M96.1"], prior_auth_number="A1"),
    "pump refill": office(line("62370"), line("J2274", quantity=20.0), dx=["G89.4"]),
    "pump refill for other chronic pain": office(line("62369"), line("J2278", quantity=50.0), dx=["G89.29"]),
    "kyphoplasty": office(line("22514"), dx=["M80.08XA"], place_of_service_code="24"),
    "WISeR epidural with its number": medicare(
        line("62323"), dx=["M54.16"], facility_state="TX", prior_auth_number="UTN00000002"
    ),
    # institutional
    "emergency bill of a hospital": bill(
        "131",
        revenue("0450", "99284", modifiers=["25"]),
        revenue("0450", "96374"),
        revenue("0636", "J1885", quantity=2.0),
        revenue("0636", "J1885", quantity=2.0),
        revenue("0250", quantity=4.0),
        revenue("0324", "71046"),
        dx=["R07.9", "I10"],
    ),
    "outpatient surgery of a hospital": bill(
        "131",
        revenue("0360", "29881", modifiers=["RT"]),
        revenue("0370"),
        revenue("0710"),
        revenue("0250", quantity=11.0),
        dx=["S83.241A", "W19.XXXA"],
    ),
    "epidural in a hospital": bill("131", revenue("0360", "62323"), revenue("0250"), dx=["M54.16"]),
    "sacroiliac injection in a hospital": bill(
        "131", revenue("0360", "G0260", modifiers=["50"]), dx=["M46.1"], payer_type="medicare"
    ),
    "facet procedure authorised in a hospital": bill(
        "131",
        revenue("0360", "64635", modifiers=["RT"]),
        dx=["M47.816"],
        payer_type="medicare",
        prior_auth_number="UTN00000003",
    ),
    "inpatient stay": bill(
        "111",
        revenue("0120", quantity=3.0, service_to_date=date(2026, 10, 4)),
        revenue("0250", quantity=42.0),
        revenue("0300", quantity=9.0),
        dx=["I21.4", "I10", "E11.9", "Z79.4"],
        payer_type="medicare",
    ),
    "birth in hospital": bill(
        "111",
        revenue("0170", quantity=2.0),
        dx=["Z38.01", "P59.9"],
        payer_type="medicaid",
        patient_birth_date=date(2026, 10, 1),
    ),
    "dialysis bill": bill(
        "721",
        *(revenue("0821", "90999", modifiers=["G4", "V5"], day=day) for day in (2, 5, 7, 9, 12, 14)),
        revenue("0634", "Q4081", modifiers=["JB"], quantity=90.0),
        dx=["N18.6", "Z99.2"],
        payer_type="medicare",
    ),
    "home health period": bill(
        "329",
        revenue("0023", "1BA11", quantity=1.0, charge="0.00"),
        revenue("0551", "G0299", quantity=3.0, day=2),
        revenue("0421", "G0151", quantity=4.0, day=3),
        dx=["I69.354", "Z79.01"],
        payer_type="medicare",
    ),
    "skilled nursing stay": bill(
        "211",
        revenue("0022", "KAGE1", quantity=14.0, charge="0.00"),
        revenue("0120", quantity=14.0),
        dx=["S72.141D"],
        payer_type="medicare",
    ),
    "hospice": bill("813", revenue("0651", "Q5001", quantity=20.0), dx=["C34.91"], payer_type="medicare"),
    # other payers
    "work injury": office(line("99213", pointers=(1,)), dx=["S33.5XXA", "W18.30XA"], payer_type="workers_comp"),
    "TRICARE therapy": office(line("97110", modifiers=["GP"], quantity=3.0), dx=["M25.561"], payer_type="tricare"),
    "replacement of an old claim": medicare(
        line("99213", date_of_service="2025-02-03"), dx=["I10"], claim_frequency_code="7"
    ),
    "claim across the first of October, each code on its day": office(
        line("97110", date_of_service="2026-09-29", modifiers=["GP"], pointers=(1,)),
        line("97110", date_of_service="2026-10-02", modifiers=["GP"], pointers=(2,)),
        dx=["M72.2", "M72.21"],
    ),
}

#: A coder would nod at these findings, all for review: what the claim says is allowed, and often questioned.
QUESTIONED = {
    "diagnosis without its side": (office(line("99213"), dx=["M54.40"]), ["LAT001"]),
    "commercial epidural for back pain": (office(line("62323"), dx=["M54.50"]), ["NEC004"]),
    "MRI for back pain at once": (office(line("72148"), dx=["M54.50"]), ["DX004"]),
    "new patient with trigger points": (office(line("99203"), line("20552"), dx=["M79.18"]), ["EM002"]),
    "surgeon's own claim in a hospital": (
        medicare(line("64493", modifiers=["KX"]), dx=["M47.816"], place_of_service_code="22"),
        ["AUTH003"],
    ),
}


@pytest.fixture(scope="module")
def found():
    """Findings on all claims, each of a patient of its own, by the claim's name."""
    every = ORDINARY | {name: one for name, (one, _) in QUESTIONED.items()}
    apart = [replace(one, values=one.values | {"member_id": name}) for name, one in every.items()]
    findings = run_rules(batch_of(*apart), load_reference())
    return {name: findings[findings["claim_key"] == key] for key, name in enumerate(every)}


def test_there_are_at_least_sixty():
    assert len(ORDINARY) >= 60


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_claim_draws_no_finding(name, found):
    assert found[name]["message"].tolist() == []


@pytest.mark.parametrize("name", QUESTIONED)
def test_a_questionable_claim_is_for_review_and_no_more(name, found):
    _, expected = QUESTIONED[name]
    scored = [rule_id for rule_id in found[name]["rule_id"] if catalogue()[rule_id].status == "stable"]
    assert scored == expected
    assert all(catalogue()[rule_id].severity is Severity.REVIEW for rule_id in expected)


@pytest.mark.parametrize("name", ["two vaccines", "home health period", "facet denervation authorised in a hospital"])
def test_an_ordinary_claim_is_as_quiet_alone(name):
    assert run_rules(batch_of(ORDINARY[name]), load_reference()).empty
