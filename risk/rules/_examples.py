"""The examples of a rule, run: what its file promises is what it does."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from risk.claims.examples import CLEAN, batch_of, claim, past_of
from risk.claims.tables import ClaimBatch, empty_batch
from risk.claims.validate import structural_failures
from risk.reference import Reference, reference_with
from risk.rules._catalogue import run_rules
from risk.rules._failures import RuleFailure
from risk.rules._rule import Rule

#: What a message looks like whose blanks were not filled in.
_UNFILLED = re.compile(r"[{}]|\bnan\b|<NA>|NaT")


def example_reference(one: Rule, reference: Reference) -> Reference:
    """What a rule's examples are judged with: the reference, or where the rule brings imported editions, with these."""
    return reference_with(reference, one.imported) if one.imported else reference


def example_failures(one: Rule, reference: Reference, known: Container[str]) -> list[str]:
    """Say what is wrong with a rule by its own examples, one line each; empty where all is well.

    Every bad example draws a finding whose message is filled in and names no patient; no good one does, nor does the
    clean claim or a batch without claims; the examples are sound claims; ``unless`` names rules of ``known``.
    """
    return [f"{one.id} {problem}" for problem in _problems(one, example_reference(one, reference), known)]


def _problems(one: Rule, reference: Reference, known: Container[str]) -> Iterator[str]:
    for other in one.unless:
        if other not in known:
            yield f"unless: there is no rule {other}"
    for kind, examples in (("good", one.good), ("bad", one.bad)):
        for number, example in enumerate(examples, start=1):
            faults = structural_failures(batch_of(example)) or structural_failures(past_of(example))
            if faults:
                yield f"{kind} example {number} is no sound claim: {faults[0]}"
                continue
            own, past = batch_of(example), past_of(example)
            yield from _of_batch(one, reference, own, f"{kind} example {number}", past, wanted=kind == "bad")
    yield from _of_batch(one, reference, batch_of(claim()), "the clean claim", wanted=False)
    yield from _of_batch(one, reference, empty_batch(), "a batch of no claims", wanted=False)


def _of_batch(
    one: Rule, reference: Reference, batch: ClaimBatch, name: str, past: ClaimBatch | None = None, *, wanted: bool
) -> Iterator[str]:
    failures: list[RuleFailure] = []
    messages = run_rules(batch, reference, [one], failures, past=past)["message"].tolist()
    if failures:
        yield f"{name} makes it fail ({failures[0].place}): {failures[0].error}"
    elif wanted and not messages:
        yield f"{name} draws no finding"
    elif messages and not wanted:
        yield f"{name} draws a finding"
    identifying = {str(CLEAN["member_id"]), str(CLEAN["patient_birth_date"])}
    for message in messages:
        if _UNFILLED.search(message):
            yield f"{name}: its message is not filled in"
        if any(text in message for text in identifying):
            yield f"{name}: its message identifies the patient"
