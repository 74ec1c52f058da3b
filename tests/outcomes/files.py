"""Small 837P and 835 files of invented parties, written segment by segment."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261001*0900*^*00501*{control:09d}*0*T*:"


def envelope(control: int, function: str, guide: str, transactions: Sequence[Sequence[str]]) -> str:
    segments = [HEAD.format(control=control), f"GS*{function}*SENDER*RECEIVER*20261001*0900*1*X*{guide}"]
    for number, body in enumerate(transactions, start=1):
        code = "835" if function == "HP" else f"837*{number:04d}*{guide}"
        start = f"ST*835*{number:04d}" if function == "HP" else f"ST*{code}"
        segments += [start, *body, f"SE*{len(body) + 2}*{number:04d}"]
    return "~\n".join([*segments, f"GE*{len(transactions)}*1", f"IEA*1*{control:09d}", ""])


def claim(
    claim_id: str,
    *lines: str,
    payer: str = "P1",
    total: str | None = None,
    frequency: str = "1",
    original: str | None = None,
    sequence: str = "P",
    controls: Sequence[str] = (),
) -> list[str]:
    """A claim, its subscriber before it; each line as ``procedure charge day``, such as ``62323 400 20260901``."""
    parts = [line.split() for line in lines]
    total = total or f"{sum(float(charge) for _, charge, _ in parts):.2f}"
    body = [
        f"SBR*{sequence}*18*******CI",
        "NM1*IL*1*NOBODY*ANN****MI*MEMBER1",
        "N3*2 NOWHERE ROAD",
        "N4*NOWHERE*NM*87001",
        "DMG*D8*19500101*F",
        f"NM1*PR*2*PLAN {payer}*****PI*{payer}",
        f"CLM*{claim_id}*{total}***11:B:{frequency}*Y*A*Y*Y",
    ]
    if original:
        body.append(f"REF*F8*{original}")
    body.append("HI*ABK:M5416")
    for number, (code, charge, day) in enumerate(parts, start=1):
        body += [f"LX*{number}", f"SV1*HC:{code}*{charge}*UN*1***1", f"DTP*472*D8*{day}"]
        if controls:
            body.append(f"REF*6R*{controls[number - 1]}")
    return body


def claims_837(*claims: list[str], sent: str = "20260905", control: int = 1) -> bytes:
    """An 837P with the claims, submitted on one day."""
    body = [
        f"BHT*0019*00*1*{sent}*0900*CH",
        "NM1*41*2*BILLING*****46*SENDER",
        "PER*IC*HELP*TE*5555550100",
        "NM1*40*2*CLEARING*****46*RECEIVER",
        "HL*1**20*1",
        "NM1*85*2*CLINIC*****XX*1234567893",
        "N3*1 NOWHERE ROAD",
        "N4*NOWHERE*NM*87001",
        "REF*EI*000000000",
    ]
    for number, one in enumerate(claims, start=2):
        body += [f"HL*{number}*1*22*0", *one]
    return envelope(control, "HC", "005010X222A1", [body]).encode()


def remit(
    claim_id: str,
    *lines: str,
    status: str = "1",
    number: str = "ICN1",
    paid: str | None = None,
    charge: str | None = None,
    frequency: str = "1",
    original: str | None = None,
    claim_segments: Sequence[str] = (),
    days: str = "20260901",
) -> list[str]:
    """A remit: each line as ``SVC…`` and what follows it, separated by blanks; amounts of the CLP from its lines."""
    split = [line.split() for line in lines]
    services = [segments[0].split("*") for segments in split]
    charge = charge or f"{sum(float(one[2]) for one in services):.2f}"
    paid = paid or f"{sum(float(one[3]) for one in services):.2f}"
    body = [f"CLP*{claim_id}*{status}*{charge}*{paid}**12*{number}*11*{frequency}", *claim_segments]
    if original:
        body.append(f"REF*F8*{original}")
    body.append(f"DTM*232*{days}")
    return body + [segment for segments in split for segment in segments]


def payment(day: str, *remits: list[str], payer: str = "P1", trace: str | None = None) -> list[str]:
    """A transaction; its amount is whatever its remits are paid."""
    paid = sum(float(one[0].split("*")[4]) for one in remits)
    return [
        f"BPR*I*{max(paid, 0):.2f}*C*CHK************{day}",
        f"TRN*1*{trace or payer + day}*1999999999",
        f"N1*PR*PLAN {payer}*XV*{payer}",
        "N1*PE*CLINIC*XX*1234567893",
        "LX*1",
        *(segment for one in remits for segment in one),
    ]


def remits_835(*payments: list[str], control: int = 1) -> bytes:
    return envelope(control, "HP", "005010X221A1", payments).encode()
