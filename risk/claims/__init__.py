"""The canonical claim tables and how to make one."""

from risk.claims.examples import claim, line
from risk.claims.tables import ClaimBatch, concat_batches, empty_batch, make_batch
from risk.claims.validate import Failure, structural_failures

__all__ = [
    "ClaimBatch",
    "Failure",
    "claim",
    "concat_batches",
    "empty_batch",
    "line",
    "make_batch",
    "structural_failures",
]
