"""Institutional bills: hospital outpatient, hospital inpatient, nursing facility, home and hospice, clinics."""

from datetime import date

from tests.rules.ordinary.forms import CHILD, MAN, MOTHER, NEWBORN, bill, revenue

PRIVATE = {"payer_type": "commercial", "patient_birth_date": date(1968, 4, 2)}
THROUGH = {"service_to_date": date(2026, 10, 4)}

HOSPITAL_OUTPATIENT = {
    "emergency room": bill(
        "131",
        revenue("0450", "99284", modifiers=["25"]),
        revenue("0450", "96374"),
        revenue("0636", "J1885", quantity=2.0),
        revenue("0636", "J1885", quantity=2.0),
        revenue("0250", quantity=4.0),
        revenue("0324", "71046"),
        dx=["R07.9", "I10"],
        **PRIVATE,
    ),
    "observation": bill(
        "131",
        revenue("0450", "99285", modifiers=["25"]),
        revenue("0762", "G0378", quantity=22.0),
        revenue("0300", "84484"),
        revenue("0300", "84484", modifiers=["91"]),
        revenue("0730", "93005"),
        dx=["R07.89", "I25.10"],
    ),
    "knee arthroscopy": bill(
        "131",
        revenue("0360", "29881", modifiers=["RT"]),
        revenue("0370"),
        revenue("0710"),
        revenue("0250", quantity=11.0),
        dx=["S83.241A", "W19.XXXA"],
        **PRIVATE,
    ),
    "epidural": bill("131", revenue("0360", "62323"), revenue("0250"), dx=["M54.16"], **PRIVATE),
    "sacroiliac injection of both sides": bill("131", revenue("0360", "G0260", modifiers=["50"]), dx=["M46.1"]),
    "facet procedure authorised": bill(
        "131", revenue("0360", "64635", modifiers=["RT"]), dx=["M47.816"], prior_auth_number="UTN00000003"
    ),
    "chemotherapy": bill(
        "131",
        revenue("0335", "96413"),
        revenue("0636", "J9271", modifiers=["JZ"], quantity=200.0),
        revenue("0300", "85025"),
        dx=["Z51.12", "C34.11"],
    ),
    "MRI of the head": bill("131", revenue("0611", "70553"), revenue("0636", "A9585", quantity=75.0), dx=["C79.31"]),
    "colonoscopy": bill("131", revenue("0750", "45385", modifiers=["PT"]), revenue("0710"), dx=["Z12.11", "D12.4"]),
    "transfusion": bill(
        "131", revenue("0391", "36430"), revenue("0390", "P9016", quantity=2.0), revenue("0300", "86900"), dx=["D62"]
    ),
    "two clinics of a hospital on one day": bill(
        "131",
        revenue("0510", "99213"),
        revenue("0510", "99214", modifiers=["27"]),
        dx=["E11.9", "I10"],
        **PRIVATE,
    ),
    "wound clinic": bill("131", revenue("0761", "97597"), dx=["E11.621", "L97.412"]),
    "therapy": bill(
        "131",
        revenue("0420", "97110", modifiers=["GP"], quantity=2.0),
        revenue("0420", "97140", modifiers=["GP"]),
        dx=["M25.511"],
    ),
    "Medicaid ear tubes": bill(
        "131",
        revenue("0360", "69436", modifiers=["50"]),
        revenue("0370"),
        dx=["H65.23"],
        **({"payer_type": "medicaid"} | CHILD),
    ),
}

HOSPITAL_INPATIENT = {
    "heart attack": bill(
        "111",
        revenue("0120", quantity=3.0, **THROUGH),
        revenue("0250", quantity=42.0),
        revenue("0300", quantity=9.0),
        dx=["I21.4", "I10", "E11.9", "Z79.4"],
    ),
    "birth, the mother": bill(
        "111",
        revenue("0112", quantity=2.0),
        revenue("0720"),
        revenue("0250", quantity=14.0),
        dx=["O80", "Z37.0", "Z3A.39"],
        payer_type="commercial",
        **MOTHER,
    ),
    "birth, the child": bill(
        "111", revenue("0170", quantity=2.0), dx=["Z38.01", "P59.9"], **({"payer_type": "medicaid"} | NEWBORN)
    ),
    "hip fracture": bill(
        "111",
        revenue("0120", quantity=4.0),
        revenue("0360"),
        revenue("0278", quantity=3.0),
        revenue("0420", quantity=2.0),
        dx=["S72.142A", "D62", "W01.0XXA", "Y92.009"],
    ),
    "sepsis in intensive care": bill(
        "111",
        revenue("0200", quantity=5.0),
        revenue("0120", quantity=3.0),
        revenue("0410", quantity=20.0),
        dx=["A41.9", "R65.21", "J96.01", "N17.9"],
        payer_type="medicare_advantage",
    ),
    "psychiatric stay": bill("111", revenue("0124", quantity=8.0), dx=["F33.2", "R45.851"], payer_type="medicaid"),
    "rehabilitation": bill(
        "111",
        revenue("0024", "A0105", charge="0.00"),
        revenue("0128", quantity=11.0),
        revenue("0420", quantity=20.0),
        dx=["I69.351"],
    ),
    "first part of a long stay": bill(
        "112", revenue("0120", quantity=31.0), revenue("0250", quantity=210.0), dx=["J96.11", "Z99.11"], **PRIVATE
    ),
    "knee replacement of a TRICARE patient": bill(
        "111",
        revenue("0120", quantity=1.0),
        revenue("0360"),
        revenue("0278", quantity=1.0),
        dx=["M17.11"],
        **(PRIVATE | {"payer_type": "tricare"} | MAN),
    ),
}

HOME_HOSPICE_AND_NURSING = {
    "home health period": bill(
        "329",
        revenue("0023", "1BA11", quantity=1.0, charge="0.00"),
        revenue("0551", "G0299", quantity=3.0, day=2),
        revenue("0421", "G0151", quantity=4.0, day=3),
        dx=["I69.354", "Z79.01"],
    ),
    "wound care at home": bill(
        "329",
        revenue("0023", "1HA21", quantity=1.0, charge="0.00"),
        revenue("0551", "G0299", quantity=3.0, day=5),
        revenue("0551", "G0300", quantity=3.0, day=9),
        revenue("0571", "G0156", quantity=4.0, day=9),
        dx=["L89.153", "E11.9"],
    ),
    "period after a hip replacement": bill(
        "329",
        revenue("0023", "2FB11", quantity=1.0, charge="0.00"),
        revenue("0421", "G0151", quantity=3.0, day=2),
        revenue("0431", "G0152", quantity=3.0, day=6),
        dx=["Z47.1", "Z96.642"],
        payer_type="medicare_advantage",
    ),
    "private nurse's visits": bill(
        "321", revenue("0551", "S9123", quantity=2.0, day=4), dx=["C18.7", "Z93.3"], **PRIVATE
    ),
    "hospice at home": bill("813", revenue("0651", "Q5001", quantity=20.0), dx=["C34.91"]),
    "hospice for heart failure with a nurse's visit": bill(
        "812",
        revenue("0651", "Q5001", quantity=31.0),
        revenue("0551", "G0299", quantity=4.0, day=6),
        revenue("0571", "G0156", quantity=4.0, day=7),
        dx=["I11.0", "I50.84"],
    ),
    "hospice in a nursing facility": bill("814", revenue("0651", "Q5004", quantity=9.0), dx=["G30.1", "F02.C0"]),
    "skilled nursing stay": bill(
        "211",
        revenue("0022", "KAGE1", quantity=14.0, charge="0.00"),
        revenue("0120", quantity=14.0),
        dx=["S72.141D"],
    ),
    "skilled nursing after a stroke": bill(
        "212",
        revenue("0022", "IBDD1", quantity=20.0, charge="0.00"),
        revenue("0120", quantity=20.0),
        revenue("0420", quantity=12.0),
        revenue("0430", quantity=10.0),
        dx=["I69.351", "R13.12"],
    ),
    "therapy of a resident under part B": bill(
        "221",
        revenue("0420", "97110", modifiers=["GP", "KX"], quantity=2.0, day=3),
        revenue("0420", "97110", modifiers=["GP", "KX"], quantity=2.0, day=5),
        dx=["M62.81", "R26.2"],
    ),
    "Medicaid nursing home": bill("213", revenue("0120", quantity=31.0), dx=["G30.1", "F02.B0"], payer_type="medicaid"),
}

CLINICS = {
    "rural health clinic visit": bill("711", revenue("0521", "99213", modifiers=["CG"]), dx=["E11.9", "I10"]),
    "rural clinic, talk therapy": bill("711", revenue("0900", "90834", modifiers=["CG"]), dx=["F33.1"]),
    "health centre visit": bill("771", revenue("0521", "G0467"), revenue("0521", "99213"), dx=["I10"]),
    "health centre, first visit": bill("771", revenue("0521", "G0466"), revenue("0521", "99203"), dx=["J44.9"]),
    "health centre, Medicaid child": bill(
        "771", revenue("0521", "99392"), dx=["Z00.129"], **({"payer_type": "medicaid"} | CHILD)
    ),
    "critical access hospital, emergency": bill(
        "851", revenue("0450", "99283"), revenue("0324", "71046"), dx=["J18.9"]
    ),
    "critical access hospital billing for its physician": bill(
        "851", revenue("0450", "99284"), revenue("0981", "99284"), dx=["R55"]
    ),
    "outpatient rehabilitation facility": bill(
        "741", revenue("0420", "97110", modifiers=["GP"], quantity=3.0, day=6), dx=["M17.0"]
    ),
    "comprehensive rehabilitation facility": bill(
        "751",
        revenue("0420", "97110", modifiers=["GP"], quantity=2.0),
        revenue("0440", "92507", modifiers=["GN"]),
        dx=["I69.320", "I69.351"],
    ),
    "vaccine in a hospital clinic": bill("131", revenue("0771", "G0008"), revenue("0636", "90662"), dx=["Z23"]),
    "partial hospitalisation": bill(
        "761", revenue("0915", "G0410", day=6), revenue("0914", "90834", day=6), dx=["F33.2"]
    ),
}

SPECIALTIES = {
    "hospital outpatient": HOSPITAL_OUTPATIENT,
    "hospital inpatient": HOSPITAL_INPATIENT,
    "home health, hospice and nursing facility": HOME_HOSPICE_AND_NURSING,
    "clinics and rehabilitation facilities": CLINICS,
}
