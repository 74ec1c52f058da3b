#!/bin/sh
# Payers change their policies: what a model loses by it, and how training again brings it back.
set -eu
claims=${CLAIMS:-40000}

denial-risk synth --claims "$claims" --seed 11 --out first
denial-risk train --data first/labels.parquet --seed 11
denial-risk model promote
denial-risk synth --claims "$claims" --seed 12 --months 7 --until 2027-05 --out later
denial-risk evaluate --data later/labels.parquet --history first/labels.parquet
denial-risk train --data later/labels.parquet --seed 12
denial-risk model promote
denial-risk model show
