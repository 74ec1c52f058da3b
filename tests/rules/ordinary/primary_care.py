"""Family medicine, paediatrics, emergency medicine, behavioural health."""

from datetime import date

from risk.claims.examples import line
from tests.rules.ordinary.forms import (
    CHILD,
    EMERGENCY,
    INFANT,
    INPATIENT,
    MAN,
    NEWBORN,
    OUTPATIENT,
    SCHOOLCHILD,
    TELEHEALTH,
    TELEHEALTH_AT_HOME,
    TODDLER,
    advantage,
    medicaid,
    medicare,
    private,
)

FAMILY_MEDICINE = {
    "visit for four conditions": private(line("99214", pointers=(1, 2, 3)), dx=["E11.9", "I10", "E78.5", "Z79.84"]),
    "annual wellness visit with advance care planning": medicare(
        line("G0439"), line("99497", modifiers=["33"]), dx=["Z00.00"]
    ),
    "preventive visit with a problem visit": private(
        line("99396"), line("99213", modifiers=["25"], pointers=(2,)), dx=["Z00.00", "I10"]
    ),
    "low back pain at a first visit with a film": private(line("99203"), line("72100"), dx=["M54.50"]),
    "neck pain and headache": private(line("99213", pointers=(1, 2)), dx=["M54.2", "R51.9"]),
    "rapid strep test": private(line("99213", modifiers=["25"]), line("87880", modifiers=["QW"]), dx=["J02.9"]),
    "two vaccines": private(
        line("90471"), line("90472"), line("90686"), line("90732"), dx=["Z23"], patient_birth_date=date(1959, 1, 1)
    ),
    "influenza and pneumococcus vaccines under Medicare": medicare(
        line("G0008"), line("90662"), line("G0009"), line("90677"), dx=["Z23"]
    ),
    "telehealth at home": private(
        line("99214", modifiers=["95"]), dx=["F41.1"], place_of_service_code=TELEHEALTH_AT_HOME
    ),
    "telehealth of a Medicaid plan": medicaid(
        line("99213", modifiers=["GT"]), dx=["I10"], place_of_service_code=TELEHEALTH
    ),
    "transition from hospital to home": advantage(line("99496"), dx=["I11.0", "I50.33"]),
    "care coordinated over a month": medicare(line("99490", pointers=(1, 2)), dx=["E11.22", "N18.31"]),
    "vitamin B12 given at a nurse's visit": private(line("96372"), line("J3420"), dx=["D51.0"]),
    "breathing test with a visit": private(
        line("94060"), line("99214", modifiers=["25"], pointers=(1, 2)), dx=["J44.1", "F17.210"]
    ),
    "child's vaccine that the state supplies": medicaid(
        line("90460"), line("90461", quantity=2.0), line("90707", modifiers=["SL"], charge="0.00"), dx=["Z23"], **CHILD
    ),
    "diabetes visit with its quality codes": medicare(
        line("99214"), line("3044F", charge="0.00"), line("G8427", charge="0.01"), dx=["E11.9"]
    ),
    "two injections at a visit": private(
        line("99213", modifiers=["25"]),
        line("96372"),
        line("96372", modifiers=["59"]),
        line("J1885", quantity=2.0),
        line("J2405", quantity=4.0),
        dx=["G43.909"],
    ),
    "patient of a hundred and seven": medicare(line("99213"), dx=["I10"], patient_birth_date=date(1919, 1, 3)),
    "advice to stop smoking": private(
        line("99213", modifiers=["25"]), line("99406", pointers=(2,)), dx=["J44.9", "F17.210"]
    ),
    "work injury": private(line("99213", pointers=(1,)), dx=["S33.5XXA", "W18.30XA"], payer_type="workers_comp"),
    "crash, billed to the motor insurer": private(line("99203"), dx=["S13.4XXA", "V49.40XA"], payer_type="other"),
    "replacement of an old claim": medicare(
        line("99213", date_of_service="2025-02-03"),
        dx=["I10"],
        claim_frequency_code="7",
        original_claim_number="2025020300001",
    ),
    "claim across the first of October, each code on its day": private(
        line("97110", date_of_service="2026-09-29", modifiers=["GP"], pointers=(1,)),
        line("97110", date_of_service="2026-10-02", modifiers=["GP"], pointers=(2,)),
        dx=["M72.2", "M72.21"],
    ),
}

PAEDIATRICS = {
    "two vaccines at four years": private(
        line("99392", modifiers=["25"]),
        line("90460", quantity=2.0),
        line("90461", quantity=2.0),
        line("90707"),
        line("90716"),
        dx=["Z00.129", "Z23"],
        **CHILD,
    ),
    "vaccines at two months": medicaid(
        line("99391", modifiers=["25"]),
        line("90460", quantity=4.0),
        line("90461", quantity=4.0),
        line("90723"),
        line("90648"),
        line("90677"),
        line("90681"),
        dx=["Z00.129", "Z23"],
        **INFANT,
    ),
    "newborn in hospital": private(
        line("99460"), line("99238", day=2), dx=["Z38.00"], place_of_service_code=INPATIENT, **NEWBORN
    ),
    "newborn with jaundice": private(
        line("99381", day=4), line("88720", day=4, pointers=(2,)), dx=["Z00.110", "P59.9"], **NEWBORN
    ),
    "circumcision before going home": private(
        line("54150", day=2), dx=["Z41.2"], place_of_service_code=INPATIENT, **(NEWBORN | MAN)
    ),
    "premature baby in intensive care": medicaid(
        line("99468", pointers=(1, 2, 3)),
        line("99469", day=2, pointers=(1, 2, 3)),
        line("99469", day=3, pointers=(1, 2, 3)),
        dx=["P22.0", "P07.17", "P07.36", "Z38.01"],
        place_of_service_code=INPATIENT,
        **NEWBORN,
    ),
    "middle ear infection": medicaid(line("99213"), dx=["H66.91"], **TODDLER),
    "bronchiolitis with a nebuliser": medicaid(
        line("99214", modifiers=["25"]), line("94640"), line("J7613", quantity=3.0), dx=["J21.0"], **INFANT
    ),
    "strep throat": private(line("99213", modifiers=["25"]), line("87880", modifiers=["QW"]), dx=["J02.0"], **CHILD),
    "hearing and vision at nine years": private(
        line("99393"), line("92551"), line("99173"), dx=["Z00.129"], **SCHOOLCHILD
    ),
    "attention deficit with questionnaires": private(
        line("99214", modifiers=["25"]), line("96127", quantity=2.0), dx=["F90.2"], **SCHOOLCHILD
    ),
    "antibody against RSV": private(line("96380"), line("90380"), dx=["Z29.11"], **INFANT),
    "TRICARE visit for eczema": private(line("99213"), dx=["L20.82"], payer_type="tricare", **TODDLER),
}

EMERGENCY_MEDICINE = {
    "chest pain with an electrocardiogram read": private(
        line("99285", modifiers=["25"]), line("93010"), dx=["R07.89", "I10"], place_of_service_code=EMERGENCY
    ),
    "hand cut by a knife": private(
        line("99283", modifiers=["25"]),
        line("12001"),
        dx=["S61.411A", "W26.0XXA", "Y92.010"],
        place_of_service_code=EMERGENCY,
    ),
    "sprained ankle": medicaid(line("99283"), dx=["S93.401A", "X50.1XXA"], place_of_service_code=EMERGENCY),
    "wrist fracture set": private(
        line("99284", modifiers=["57"]),
        line("25605", modifiers=["RT"]),
        dx=["S52.531A", "W01.0XXA"],
        place_of_service_code=EMERGENCY,
    ),
    "abscess opened": medicaid(
        line("99283", modifiers=["25"]), line("10060"), dx=["L02.415"], place_of_service_code=EMERGENCY
    ),
    "septic shock": medicare(
        line("99291", modifiers=["25"], pointers=(1, 2, 3)),
        line("99292", pointers=(1, 2, 3)),
        line("31500", pointers=(3,)),
        line("36556", pointers=(1, 2)),
        dx=["A41.9", "R65.21", "J96.01"],
        place_of_service_code=EMERGENCY,
    ),
    "pulled elbow of a toddler": private(
        line("24640", modifiers=["LT"]), dx=["S53.032A"], place_of_service_code=EMERGENCY, **TODDLER
    ),
    "asthma attack": medicaid(line("99284"), dx=["J45.901"], place_of_service_code=EMERGENCY, **SCHOOLCHILD),
    "stroke": advantage(
        line("99285", modifiers=["25"]), line("93010"), dx=["I63.9", "I48.91"], place_of_service_code=EMERGENCY
    ),
    "overdose of paracetamol": medicaid(line("99285"), dx=["T39.1X2A", "F32.2"], place_of_service_code=EMERGENCY),
    "speck in the right eye": private(
        line("99282", modifiers=["25"]),
        line("65205", modifiers=["RT"]),
        dx=["T15.11XA"],
        place_of_service_code=EMERGENCY,
    ),
    "renal colic": private(line("99284"), dx=["N20.1"], place_of_service_code=EMERGENCY, **MAN),
    "fall from a ladder at work": private(
        line("99284"), dx=["S22.41XA", "W11.XXXA", "Y99.0"], place_of_service_code=EMERGENCY, payer_type="workers_comp"
    ),
}

BEHAVIOURAL_HEALTH = {
    "psychotherapy": private(line("90837"), dx=["F33.1"]),
    "visit with psychotherapy": private(line("99214"), line("90833"), dx=["F43.10", "F90.2"]),
    "first psychiatric evaluation": private(line("90791"), dx=["F41.1"]),
    "psychotherapy by video": private(
        line("90834", modifiers=["95"]), dx=["F41.1"], place_of_service_code=TELEHEALTH_AT_HOME
    ),
    "psychotherapy by a clinical social worker": medicare(line("90834", modifiers=["AJ"]), dx=["F32.1"]),
    "family therapy for a child": medicaid(line("90847"), dx=["F91.3"], **SCHOOLCHILD),
    "therapy of a child who needs play": private(line("90832"), line("90785"), dx=["F43.25"], **SCHOOLCHILD),
    "group for alcohol dependence": medicaid(line("90853"), dx=["F10.20"]),
    "psychological testing": private(
        line("96130"),
        line("96131", quantity=2.0),
        line("96136"),
        line("96137", quantity=3.0),
        dx=["F84.0"],
        **SCHOOLCHILD,
    ),
    "behaviour therapy for autism": medicaid(
        line("97153", quantity=8.0), line("97155", quantity=4.0), dx=["F84.0"], **CHILD
    ),
    "magnetic stimulation": private(line("90868"), dx=["F33.2"]),
    "electroconvulsive therapy": medicare(line("90870"), dx=["F33.2"], place_of_service_code=OUTPATIENT),
    "collaborative care, first month": advantage(line("99492"), dx=["F32.1"]),
    "crisis": private(line("90839"), line("90840"), dx=["F32.2", "R45.851"]),
    "opioid treatment programme": medicaid(line("H0020", modifiers=["HG"], quantity=7.0), dx=["F11.20"]),
    "TRICARE trauma therapy": private(line("90837"), dx=["F43.12"], payer_type="tricare"),
}

SPECIALTIES = {
    "family medicine": FAMILY_MEDICINE,
    "paediatrics and newborns": PAEDIATRICS,
    "emergency medicine": EMERGENCY_MEDICINE,
    "behavioural health": BEHAVIOURAL_HEALTH,
}
