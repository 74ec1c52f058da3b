"""What an organisation decides for itself about scoring: where bands begin, whose work a reason is, what it is paid.

``denial-risk.toml`` says it (docs/configuration.md); :func:`risk.scoring.score_batch` goes by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from risk.allowed_table import AllowedTable
from risk.rules import Reason, Rule

#: Lower bounds of the bands. At about 12 % denied overall, medium starts above the average claim, high at two and a
#: half times its odds, and critical is a claim more likely denied than paid.
BANDS = {"low": 0.0, "medium": 0.15, "high": 0.30, "critical": 0.50}

#: Teams in the order a claim passes them.
QUEUE_ORDER: tuple[str, ...] = ("registration", "authorization", "coding", "clinical_documentation", "billing")

#: The team that can do something about a reason.
QUEUES = {
    Reason.ELIGIBILITY: "registration",
    Reason.COORDINATION_OF_BENEFITS: "registration",
    Reason.AUTHORIZATION: "authorization",
    Reason.CODING: "coding",
    Reason.BUNDLING: "coding",
    Reason.FREQUENCY: "coding",
    Reason.MEDICAL_NECESSITY: "clinical_documentation",
    Reason.DOCUMENTATION: "clinical_documentation",
    Reason.CLAIM_DATA: "billing",
    Reason.TIMELY_FILING: "billing",
    Reason.DUPLICATE: "billing",
    Reason.PROVIDER: "billing",
}


@dataclass(frozen=True)
class Preferences:
    """What is decided otherwise than built in.

    Attributes
    ----------
    bands
        Lower bound of every band, ascending from 0.
    queues
        Team by reason, rule category, or rule id or beginning of one; what is not named goes where ``QUEUES`` says.
    allowed
        Payment ratios and allowed amounts of the user's own.
    """

    bands: Mapping[str, float] = field(default_factory=lambda: dict(BANDS))
    queues: Mapping[str, str] = field(default_factory=dict)
    allowed: AllowedTable = field(default_factory=AllowedTable)

    def queue_of_reason(self, reason: Reason) -> str:
        """Team of the claims that are likely denied for a reason."""
        return self.queues.get(str(reason), QUEUES[reason])

    def queue_of_rule(self, rule: Rule) -> str:
        """Team of a rule's findings: as said of its id, a beginning of it (the longest), its category, its reason."""
        of_ids = [word for word in self.queues if rule.id.startswith(word.upper())]
        if of_ids:
            return self.queues[max(of_ids, key=len)]
        return self.queues.get(rule.category) or self.queue_of_reason(rule.reason)

    @cached_property
    def version(self) -> str:
        """Digest of what is not as built in; empty where all is."""
        if self == Preferences():
            return ""
        told = json.dumps([sorted(self.bands.items()), sorted(self.queues.items()), self.allowed.version])
        return hashlib.sha256(told.encode()).hexdigest()[:12]
