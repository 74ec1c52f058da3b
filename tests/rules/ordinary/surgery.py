"""General surgery, orthopaedics, urology, ear-nose-throat, ophthalmology, podiatry, mothers."""

from datetime import date

from risk.claims.examples import line
from tests.rules.ordinary.forms import (
    CHILD,
    EMERGENCY,
    INPATIENT,
    MAN,
    MOTHER,
    OUTPATIENT,
    SURGICAL_CENTRE,
    advantage,
    medicaid,
    medicare,
    private,
)

GENERAL_SURGERY = {
    "decision for surgery": private(
        line("99223", modifiers=["57"]), line("44970"), dx=["K35.80"], place_of_service_code=INPATIENT
    ),
    "return to the operating room": private(
        line("35860", modifiers=["78"]), dx=["T81.718A"], place_of_service_code=INPATIENT
    ),
    "staged procedure": private(line("11044", modifiers=["58"]), dx=["L89.154"], place_of_service_code=INPATIENT),
    "unrelated visit in a global period": private(line("99213", modifiers=["24"]), dx=["K64.4"]),
    "unrelated operation in a global period": medicare(
        line("19301", modifiers=["79", "LT"]), dx=["D05.12"], place_of_service_code=SURGICAL_CENTRE
    ),
    "gallbladder": medicaid(line("47562"), dx=["K80.10"], place_of_service_code=OUTPATIENT),
    "surgery alone, the care after it by another": medicare(
        line("47562", modifiers=["54"]), dx=["K80.10"], place_of_service_code=OUTPATIENT
    ),
    "hernia of one side": private(
        line("49505", modifiers=["RT"]), dx=["K40.90"], place_of_service_code=SURGICAL_CENTRE, **MAN
    ),
    "hernias of both sides": private(
        line("49650", modifiers=["50"]), dx=["K40.20"], place_of_service_code=OUTPATIENT, **MAN
    ),
    "bowel resection assisted": medicare(
        line("44140", modifiers=["80"]), dx=["C18.7"], place_of_service_code=INPATIENT
    ),
    "breast tumour with its sentinel node": advantage(
        line("19301", modifiers=["LT"]),
        line("38525", modifiers=["LT"]),
        line("38900", modifiers=["LT"]),
        dx=["C50.412"],
        place_of_service_code=OUTPATIENT,
    ),
    "healthy breast removed with the diseased one": private(
        line("19303", modifiers=["LT"]),
        line("19303", modifiers=["RT", "59"], pointers=(2, 1)),
        dx=["C50.912", "Z40.01"],
        place_of_service_code=INPATIENT,
    ),
    "breast made equal to the reconstructed one": private(
        line("19318", modifiers=["RT"], pointers=(1, 2)), dx=["N65.1", "C50.912"], place_of_service_code=OUTPATIENT
    ),
    "port placed on the side away from the tumour": private(
        line("36561", modifiers=["RT"]),
        line("77001", modifiers=["26"]),
        dx=["C50.912"],
        place_of_service_code=OUTPATIENT,
    ),
    "colonoscopy that had to stop": medicare(
        line("45378", modifiers=["53"]), dx=["Z12.11", "Z53.09"], place_of_service_code=SURGICAL_CENTRE
    ),
    "wound care": medicare(line("97597"), line("97598", quantity=2.0), dx=["I83.012", "L97.219"]),
    "lipoma of the back": private(line("21931"), dx=["D17.1"], place_of_service_code=SURGICAL_CENTRE),
}

ORTHOPAEDICS = {
    "knee replacement with an assistant": medicare(
        line("27447", modifiers=["RT", "AS"]), dx=["M17.11"], place_of_service_code=INPATIENT
    ),
    "hip replacement": medicare(line("27130", modifiers=["LT"]), dx=["M16.12"], place_of_service_code=INPATIENT),
    "both knees injected": private(line("20610", modifiers=["50"]), line("J3301", quantity=8.0), dx=["M17.0"]),
    "one knee injected with a visit": private(
        line("99213", modifiers=["25"]),
        line("20610", modifiers=["RT"]),
        line("J1010", quantity=40.0),
        dx=["M17.11"],
    ),
    "fracture with external cause": private(
        line("25600", modifiers=["LT"]),
        line("73110", modifiers=["LT"]),
        dx=["S52.532A", "W01.0XXA", "Y92.009"],
        place_of_service_code=EMERGENCY,
    ),
    "cast changed": private(
        line("29075", modifiers=["RT", "58"]), line("Q4010"), line("73110", modifiers=["RT"]), dx=["S52.531D"]
    ),
    "meniscus of the right knee": private(
        line("29881", modifiers=["RT"]), dx=["S83.241A"], place_of_service_code=SURGICAL_CENTRE
    ),
    "cruciate ligament": private(
        line("29888", modifiers=["LT"]), dx=["S83.512A", "Y93.66"], place_of_service_code=SURGICAL_CENTRE, **MAN
    ),
    "rotator cuff": private(
        line("29827", modifiers=["LT"]),
        line("29826", modifiers=["LT"]),
        dx=["M75.122"],
        place_of_service_code=SURGICAL_CENTRE,
    ),
    "carpal tunnel": medicaid(line("64721", modifiers=["RT"]), dx=["G56.01"], place_of_service_code=SURGICAL_CENTRE),
    "carpal tunnel of both hands": private(
        line("64721", modifiers=["50"]), dx=["G56.03"], place_of_service_code=SURGICAL_CENTRE
    ),
    "trigger finger": private(line("26055", modifiers=["F7"]), dx=["M65.331"], place_of_service_code=SURGICAL_CENTRE),
    "ankle sprain with a film": private(line("99203"), line("73610", modifiers=["RT"]), dx=["S93.401A", "X50.1XXA"]),
    "back strain at work": private(line("99203"), line("72100"), dx=["S39.012A"], payer_type="workers_comp"),
}

UROLOGY = {
    "cystoscopy for blood in the urine": private(line("52000"), dx=["R31.0"], **MAN),
    "prostate resected": medicare(
        line("52601", pointers=(1, 2)), dx=["N40.1", "N13.8"], place_of_service_code=OUTPATIENT, **MAN
    ),
    "stone broken by shock waves": private(
        line("50590", modifiers=["RT"]), dx=["N20.0"], place_of_service_code=SURGICAL_CENTRE, **MAN
    ),
    "stone of the left ureter with a stent": private(
        line("52356", modifiers=["LT"]), dx=["N20.1"], place_of_service_code=OUTPATIENT
    ),
    "visit for a raised PSA": medicare(line("99214"), dx=["R97.20"], **MAN),
    "vasectomy": private(line("55250"), dx=["Z30.2"], **MAN),
    "residual urine at a visit": advantage(
        line("99213", modifiers=["25"]), line("51798"), line("81003"), dx=["N39.41"]
    ),
    "hormone for a prostate tumour": medicare(
        line("96402"), line("J9217", modifiers=["JZ"], quantity=3.0), dx=["C61"], **MAN
    ),
    "drug put into the bladder": medicare(
        line("51720"), line("J9030", modifiers=["JZ"], quantity=50.0), dx=["C67.2"], **MAN
    ),
    "toxin for an overactive bladder": medicare(
        line("52287"), line("J0585", modifiers=["JZ"], quantity=100.0), dx=["N32.81"]
    ),
    "bladder pressures measured": private(
        line("51728"), line("51741", modifiers=["51"]), line("51784", modifiers=["51"]), dx=["N32.81"]
    ),
    "urinary infection": medicaid(line("99213", modifiers=["25"]), line("81002"), dx=["N30.00"]),
}

EAR_NOSE_THROAT = {
    "nasal endoscopy with a visit": private(line("99213", modifiers=["25"]), line("31231"), dx=["J32.0", "J34.2"]),
    "ear tubes of a child": private(
        line("69436", modifiers=["50"]), dx=["H65.23"], place_of_service_code=SURGICAL_CENTRE, **CHILD
    ),
    "tonsils and adenoids": medicaid(line("42820"), dx=["J35.3"], place_of_service_code=SURGICAL_CENTRE, **CHILD),
    "septum straightened": private(line("30520"), dx=["J34.2"], place_of_service_code=SURGICAL_CENTRE),
    "sinus surgery of both sides": private(
        line("31267", modifiers=["50"]), line("31255", modifiers=["50"]), dx=["J32.8"], place_of_service_code=OUTPATIENT
    ),
    "wax removed from the right ear": private(line("69210", modifiers=["RT"]), dx=["H61.21"]),
    "hearing tested": medicare(line("92557"), line("92567"), dx=["H90.3"]),
    "larynx seen at a first visit": private(line("99204", modifiers=["25"]), line("31575"), dx=["R49.0"]),
    "nosebleed packed": advantage(line("30901", modifiers=["LT"]), dx=["R04.0"]),
    "thyroid removed": private(line("60240"), dx=["C73"], place_of_service_code=INPATIENT),
    "skin tests for allergy": private(line("95004", quantity=40.0), dx=["J30.1"]),
    "allergy injections": private(line("95117", day=5), line("95117", day=12), dx=["J30.1", "J30.81"]),
    "manoeuvre for vertigo": medicare(line("99213", modifiers=["25"]), line("95992"), dx=["H81.11"]),
}

OPHTHALMOLOGY = {
    "cataract surgery after its biometry": medicare(
        line("76519", modifiers=["26", "RT"], day=1, place_of_service_code="11"),
        line("66984", modifiers=["RT"], day=8),
        dx=["H25.11"],
        place_of_service_code=SURGICAL_CENTRE,
    ),
    "second eye in the global period": medicare(
        line("66984", modifiers=["79", "LT"]), dx=["H25.12"], place_of_service_code=SURGICAL_CENTRE
    ),
    "visit with injections into both eyes": medicare(
        line("92014", modifiers=["25"]),
        line("67028", modifiers=["RT"]),
        line("67028", modifiers=["LT"]),
        line("J0178", modifiers=["RT", "JZ"], quantity=2.0),
        line("J0178", modifiers=["LT", "JZ"], quantity=2.0),
        dx=["H35.3231"],
    ),
    "eyelid surgery": medicare(
        line("15823", modifiers=["E1"], pointers=(2,)),
        line("15823", modifiers=["E3"], pointers=(1,)),
        dx=["H02.831", "H02.834"],
    ),
    "glaucoma with a visual field": medicare(line("92012"), line("92083"), dx=["H40.1132"]),
    "laser for glaucoma": advantage(line("65855", modifiers=["RT"]), dx=["H40.1111"]),
    "retina imaged": medicare(line("92134"), dx=["H35.3131"]),
    "diabetic eye examination": private(line("92014"), line("92250"), dx=["E11.3293"]),
    "laser after cataract surgery": medicare(
        line("66821", modifiers=["LT"]), dx=["H26.492"], place_of_service_code=SURGICAL_CENTRE
    ),
    "metal in the cornea": private(line("65222", modifiers=["LT"]), dx=["T15.02XA"], payer_type="workers_comp"),
    "glasses prescribed": private(line("92014"), line("92015"), dx=["H52.13"]),
    "plugs for dry eyes": private(line("68761", modifiers=["E2"]), line("68761", modifiers=["E4"]), dx=["H04.123"]),
}

PODIATRY = {
    "toenails of both feet": medicare(
        line("11730", modifiers=["TA"]), line("11732", modifiers=["T5"]), dx=["L60.0", "E11.42"]
    ),
    "nails of a foot at risk": medicare(line("11721", modifiers=["Q8"], pointers=(1, 2)), dx=["B35.1", "E11.51"]),
    "corns and nails of a foot at risk": medicare(
        line("11056", modifiers=["Q8"], pointers=(1, 3)),
        line("11720", modifiers=["59", "Q8"], pointers=(2, 3)),
        dx=["L84", "B35.1", "E11.51"],
    ),
    "bunion": private(line("28296", modifiers=["LT"]), dx=["M20.12"], place_of_service_code=SURGICAL_CENTRE),
    "hammer toe": private(line("28285", modifiers=["T6"]), dx=["M20.41"], place_of_service_code=SURGICAL_CENTRE),
    "heel injected with a visit": private(
        line("99213", modifiers=["25"]), line("20550", modifiers=["RT"]), line("J1010", quantity=40.0), dx=["M72.21"]
    ),
    "plantar wart": medicaid(line("17110"), dx=["B07.0"]),
    "ulcer of a diabetic foot": medicare(line("11042", pointers=(1, 2)), dx=["E11.621", "L97.512"]),
    "nail root removed": private(line("11750", modifiers=["T5"]), dx=["L60.0"]),
    "orthotics for flat feet": private(
        line("L3000", modifiers=["RT"], pointers=(1,)),
        line("L3000", modifiers=["LT"], pointers=(2,)),
        dx=["M21.41", "M21.42"],
    ),
    "ankle fracture without surgery": advantage(line("27786", modifiers=["LT"]), dx=["S82.62XA", "W10.8XXA"]),
    "loss of feeling examined": medicare(line("G0245"), dx=["E11.42"]),
}

OBSTETRICS = {
    "global maternity care": private(
        line("59400", pointers=(1, 2, 3)), dx=["O80", "Z37.0", "Z3A.39"], place_of_service_code=INPATIENT, **MOTHER
    ),
    "caesarean after a caesarean": medicaid(
        line("59510", pointers=(1, 2, 3)), dx=["O34.211", "Z37.0", "Z3A.39"], place_of_service_code=INPATIENT, **MOTHER
    ),
    "twins": private(
        line("59400", pointers=(1, 2, 3)),
        line("59409", modifiers=["59"], pointers=(1, 2, 3)),
        dx=["O30.043", "Z37.2", "Z3A.37"],
        place_of_service_code=INPATIENT,
        **MOTHER,
    ),
    "antenatal care alone": medicaid(line("59426"), dx=["Z34.83"], **MOTHER),
    "first scan": private(
        line("76801", pointers=(1, 2)), dx=["O09.511", "Z3A.12"], patient_birth_date=date(1989, 3, 1)
    ),
    "scan of the anatomy": private(line("76805", pointers=(1, 2)), dx=["Z36.3", "Z3A.20"], **MOTHER),
    "heart trace of the child": medicaid(line("59025", pointers=(1, 2)), dx=["O36.8130", "Z3A.34"], **MOTHER),
    "yearly examination": private(line("99395"), dx=["Z01.419"], **MOTHER),
    "pelvic examination and smear": medicare(line("G0101"), line("Q0091"), dx=["Z12.4"]),
    "colposcopy": private(line("57454"), dx=["R87.613"], **MOTHER),
    "coil placed": private(line("58300"), line("J7298"), dx=["Z30.430"], payer_type="tricare", **MOTHER),
    "bleeding after the menopause": private(line("99213", modifiers=["25"]), line("58100"), dx=["N95.0"]),
    "uterus removed": private(line("58571", pointers=(1, 2)), dx=["D25.1", "N92.0"], place_of_service_code=OUTPATIENT),
}

SPECIALTIES = {
    "general surgery": GENERAL_SURGERY,
    "orthopaedics": ORTHOPAEDICS,
    "urology": UROLOGY,
    "ear, nose and throat": EAR_NOSE_THROAT,
    "ophthalmology": OPHTHALMOLOGY,
    "podiatry": PODIATRY,
    "obstetrics and gynaecology": OBSTETRICS,
}
