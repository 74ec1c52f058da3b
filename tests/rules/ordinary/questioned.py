"""Claims that are in order, and that a coder would nod at a question about: each with the rules that ask it."""

from risk.claims.examples import line
from tests.rules.ordinary.forms import OUTPATIENT, medicare, private

#: A name to the claim and the ids of its findings, all for review: what it says is allowed, and often questioned.
QUESTIONED = {
    "diagnosis without its side": (private(line("99213"), dx=["M54.40"]), ["LAT001"]),
    "commercial epidural for back pain": (private(line("62323"), dx=["M54.50"]), ["NEC004"]),
    "MRI for back pain at once": (private(line("72148"), dx=["M54.50"]), ["DX004"]),
    "new patient with trigger points": (private(line("99203"), line("20552"), dx=["M79.18"]), ["EM002"]),
    "surgeon's own claim in a hospital": (
        medicare(line("64493", modifiers=["KX"]), dx=["M47.816"], place_of_service_code=OUTPATIENT),
        ["AUTH003"],
    ),
}
