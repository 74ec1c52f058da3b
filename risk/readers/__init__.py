"""Claim files into canonical tables; what cannot be read becomes a reject with its place."""

from risk.readers.claim_files import read_claim_data, read_claims
from risk.readers.claims_csv import read_claims_table
from risk.readers.csv_chunks import iter_claims_csv
from risk.readers.csv_headers import load_mapping
from risk.readers.rejects import ReadResult, Reject, concat_results

__all__ = [
    "ReadResult",
    "Reject",
    "concat_results",
    "iter_claims_csv",
    "load_mapping",
    "read_claim_data",
    "read_claims",
    "read_claims_table",
]
