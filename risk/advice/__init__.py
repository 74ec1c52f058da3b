"""From the words of a record to candidate ICD-10-CM codes, with what is open; no text of the record comes out again."""

from risk.advice.advise import Advice, Answer, Conflict, advise
from risk.advice.choice import Candidate
from risk.advice.codes import TypedCode

__all__ = ["Advice", "Answer", "Candidate", "Conflict", "TypedCode", "advise"]
