"""The check digit of a National Provider Identifier."""

from __future__ import annotations

#: What 80840, the prefix that makes an NPI a card-issuer number, adds to the Luhn sum (ISO/IEC 7812; 45 CFR 162.406).
_PREFIX_SUM = 24


def is_npi(npi: str) -> bool:
    """Whether a text is an NPI: ten digits, the first 1 or 2, the last the Luhn digit with prefix 80840."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()) or npi[0] not in "12":
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in npi[8::-2])
    return (_PREFIX_SUM + sum(doubled) + sum(map(int, npi[9::-2]))) % 10 == 0
