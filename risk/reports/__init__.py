"""Scored batches as tables, CSV, JSON lines and Parquet, and the pages generated from the catalogues."""
