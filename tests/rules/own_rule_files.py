"""Text of rule files as users write them, for the tests of own rules; only what matters differs."""

HEAD = """
import pandas as pd

from risk.claims.examples import claim
from risk.rules import Reason, Severity, rule

"""

#: A rule that fires on claims of payer BAD.
BODY = """    return batch.claims[batch.claims["payer_id"] == "BAD"]"""

RULE = """
@rule(
    "{rule_id}",
    severity=Severity.{severity},
    reason=Reason.CODING,
    carc="16",
    cite="our contract",
    message="{message}",
    fix="Bill another payer.",
    fix_kind="data",
    good=[{good}],
    bad=[{bad}],{more}
)
def {name}(batch, reference):
    \"\"\"Claim of a payer we do not deal with.

    They never pay.
    \"\"\"
{body}
"""


def rule_text(
    rule_id="OWN001",
    *,
    name="unwelcome_payer",
    severity="DENY",
    message="Payer {payer_id} is not ours.",
    good="claim()",
    bad='claim(payer_id="BAD")',
    more="",
    body=BODY,
):
    """One rule declaration; put HEAD before the first of a file."""
    return RULE.format(
        rule_id=rule_id, name=name, severity=severity, message=message, good=good, bad=bad, more=more, body=body
    )


def rule_file(**changes):
    """A whole file with one rule."""
    return HEAD + rule_text(**changes)
