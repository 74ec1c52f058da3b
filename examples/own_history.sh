#!/bin/sh
# From claims and their remittances to a model of one's own, and back to the worklist.
# Synthetic files stand in for yours: put your 837s or CSVs and your 835s in their place and leave out `synth`.
set -eu
claims=${CLAIMS:-20000}

denial-risk synth --claims "$claims" --seed 1 --out past
denial-risk label --claims past/claims*.837 --remits past/remits.835 --out labelled.parquet
denial-risk train --data labelled.parquet --seed 1
denial-risk model promote
denial-risk synth --claims 500 --seed 2 --out today
denial-risk score today/claims*.837 --history labelled.parquet -o scores.jsonl
