"""Ambulance; equipment, supplies and prostheses."""

from risk.claims.examples import line
from tests.rules.ordinary.forms import AMBULANCE as PLACE
from tests.rules.ordinary.forms import HOME, MAN, SCHOOLCHILD, advantage, bill, medicaid, medicare, private, revenue

AMBULANCE = {
    "emergency from home to hospital": medicare(
        line("A0427", modifiers=["RH"]),
        line("A0425", modifiers=["RH"], quantity=12.4),
        dx=["R55"],
        place_of_service_code=PLACE,
    ),
    "emergency from the street": medicaid(
        line("A0429", modifiers=["SH"]),
        line("A0425", modifiers=["SH"], quantity=6.0),
        dx=["S72.001A", "V03.10XA"],
        place_of_service_code=PLACE,
    ),
    "bedridden patient to a nursing facility": medicare(
        line("A0428", modifiers=["HN"]),
        line("A0425", modifiers=["HN"], quantity=8.5),
        dx=["I69.351", "Z74.01"],
        place_of_service_code=PLACE,
    ),
    "to dialysis and back": medicare(
        line("A0428", modifiers=["RJ"]),
        line("A0425", modifiers=["RJ"], quantity=4.2),
        line("A0428", modifiers=["JR"]),
        line("A0425", modifiers=["JR"], quantity=4.2),
        dx=["N18.6", "Z99.2", "Z74.01"],
        place_of_service_code=PLACE,
        prior_auth_number="UTN00000004",
    ),
    "between hospitals with a heart attack": advantage(
        line("A0433", modifiers=["HH"]),
        line("A0425", modifiers=["HH"], quantity=31.0),
        dx=["I21.4"],
        place_of_service_code=PLACE,
    ),
    "between hospitals, ventilated": private(
        line("A0434", modifiers=["HH"]),
        line("A0425", modifiers=["HH"], quantity=44.0),
        dx=["J96.01", "Z99.11"],
        place_of_service_code=PLACE,
    ),
    "helicopter": private(
        line("A0431", modifiers=["SH"]),
        line("A0436", modifiers=["SH"], quantity=45.0),
        dx=["S06.5XAA", "V86.55XA"],
        place_of_service_code="42",
        **MAN,
    ),
    "two patients in one vehicle": medicare(
        line("A0427", modifiers=["SH", "GM"]),
        line("A0425", modifiers=["SH", "GM"], quantity=5.0),
        dx=["R07.89"],
        place_of_service_code=PLACE,
    ),
    "wheelchair van of a Medicaid plan": medicaid(
        line("A0130", modifiers=["RJ"]), dx=["N18.6", "Z99.3"], place_of_service_code=PLACE
    ),
    "taxi of a Medicaid plan, a biller without an NPI": medicaid(
        line("A0100", modifiers=["RD"]),
        dx=["E11.9"],
        place_of_service_code=PLACE,
        billing_npi=None,
        rendering_npi=None,
        billing_taxonomy_code="344600000X",
    ),
    "ambulance that a hospital owns": bill(
        "131",
        revenue("0540", "A0429", modifiers=["SH"]),
        revenue("0540", "A0425", modifiers=["SH"], quantity=7.1),
        dx=["R07.89"],
    ),
}

EQUIPMENT = {
    "pressure device for sleep apnoea, rented": medicare(
        line("E0601", modifiers=["RR", "KX"]),
        line("A7034", modifiers=["NU", "KX"]),
        dx=["G47.33"],
        place_of_service_code=HOME,
    ),
    "knee brace": medicare(line("L1833", modifiers=["KX", "LT"]), dx=["M17.12"], place_of_service_code=HOME),
    "test strips": medicare(
        line("A4253", modifiers=["NU", "KX"], quantity=6.0), dx=["E11.65", "Z79.4"], place_of_service_code=HOME
    ),
    "glucose sensor": advantage(line("A4239", modifiers=["KX"]), dx=["E11.65", "Z79.4"], place_of_service_code=HOME),
    "oxygen": medicare(
        line("E1390", modifiers=["RR", "N1"]),
        line("E0431", modifiers=["RR", "N1"]),
        dx=["J96.11", "J44.9"],
        place_of_service_code=HOME,
    ),
    "walker": medicare(line("E0143", modifiers=["NU", "KX"]), dx=["M16.0"], place_of_service_code=HOME),
    "wheelchair, first month": medicare(
        line("K0001", modifiers=["RR", "KX", "KH"]), dx=["I69.351"], place_of_service_code=HOME
    ),
    "hospital bed, second month": medicare(
        line("E0260", modifiers=["RR", "KX", "KI"]), dx=["G82.21"], place_of_service_code=HOME
    ),
    "nebuliser of a child": medicaid(
        line("E0570", modifiers=["RR"]),
        line("A7003", modifiers=["NU"]),
        dx=["J45.40"],
        place_of_service_code=HOME,
        **SCHOOLCHILD,
    ),
    "bags for a colostomy": medicare(
        line("A4407", quantity=10.0), line("A5063", quantity=20.0), dx=["Z93.3"], place_of_service_code=HOME
    ),
    "tube feeding": medicare(
        line("B4035", quantity=30.0, pointers=(1, 2)),
        line("B4150", quantity=480.0, pointers=(1, 2)),
        dx=["R13.12", "Z93.1"],
        place_of_service_code=HOME,
    ),
    "shoes for diabetic feet": medicare(
        line("A5500", modifiers=["KX", "RT"]),
        line("A5500", modifiers=["KX", "LT"]),
        line("A5512", modifiers=["KX", "RT"], quantity=3.0),
        line("A5512", modifiers=["KX", "LT"], quantity=3.0),
        dx=["E11.42"],
        place_of_service_code=HOME,
    ),
    "leg prosthesis": private(line("L5301", modifiers=["LT", "K3"]), dx=["Z89.512"], place_of_service_code=HOME, **MAN),
    "dressing for a pressure ulcer": medicare(
        line("A6212", modifiers=["A1"], quantity=12.0), dx=["L89.153"], place_of_service_code=HOME
    ),
}

SPECIALTIES = {"ambulance": AMBULANCE, "equipment and supplies": EQUIPMENT}
