"""Radiology, laboratory and pathology."""

from datetime import date

from risk.claims.examples import line
from tests.rules.ordinary.forms import (
    EMERGENCY,
    LABORATORY,
    MAN,
    MOTHER,
    OUTPATIENT,
    advantage,
    medicaid,
    medicare,
    private,
)

RADIOLOGY = {
    "chest film read": private(line("71046", modifiers=["26"]), dx=["R05.9"], place_of_service_code=EMERGENCY),
    "technical part of an MRI of the back": private(line("72148", modifiers=["TC"]), dx=["M51.16"]),
    "repeated chest film": private(line("71046"), line("71046", modifiers=["76"]), dx=["J18.9"]),
    "knee films of both sides": private(line("73562", modifiers=["50"], pointers=(1, 2)), dx=["M25.561", "M25.562"]),
    "screening mammogram": medicare(line("77067"), line("77063"), dx=["Z12.31"]),
    "mammogram of the breast that is left": medicare(
        line("77065", modifiers=["LT"], pointers=(1, 2)), dx=["Z08", "Z90.11", "Z85.3"]
    ),
    "lump in the right breast": private(
        line("77065", modifiers=["RT"]), line("76642", modifiers=["RT"]), dx=["N63.11"]
    ),
    "breast biopsy under ultrasound": private(line("19083", modifiers=["LT"]), dx=["N63.21"]),
    "bone density": medicare(line("77080"), dx=["M81.0", "Z78.0"]),
    "belly scan in the emergency room": medicaid(
        line("74177", modifiers=["26"]), dx=["R10.31"], place_of_service_code=EMERGENCY
    ),
    "MRI of the head with contrast": private(line("70553"), line("A9585", quantity=75.0), dx=["C79.31", "C34.11"]),
    "lung screening": medicare(
        line("71271", pointers=(1, 2)), dx=["Z12.2", "Z87.891"], patient_birth_date=date(1957, 4, 4)
    ),
    "leg veins": advantage(line("93971", modifiers=["LT"]), dx=["M79.662"]),
    "gallstones seen by ultrasound": private(line("76705"), dx=["K80.20"]),
    "PET scan before treatment": medicare(line("78815", modifiers=["PI"]), line("A9552"), dx=["C34.11"]),
    "wrist film read": private(
        line("73110", modifiers=["26", "RT"]), dx=["S52.531A", "W01.0XXA"], place_of_service_code=EMERGENCY
    ),
}

LABORATORY_AND_PATHOLOGY = {
    "panels for diabetes": private(
        line("80053"), line("83036"), line("85025"), line("36415"), dx=["E11.9"], place_of_service_code=LABORATORY
    ),
    "repeated potassium": private(
        line("84132"), line("84132", modifiers=["91"]), dx=["E87.6"], place_of_service_code=LABORATORY
    ),
    "urine culture": medicaid(
        line("81001"), line("87086"), line("87186"), dx=["N39.0"], place_of_service_code=LABORATORY
    ),
    "polyps under the microscope": medicare(
        line("88305", modifiers=["26"], quantity=3.0, pointers=(1, 2)),
        dx=["D12.2", "D12.5"],
        place_of_service_code=OUTPATIENT,
    ),
    "breast tumour with its stains": private(
        line("88307"), line("88342"), line("88341", quantity=3.0), dx=["C50.412"], place_of_service_code=LABORATORY
    ),
    "cervical smear with virus test": private(
        line("88175"), line("87624"), dx=["Z12.4", "Z11.51"], place_of_service_code=LABORATORY, **MOTHER
    ),
    "drug screen and confirmation": medicaid(
        line("80307"), line("G0481"), dx=["F11.20"], place_of_service_code=LABORATORY
    ),
    "lipids and thyroid": advantage(
        line("80061", pointers=(1,)),
        line("84443", pointers=(2,)),
        dx=["E78.5", "E03.9"],
        place_of_service_code=LABORATORY,
    ),
    "rapid test for virus": private(line("99213", modifiers=["25"]), line("87636", modifiers=["QW"]), dx=["J06.9"]),
    "clotting time in the office": medicare(
        line("85610", modifiers=["QW"], pointers=(1, 2, 3)), dx=["Z51.81", "Z79.01", "I48.20"]
    ),
    "prostate screening": medicare(line("G0103"), dx=["Z12.5"], place_of_service_code=LABORATORY, **MAN),
    "test sent to another laboratory": private(line("82306", modifiers=["90"]), line("36415"), dx=["E55.9"]),
    "stool test": medicare(line("82274", modifiers=["QW"]), dx=["Z12.11"]),
    "carrier test": private(line("81220"), dx=["Z31.430"], place_of_service_code=LABORATORY, **MOTHER),
}

SPECIALTIES = {
    "radiology": RADIOLOGY,
    "laboratory and pathology": LABORATORY_AND_PATHOLOGY,
}
