"""Claims on which the order of diagnoses matters, or the sex and age on file are not those a diagnosis suggests."""

from datetime import date

from risk.claims.examples import line
from tests.rules.ordinary.forms import CHILD, EMERGENCY, INPATIENT, LABORATORY, MOTHER, NEWBORN, medicare, private

SPECIALTIES = {
    "injuries and manifestations": {
        "crash seen in the emergency room": private(
            line("99284", modifiers=["25"], pointers=(1, 2, 3)),
            line("12011", pointers=(2,)),
            dx=["S06.0X1A", "S01.81XA", "V43.52XA", "Y92.410"],
            place_of_service_code=EMERGENCY,
        ),
        "scar of a burn": private(line("99213", pointers=(1, 2)), dx=["L90.5", "T22.211S", "X10.0XXS"]),
        "stiff wrist after a fracture": private(
            line("97110", modifiers=["GP"], pointers=(1, 2)), dx=["M25.632", "S52.532S"], payer_type="workers_comp"
        ),
        "dementia with Alzheimer's disease": medicare(line("99483"), dx=["G30.1", "F02.B0"]),
        "anaemia of kidney disease treated": medicare(
            line("96372", pointers=(1, 2)), line("J0881", modifiers=["EC"], quantity=40.0), dx=["N18.4", "D63.1"]
        ),
        "foot ulcer of diabetes": medicare(line("11042", pointers=(1, 2)), dx=["E11.621", "L97.412"]),
        "urine culture": private(line("87086"), dx=["N39.0", "B96.20"], place_of_service_code=LABORATORY),
        "caries under anaesthesia": private(
            line("00170", modifiers=["AA"], quantity=60.0), dx=["K02.9", "F84.0"], **CHILD
        ),
    },
    "birth, sex and age": {
        "newborn in intensive care after two months": private(
            line("99479"),
            dx=["Z38.01", "P07.14", "P27.1"],
            patient_birth_date=date(2026, 8, 1),
            place_of_service_code=INPATIENT,
        ),
        "visit in late pregnancy": private(line("99213"), dx=["O24.410", "Z3A.34"], **MOTHER),
        "visit a week after birth": private(
            line("99391"), dx=["Z00.110"], **(NEWBORN | {"patient_birth_date": date(2026, 9, 24)})
        ),
        "prostate of a woman": private(line("99213", modifiers=["KX"]), dx=["N40.1"]),
        "hormones": private(line("99214"), dx=["F64.0", "Z79.890"], patient_sex="U"),
        "chest surgery": private(line("19318", modifiers=["50"]), dx=["F64.0", "N62"], patient_sex="M"),
        "breast of a man": private(line("99213"), dx=["N63.20"], patient_sex="M"),
        "screening of the prostate": private(
            line("84153"), dx=["Z12.5"], patient_sex="M", place_of_service_code=LABORATORY
        ),
    },
}
