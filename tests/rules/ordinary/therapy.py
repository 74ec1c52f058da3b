"""Physical, occupational and speech therapy; chiropractic."""

from risk.claims.examples import line
from tests.rules.ordinary.forms import MAN, SCHOOLCHILD, advantage, medicaid, medicare, private

THERAPY = {
    "therapy with a second timed code": medicare(
        line("97110", modifiers=["GP", "KX"], quantity=2.0),
        line("97530", modifiers=["GP", "KX"]),
        line("97140", modifiers=["59", "GP", "KX"]),
        dx=["M25.511", "M62.81", "R26.2", "Z47.1"],
    ),
    "evaluation with the first exercises": medicare(
        line("97161", modifiers=["GP"]), line("97110", modifiers=["GP"]), dx=["M54.50"]
    ),
    "course on one claim": private(
        *(line("97110", modifiers=["GP"], day=day, quantity=2.0) for day in (1, 5, 8, 12, 15)), dx=["M54.50"]
    ),
    "exercise and hands-on treatment of one visit": private(
        line("97110", modifiers=["GP"], quantity=2.0), line("97140", modifiers=["GP"]), dx=["M54.2"]
    ),
    "occupational therapy after a stroke": medicare(
        line("97165", modifiers=["GO"]), line("97535", modifiers=["GO"], quantity=2.0), dx=["I69.351"]
    ),
    "speech therapy after a stroke": medicare(line("92507", modifiers=["GN"]), dx=["I69.320"]),
    "speech therapy of a child": medicaid(line("92507", modifiers=["GN"]), dx=["F80.1"], **SCHOOLCHILD),
    "treatment by an assistant": medicare(
        line("97110", modifiers=["CQ", "GP"], quantity=2.0), line("97112", modifiers=["CQ", "GP"]), dx=["R26.81"]
    ),
    "group and single exercises": advantage(
        line("97150", modifiers=["GP"]), line("97110", modifiers=["59", "GP"], quantity=2.0), dx=["M17.0"]
    ),
    "current for the neck": medicare(
        line("G0283", modifiers=["GP"]), line("97110", modifiers=["GP"], quantity=2.0), dx=["M54.2"]
    ),
    "after a knee replacement": medicare(
        line("97164", modifiers=["GP", "KX"], pointers=(1, 2)),
        line("97112", modifiers=["GP", "KX"], pointers=(1, 2)),
        dx=["Z47.1", "Z96.651"],
    ),
    "walking after a stroke": medicare(
        line("97116", modifiers=["GP"]), line("97112", modifiers=["GP"]), dx=["I69.351", "R26.89", "I10"]
    ),
    "TRICARE exercises": private(line("97110", modifiers=["GP"], quantity=3.0), dx=["M25.561"], payer_type="tricare"),
    "strain of work, treated": private(
        line("97110", modifiers=["GP"], quantity=2.0),
        line("97014", modifiers=["GP"]),
        dx=["S39.012D"],
        payer_type="workers_comp",
        **MAN,
    ),
    "exercise in water": medicare(line("97113", modifiers=["GP", "KX"], quantity=3.0), dx=["M17.0"]),
}

CHIROPRACTIC = {
    "three regions under Medicare": medicare(line("98941", modifiers=["AT"], pointers=(1, 2)), dx=["M99.03", "M54.50"]),
    "neck under Medicare": medicare(line("98940", modifiers=["AT"], pointers=(1, 2)), dx=["M99.01", "M54.2"]),
    "five regions under Medicare": medicare(
        line("98942", modifiers=["AT"], pointers=(1, 2, 3, 4)),
        dx=["M99.01", "M99.02", "M99.03", "M99.04", "M99.05", "M54.50"],
    ),
    "first visit with treatment": private(
        line("99203", modifiers=["25"], pointers=(2,)), line("98941", pointers=(1, 2)), dx=["M99.03", "M54.41"]
    ),
    "spine and knee": private(
        line("98940", pointers=(1,)),
        line("98943", modifiers=["51"], pointers=(2, 3)),
        dx=["M99.03", "M99.06", "M25.561"],
    ),
    "adjustment with treatment of another region": private(
        line("98940", pointers=(1, 2)),
        line("97140", modifiers=["59", "GP"], pointers=(3,)),
        line("97110", modifiers=["GP"], pointers=(2,)),
        dx=["M99.03", "M54.50", "M54.2"],
    ),
    "back strain at work": private(
        line("98940", pointers=(1, 2)), dx=["M99.03", "S33.5XXA", "X50.0XXA"], payer_type="workers_comp"
    ),
    "film of the neck at a first visit": private(line("99203"), line("72040"), dx=["M54.2"]),
    "plan's patient with pain between the shoulder blades": advantage(
        line("98940", modifiers=["AT"], pointers=(1, 2)), dx=["M99.02", "M54.6"]
    ),
    "four visits on one claim": medicare(
        *(line("98941", modifiers=["AT"], day=day, pointers=(1, 2)) for day in (1, 6, 8, 13)), dx=["M99.03", "M54.50"]
    ),
}

SPECIALTIES = {"physical, occupational and speech therapy": THERAPY, "chiropractic": CHIROPRACTIC}
