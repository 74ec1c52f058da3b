"""One code set for the whole room."""

from datetime import date

import pytest

from risk.advice import Advice, advise
from risk.reference.icd10 import Icd10, dotted_code, load_icd10

ON = date(2026, 11, 30)


@pytest.fixture(scope="session")
def icd10() -> Icd10:
    return load_icd10()


@pytest.fixture
def ask(icd10):
    """Advice on a text, with a limit that leaves nothing out."""

    def asked(text: str, on: date = ON) -> Advice:
        return advise(text, icd10, on, limit=50)

    return asked


@pytest.fixture
def supported(ask):
    """Codes that the words of a text support, with the dot."""

    def asked(text: str, on: date = ON) -> list[str]:
        return [dotted_code(one.code) for one in ask(text, on).candidates if not one.when]

    return asked
