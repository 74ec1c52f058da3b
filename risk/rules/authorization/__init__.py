"""Procedures that a payer wants authorised beforehand."""
