"""Claims as hospitals and practices send them, as text: patients of their own, other payers, providers by line, notes.

Each claim has three lines and every loop that real files have and simple ones lack: 2000C, 2310A to C, 2320 with 2330A
and B, and in each line a control number, a note and a rendering provider (2420A). All names are invented.
"""

from __future__ import annotations

from collections.abc import Iterator

TRANSACTION_CLAIMS = 5000  # CLM segments of one ST, as the guide recommends at most
_PROCEDURES = ("62323", "77003", "99213")

_HEADER = (
    "ISA*00*          *00*          *ZZ*SUBMITTER      *ZZ*RECEIVER       *261101*0000*^*00501*000000001*0*T*:",
    "GS*HC*SUBMITTER*RECEIVER*20261101*0000*1*X*005010X222A1",
)
_PLACE = ("N3*1 EXAMPLE STREET", "N4*ANYTOWN*CO*800010000")
_BILLING = (
    "BHT*0019*00*1*20261101*0000*CH",
    "NM1*41*2*EXAMPLE SUBMITTER*****46*SUBMITTER",
    "PER*IC*EXAMPLE CONTACT*TE*5555550100",
    "NM1*40*2*EXAMPLE RECEIVER*****46*RECEIVER",
    "HL*1**20*1",
    "PRV*BI*PXC*208VP0014X",
    "NM1*85*2*EXAMPLE CLINIC*****XX*1679576722",
    *_PLACE,
    "REF*EI*999999999",
)
_PROVIDERS = (
    "NM1*DN*1*REFERRER*EXAMPLE****XX*1234567893",
    "NM1*82*1*RENDERER*EXAMPLE****XX*1679576722",
    "PRV*PE*PXC*208VP0014X",
    "NM1*77*2*EXAMPLE CENTER*****XX*1679576722",
    *_PLACE,
)
_OTHER_PAYER = (
    "SBR*S*18*GROUP2******MB",
    "CAS*PR*1*20",
    "AMT*D*50",
    "OI***Y***Y",
    "NM1*IL*1*OTHER*EXAMPLE****MI*X1",
    *_PLACE,
    "NM1*PR*2*OTHER PAYER*****PI*00402",
)


def rich_claims(claims: int) -> Iterator[str]:
    """One interchange of so many claims, in pieces of one claim."""
    yield _text(_HEADER)
    sets = range(0, claims, TRANSACTION_CLAIMS)
    for control, first in enumerate(sets, start=1):
        yield _text((f"ST*837*{control:04d}*005010X222A1", *_BILLING))
        segments = len(_BILLING) + 2
        for number in range(first, min(first + TRANSACTION_CLAIMS, claims)):
            claim = _claim(number, 2 * (number - first) + 2)
            segments += len(claim)
            yield _text(claim)
        yield _text((f"SE*{segments}*{control:04d}",))
    yield _text((f"GE*{len(sets)}*1", "IEA*1*000000001"))


def _text(segments: tuple[str, ...]) -> str:
    return "~\n".join(segments) + "~\n"


def _claim(number: int, level: int) -> tuple[str, ...]:
    """A subscriber, a patient and the patient's claim; amounts and birth dates differ from claim to claim."""
    charges = [5000 + (number * step) % 85_000 for step in (7919, 104_729, 1_299_709)]
    total = sum(charges)
    lines: list[str] = []
    for rank, (procedure, charge) in enumerate(zip(_PROCEDURES, charges, strict=True), start=1):
        lines += [
            f"LX*{rank}",
            f"SV1*HC:{procedure}:KX*{charge // 100}.{charge % 100:02d}*UN*1***1:2",
            "DTP*472*D8*20261015",
            f"REF*6R*{number}L{rank}",
            "NTE*ADD*LEVEL L4 L5 RIGHT SIDE",
            "NM1*82*1*LINE*EXAMPLE****XX*1234567893",
            "PRV*PE*PXC*208VP0014X",
        ]
    return (
        f"HL*{level}*1*22*1",
        "SBR*P**GROUP1******CI",
        f"NM1*IL*1*SUBSCRIBER*EXAMPLE****MI*M{number:08d}",
        *_PLACE,
        "DMG*D8*19600101*M",
        "NM1*PR*2*EXAMPLE PAYER*****PI*60054",
        f"HL*{level + 1}*{level}*23*0",
        "PAT*19",
        "NM1*QC*1*PATIENT*EXAMPLE",
        *_PLACE,
        f"DMG*D8*{1940 + number % 70}{1 + number % 12:02d}{1 + number % 28:02d}*F",
        f"CLM*C{number:07d}*{total // 100}.{total % 100:02d}***11:B:1*Y*A*Y*Y",
        "DTP*431*D8*20260901",
        "REF*G1*AUTH123",
        "NTE*ADD*CONSERVATIVE CARE FAILED AFTER SIX WEEKS",
        "HI*ABK:M5416*ABF:M4726*ABF:G894",
        *_PROVIDERS,
        *_OTHER_PAYER,
        *lines,
    )
