"""Forms that numbers and codes of a claim have, and small code sets of the forms it is filed on, with their sources."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import pandas as pd

#: Medicare beneficiary identifier: eleven characters, by position a digit 1 to 9 (C), a digit (N), a letter (A) or
#: either (AN) as C A AN N A AN N A A N N, without the letters S, L, O, I, B and Z.
#: Source: CMS, Understanding the Medicare Beneficiary Identifier (MBI) Format.
_LETTER = "AC-HJKMNP-RT-Y"
MBI_FORM = rf"[1-9][{_LETTER}][0-9{_LETTER}][0-9][{_LETTER}][0-9{_LETTER}][0-9][{_LETTER}]{{2}}[0-9]{{2}}"

#: Characters of an id that was meant for a Medicare card: seven to twelve had the numbers used before 2020 (a railroad
#: pensioner's letter and six digits; three letters and nine digits), and an MBI with one character too many has twelve.
#: A longer one is the pseudonym of an extract. Source: CMS, the health insurance claim number and its railroad forms.
CARD_LENGTHS = (7, 12)

#: Provider taxonomy: ten characters, two digits for the grouping first and an X last.
#: Source: NUCC health care provider taxonomy code set, structure of the code.
TAXONOMY_FORM = r"[0-9]{2}[0-9A-Z]{7}X"

#: Revenue code: four digits. Source: NUBC official UB-04 data specifications, form locator 42.
REVENUE_FORM = r"[0-9]{4}"

#: Types of bill (facility and classification) of a stay, whose claim says when it began: hospital, swing bed, skilled
#: nursing and religious non-medical institution, inpatient. Source: NUBC form locators 4 and 12; 837I guide, DTP 435.
INPATIENT_BILL_TYPES = ("11", "18", "21", "41")

#: Places of service where patient and practitioner are apart. Source: CMS place of service code set.
TELEHEALTH_PLACES = frozenset({"02", "10"})

#: Modifiers that say the same: by sound and picture (95, GT), by sound alone (93, FQ), by stored recordings (GQ).
#: Source: CPT 2024 appendix T; HCPCS level II.
TELEHEALTH_MODIFIERS = frozenset({"93", "95", "FQ", "GQ", "GT"})

#: Payers after the first, SBR01 of the 837 guides: secondary, tertiary, fourth to eleventh.
LATER_PAYERS = frozenset("STABCDEFGH")


_MBI, _ZERO_OR_ONE_DIGIT = re.compile(MBI_FORM), re.compile(r"0+|([0-9])\1{4,}")


def card_id(text: str) -> str:
    """Id as a payer stores it: upper case, without spaces and dashes."""
    return re.sub(r"[ \t\n\f\r-]", "", text.upper())


def has_mbi_form(text: str) -> bool:
    """Whether an id has the form of a Medicare beneficiary identifier; letter case, spaces and dashes aside."""
    return _MBI.fullmatch(card_id(text)) is not None


def is_placeholder(text: str) -> bool:
    """Whether an id stands for none: zeros, one digit five times or more, or a word that says so.

    Masks such as ``XXXXX`` and ``*****`` are left alone: an extract hides ids so.
    """
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    return _ZERO_OR_ONE_DIGIT.fullmatch(plain) is not None or plain in _placeholder_words()


@cache
def _placeholder_words() -> frozenset[str]:
    with files("risk.reference").joinpath("data", "placeholder_ids.csv").open(encoding="utf-8") as handle:
        return frozenset(pd.read_csv(handle, dtype="str", keep_default_na=False)["word"])
