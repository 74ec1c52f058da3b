"""Anaesthesia, whose quantity is minutes, and interventional pain medicine done as the policies ask."""

from risk.claims.examples import line
from tests.rules.ordinary.forms import (
    CHILD,
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

ANAESTHESIA = {
    "hip replacement, physician directing four": medicare(
        line("01214", modifiers=["QK", "P3"], quantity=127.0), dx=["M16.11"], place_of_service_code=INPATIENT
    ),
    "hip replacement, anaesthetist directed": medicare(
        line("01214", modifiers=["QX", "P3"], quantity=127.0), dx=["M16.11"], place_of_service_code=INPATIENT
    ),
    "knee replacement with a block for pain afterwards": medicare(
        line("01402", modifiers=["AA", "P2"], quantity=95.0, pointers=(1,)),
        line("64447", modifiers=["59", "LT"], pointers=(2, 1)),
        dx=["M17.12", "G89.18"],
        place_of_service_code=INPATIENT,
    ),
    "wrist with a block for pain afterwards": private(
        line("01830", modifiers=["AA", "P1"], quantity=80.0, pointers=(1,)),
        line("64415", modifiers=["59", "RT"], pointers=(2, 1)),
        dx=["S52.531A", "G89.18"],
        place_of_service_code=SURGICAL_CENTRE,
    ),
    "screening colonoscopy, anaesthetist alone": private(
        line("00812", modifiers=["QZ", "33", "P1"], quantity=24.0),
        dx=["Z12.11"],
        place_of_service_code=SURGICAL_CENTRE,
    ),
    "cataract under watch": medicare(
        line("00142", modifiers=["QX", "QS", "P2"], quantity=22.0), dx=["H25.11"], place_of_service_code=SURGICAL_CENTRE
    ),
    "labour analgesia": private(
        line("01967", modifiers=["AA"], quantity=240.0, pointers=(1, 2)),
        dx=["O80", "Z37.0", "Z3A.39"],
        place_of_service_code=INPATIENT,
        **MOTHER,
    ),
    "labour that became a caesarean": medicaid(
        line("01967", modifiers=["AA"], quantity=300.0, pointers=(1, 2)),
        line("01968", modifiers=["AA"], quantity=45.0, pointers=(1, 2)),
        dx=["O76", "Z37.0", "Z3A.40"],
        place_of_service_code=INPATIENT,
        **MOTHER,
    ),
    "gallbladder": private(
        line("00790", modifiers=["AA", "P2"], quantity=110.0), dx=["K80.10"], place_of_service_code=OUTPATIENT
    ),
    "teeth of a child": medicaid(
        line("00170", modifiers=["QZ", "P1"], quantity=75.0),
        dx=["K02.9"],
        place_of_service_code=OUTPATIENT,
        **CHILD,
    ),
    "bypass with its lines": private(
        line("00567", modifiers=["AA", "P4"], quantity=310.0),
        line("36620", modifiers=["59"]),
        line("93503", modifiers=["59"]),
        dx=["I25.110"],
        place_of_service_code=INPATIENT,
        **MAN,
    ),
    "one anaesthetist directed": advantage(
        line("01480", modifiers=["QY", "P2"], quantity=65.0),
        dx=["S82.851A", "W10.8XXA"],
        place_of_service_code=OUTPATIENT,
    ),
}

PAIN = {
    "sciatica with its side": private(line("99213"), dx=["M54.31"]),
    "transforaminal epidural, two levels, both sides": medicare(
        line("64483", modifiers=["50"]), line("64484", modifiers=["50"]), dx=["M54.16"]
    ),
    "transforaminal epidural, two levels of one side": private(
        line("64483", modifiers=["RT"]), line("64484", modifiers=["RT"]), dx=["M51.16"]
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
    "epidural for pain of a neoplasm": medicare(line("62323", pointers=(1, 2)), dx=["G89.3", "C79.51"]),
    "epidural for labour, billed as an injection": medicaid(
        line("62322"), dx=["O75.89"], place_of_service_code=INPATIENT, **MOTHER
    ),
    "WISeR epidural with its number": medicare(
        line("62323"), dx=["M54.16"], facility_state="TX", prior_auth_number="UTN00000002"
    ),
    "diagnostic facet block, two levels": medicare(
        line("64493", modifiers=["RT", "KX"]), line("64494", modifiers=["RT", "KX"]), dx=["M47.816"]
    ),
    "facet denervation, three joints of one side on two levels": medicare(
        line("64635", modifiers=["LT"]), line("64636", modifiers=["LT"]), dx=["M47.816"]
    ),
    "facet denervation authorised in a hospital": medicare(
        line("64633", modifiers=["50"]),
        dx=["M47.812"],
        place_of_service_code=OUTPATIENT,
        prior_auth_number="UTN00000001",
    ),
    "sacroiliac injection": medicare(line("27096", modifiers=["LT"]), dx=["M46.1"]),
    "sacroiliac injection billed by a surgical centre": medicare(
        line("G0260", modifiers=["RT"]), dx=["M46.1"], place_of_service_code=SURGICAL_CENTRE
    ),
    "trigger points with a visit": medicare(line("20553"), line("99213", modifiers=["25"]), dx=["M79.18"]),
    "stimulator trial after failed surgery": private(
        line("63650", quantity=2.0, pointers=(1, 2)), dx=["G89.4", "M96.1"], prior_auth_number="A1"
    ),
    "stimulator trial for a regional pain syndrome": private(
        line("63650", pointers=(1, 2)), dx=["G89.4", "G90.521"], prior_auth_number="A1"
    ),
    "stimulator generator": private(line("63685", pointers=(1, 2)), dx=["G89.4", "M96.1"], prior_auth_number="A1"),
    "pump refill": private(line("62370"), line("J2274", quantity=20.0), dx=["G89.4"]),
    "pump refill for other chronic pain": private(line("62369"), line("J2278", quantity=50.0), dx=["G89.29"]),
    "kyphoplasty of two levels": private(
        line("22514"), line("22515"), dx=["M80.08XA"], place_of_service_code=SURGICAL_CENTRE
    ),
    "transforaminal epidural of both sides, a line for each": medicare(
        line("64483", modifiers=["LT"]), line("64483", modifiers=["RT"]), dx=["M54.16"]
    ),
    "cervical facet blocks, three levels, both sides": private(
        line("64490", modifiers=["50"]),
        line("64491", modifiers=["50"]),
        line("64492", modifiers=["50"]),
        dx=["M47.812"],
    ),
    "facet block with a cyst": medicare(line("64493", modifiers=["LT", "KX"]), dx=["M48.16"]),
    "sacroiliac and transforaminal injection, another site": private(
        line("27096", modifiers=["RT"]), line("64483", modifiers=["RT", "XS"], pointers=(2,)), dx=["M46.1", "M54.16"]
    ),
    "epidural with a visit": private(line("62321"), line("99214", modifiers=["25"]), dx=["M54.12"]),
    "knee and trigger points with a visit": private(
        line("99214", modifiers=["25"], pointers=(1, 2)),
        line("20610", modifiers=["RT"]),
        line("20553", modifiers=["59"], pointers=(2,)),
        dx=["M17.11", "M79.18"],
    ),
    "first visit with an injection into the muscle": private(
        line("99203", modifiers=["25"]), line("96372"), line("J1885", quantity=2.0), dx=["M54.50"]
    ),
    "pump placed with its catheter": private(
        line("62362"), line("62350"), dx=["G89.4"], prior_auth_number="A1", place_of_service_code=SURGICAL_CENTRE
    ),
    "stimulator placed with two leads": private(
        line("63685"),
        line("63650", quantity=2.0),
        dx=["G89.4", "M96.1"],
        prior_auth_number="A1",
        place_of_service_code=SURGICAL_CENTRE,
    ),
    "three vertebrae cemented": private(
        line("22510"), line("22512", quantity=2.0), dx=["M80.08XA"], place_of_service_code=SURGICAL_CENTRE
    ),
    "contrast into the spinal canal under fluoroscopy": private(
        line("62284"), line("77003"), dx=["M48.061"], place_of_service_code=OUTPATIENT
    ),
    "epidural for a disc injured at work": private(
        line("62323"), dx=["M51.16"], payer_type="workers_comp", prior_auth_number="A1"
    ),
    "sympathetic block under fluoroscopy": private(line("64520", modifiers=["LT"]), line("77003"), dx=["G90.522"]),
}

SPECIALTIES = {"anaesthesia": ANAESTHESIA, "interventional pain medicine": PAIN}
