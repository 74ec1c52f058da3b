"""Cardiology, gastroenterology, oncology and infusion, nephrology and dialysis, neurology, dermatology."""

from risk.claims.examples import line
from tests.rules.ordinary.forms import (
    DIALYSIS,
    HOME,
    INPATIENT,
    MAN,
    OUTPATIENT,
    SURGICAL_CENTRE,
    advantage,
    bill,
    medicaid,
    medicare,
    private,
    revenue,
)

CARDIOLOGY = {
    "electrocardiogram with a visit": private(
        line("99214", modifiers=["25"]), line("93000"), dx=["I25.10", "I48.91", "I50.22", "Z95.5"]
    ),
    "echocardiogram read in hospital": medicare(
        line("93306", modifiers=["26"]), dx=["I35.0"], place_of_service_code=OUTPATIENT
    ),
    "echocardiogram in the office": private(line("93306"), dx=["I34.0"]),
    "coronary stent": medicare(
        line("92928", modifiers=["LD"]),
        line("92978", modifiers=["26"]),
        dx=["I25.110"],
        place_of_service_code=INPATIENT,
    ),
    "left heart catheter": advantage(line("93458", modifiers=["26"]), dx=["I25.119"], place_of_service_code=OUTPATIENT),
    "stress test with nuclear imaging": medicare(
        line("78452"),
        line("93015"),
        line("A9500", quantity=2.0),
        line("J2785", modifiers=["JZ"], quantity=4.0),
        dx=["I25.119", "R94.31"],
    ),
    "monitor worn for a day": private(line("93224"), dx=["R00.2"]),
    "pacemaker followed from afar": medicare(line("93294"), line("93296"), dx=["I49.5", "Z95.0"]),
    "pacemaker with two leads": medicare(
        line("33208", modifiers=["KX"]), dx=["I49.5"], place_of_service_code=OUTPATIENT
    ),
    "cardioversion": private(line("92960"), dx=["I48.19"], place_of_service_code=OUTPATIENT),
    "atrial fibrillation ablated": private(line("93656"), dx=["I48.0"], place_of_service_code=OUTPATIENT, **MAN),
    "heart failure on the ward": medicare(
        line("99232", day=2), line("99232", day=3), dx=["I11.0", "I50.33"], place_of_service_code=INPATIENT
    ),
    "Medicaid visit for hypertension": medicaid(line("99213"), dx=["I10"]),
}

GASTROENTEROLOGY = {
    "colonoscopy with two techniques": private(
        line("45385", modifiers=["33"], pointers=(1, 2)),
        line("45380", modifiers=["59", "33"], pointers=(1, 3)),
        dx=["Z12.11", "D12.2", "D12.5"],
        place_of_service_code=SURGICAL_CENTRE,
    ),
    "screening colonoscopy": medicare(line("G0121"), dx=["Z12.11"], place_of_service_code=SURGICAL_CENTRE),
    "screening colonoscopy with a polyp": medicare(
        line("45385", modifiers=["PT"], pointers=(1, 2)), dx=["Z12.11", "D12.4"], place_of_service_code=SURGICAL_CENTRE
    ),
    "gastroscopy with biopsies": private(line("43239", pointers=(1, 2)), dx=["K21.00", "K44.9"]),
    "gastroscopy and colonoscopy on one day": medicaid(
        line("45380", pointers=(1, 2)),
        line("43239", modifiers=["51"], pointers=(2,)),
        dx=["K92.1", "D50.0"],
        place_of_service_code=OUTPATIENT,
    ),
    "bile duct stent": medicare(line("43274"), dx=["K83.1"], place_of_service_code=INPATIENT),
    "visit for Crohn's disease": private(line("99214"), dx=["K50.10", "Z79.620"]),
    "infliximab infusion": advantage(
        line("96413"), line("96415"), line("J1745", modifiers=["JZ"], quantity=50.0), dx=["K50.10"]
    ),
    "capsule endoscopy": private(line("91110"), dx=["D50.0"]),
    "visit for hepatitis C": medicaid(line("99214"), dx=["B18.2"]),
    "feeding tube placed": medicare(line("43246"), dx=["R13.12", "I69.391"], place_of_service_code=INPATIENT),
    "breath test for Helicobacter": private(line("83013"), line("83014"), dx=["K30"]),
}

ONCOLOGY = {
    "infusion with wastage": medicare(
        line("96413", pointers=(1, 2)),
        line("J9035", quantity=33.0, charge="3300.00", pointers=(1, 2)),
        line("J9035", modifiers=["JW"], quantity=7.0, charge="700.00", pointers=(1, 2)),
        dx=["Z51.12", "C18.7"],
    ),
    "pemetrexed with wastage": medicare(
        line("96409", pointers=(1, 2)),
        line("J9305", quantity=85.0, charge="850.00", pointers=(1, 2)),
        line("J9305", modifiers=["JW"], quantity=15.0, charge="150.00", pointers=(1, 2)),
        dx=["Z51.11", "C34.11"],
    ),
    "checkpoint inhibitor without wastage": medicare(
        line("96413", pointers=(1, 2)),
        line("J9271", modifiers=["JZ"], quantity=200.0, pointers=(1, 2)),
        dx=["Z51.12", "C34.11"],
    ),
    "three drugs and a pump to take home": private(
        line("96413", pointers=(1, 2)),
        line("96415", pointers=(1, 2)),
        line("96368", pointers=(1, 2)),
        line("96411", pointers=(1, 2)),
        line("96416", pointers=(1, 2)),
        line("J9263", quantity=300.0, pointers=(1, 2)),
        line("J0640", quantity=14.0, pointers=(1, 2)),
        line("J9190", quantity=10.0, pointers=(1, 2)),
        dx=["Z51.11", "C18.7"],
    ),
    "growth factor after chemotherapy": medicare(
        line("96372", pointers=(1, 2)),
        line("J2506", modifiers=["JZ"], quantity=12.0, pointers=(1, 2)),
        dx=["D70.1", "C50.911", "T45.1X5A"],
    ),
    "denosumab for bone": medicare(line("96372"), line("J0897", modifiers=["JZ"], quantity=60.0), dx=["M81.0"]),
    "denosumab for bone metastases": medicare(
        line("96372", pointers=(1, 2)),
        line("J0897", modifiers=["JZ"], quantity=120.0, pointers=(1, 2)),
        dx=["C79.51", "C61"],
        **MAN,
    ),
    "iron infusion": private(line("96365"), line("J1756", quantity=200.0), dx=["D50.0"]),
    "hydration": advantage(line("96360"), line("96361"), dx=["E86.0", "C25.0"]),
    "visit under hormone therapy": private(line("99215", pointers=(1, 2, 3)), dx=["C50.911", "Z17.0", "Z79.811"]),
    "week of radiation": medicare(line("77427", pointers=(1, 2)), dx=["Z51.0", "C50.911"]),
    "bone marrow biopsy": private(line("38222", modifiers=["RT"]), dx=["C90.00"], place_of_service_code=OUTPATIENT),
    "port flushed": medicaid(line("96523", pointers=(1, 2)), dx=["Z45.2", "C18.7"]),
    "visit for pain of a neoplasm": private(line("99214", pointers=(1, 2)), dx=["G89.3", "C79.51", "C61"], **MAN),
}

NEPHROLOGY = {
    "dialysis month": medicare(
        line("90960", pointers=(1, 2)), dx=["I12.0", "N18.6", "Z99.2", "D63.1"], place_of_service_code=DIALYSIS
    ),
    "month of dialysis at home": medicare(
        line("90966", pointers=(1, 2)), dx=["I12.0", "N18.6", "Z99.2"], place_of_service_code=HOME
    ),
    "part of a month": medicare(line("90970", quantity=12.0), dx=["N18.6", "Z99.2"], place_of_service_code=DIALYSIS),
    "dialysis on the ward": private(line("90935"), dx=["N17.0"], place_of_service_code=INPATIENT),
    "visit for chronic kidney disease": private(line("99214", pointers=(1, 2)), dx=["I12.9", "N18.32"]),
    "diabetic kidney disease": medicaid(line("99214", pointers=(1, 2)), dx=["E11.22", "N18.4", "Z79.4"]),
    "anaemia of kidney disease": medicare(
        line("96372", pointers=(1, 2)),
        line("J0881", modifiers=["EC", "JZ"], quantity=60.0, pointers=(1, 2)),
        dx=["N18.4", "D63.1"],
    ),
    "fistula opened": medicare(line("36902"), dx=["T82.858A", "N18.6", "Z99.2"]),
    "visit after a transplant": private(line("99214"), dx=["Z94.0", "Z79.621"]),
    "kidney biopsy": private(
        line("50200", modifiers=["LT"]), line("76942", modifiers=["26"]), dx=["N04.9"], place_of_service_code=OUTPATIENT
    ),
    "three sessions a week in a dialysis facility": bill(
        "721",
        *(revenue("0821", "90999", modifiers=["G4", "V7"], day=day) for day in (2, 5, 7, 9, 12, 14)),
        revenue("0634", "Q4081", modifiers=["JA"], quantity=90.0),
        dx=["N18.6", "Z99.2"],
    ),
    "peritoneal dialysis of a facility": bill(
        "721", *(revenue("0841", "90945", day=day) for day in range(1, 15)), dx=["N18.6", "Z99.2"]
    ),
    "first month with a catheter": bill(
        "721",
        *(revenue("0821", "90999", modifiers=["G6", "V5"], day=day) for day in (20, 22, 24)),
        dx=["I12.0", "N18.6", "Z99.2"],
        payer_type="medicare_advantage",
    ),
}

NEUROLOGY = {
    "intractable migraine with its nerve blocks": private(
        line("99214", modifiers=["25"]), line("64405", modifiers=["50"]), dx=["G43.719"]
    ),
    "toxin for migraine, with wastage": medicare(
        line("64615"),
        line("J0585", quantity=155.0, charge="1550.00"),
        line("J0585", modifiers=["JW"], quantity=45.0, charge="450.00"),
        dx=["G43.719"],
    ),
    "intractable epilepsy": private(line("95816"), dx=["G40.919"]),
    "nerve conduction and electromyogram": private(line("95910"), line("95886", quantity=2.0), dx=["G56.03"]),
    "infusion for multiple sclerosis": private(
        line("96413"), line("96415", quantity=3.0), line("J2350", quantity=600.0), dx=["G35.A"]
    ),
    "visit for Parkinson's disease": medicare(line("99214"), dx=["G20.A1"]),
    "visit after a stroke": advantage(line("99214"), dx=["I69.351", "I10"]),
    "lumbar puncture": private(line("62270"), dx=["G93.2"], place_of_service_code=OUTPATIENT),
    "dementia assessed and planned for": medicare(line("99483", pointers=(1, 2)), dx=["G30.1", "F02.B0"]),
    "sleep study read": private(line("95810", modifiers=["26"]), dx=["G47.33"]),
    "neuropathy of diabetes": medicaid(line("99213"), dx=["E11.42"]),
    "spasticity treated": medicare(line("64644"), line("J0585", modifiers=["JZ"], quantity=200.0), dx=["G81.11"]),
}

DERMATOLOGY = {
    "skin biopsies with a visit": private(
        line("11102"),
        line("11103", quantity=2.0),
        line("99213", modifiers=["25"], pointers=(2,)),
        dx=["D49.2", "L57.0"],
    ),
    "actinic keratoses destroyed": medicare(line("17000"), line("17003", quantity=6.0), dx=["L57.0"]),
    "tumour removed in stages": medicare(line("17311"), line("17312"), dx=["C44.311"]),
    "tumour of the cheek with its closure": advantage(line("12052"), line("11642"), dx=["C44.319"]),
    "cyst of the back removed": private(line("11402"), dx=["L72.0"]),
    "visit for acne": medicaid(line("99213"), dx=["L70.0"]),
    "warts frozen": private(line("17110"), dx=["B07.8"]),
    "phototherapy course": private(*(line("96900", day=day) for day in (5, 7, 9)), dx=["L40.0"]),
    "patch tests": private(line("95044", quantity=36.0), dx=["L23.9"]),
    "psoriasis under a biologic": private(line("99214"), dx=["L40.0", "Z79.620"]),
    "abscess of the chest opened": private(line("10060"), dx=["L02.213"]),
    "skin tags": private(line("11200"), dx=["L91.8"]),
}

SPECIALTIES = {
    "cardiology": CARDIOLOGY,
    "gastroenterology": GASTROENTEROLOGY,
    "oncology and infusion": ONCOLOGY,
    "nephrology and dialysis": NEPHROLOGY,
    "neurology": NEUROLOGY,
    "dermatology": DERMATOLOGY,
}
