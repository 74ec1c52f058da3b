"""The rules over many claims, with and without a full-size quarter of NCCI pairs imported; and what each rule costs.

The quarter is generated in the published layout, of the size of the practitioner file; its codes are invented but for
those of the claims, so that look-ups find something.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import machine

CLAIMS, ROWS, PARTS, TIMES, SHOWN = 100_000, 2_500_000, 4, 3, 12
_SEED = 20261125
_HEADER = "Notice\t\t\t\t\t\t\r\nColumn1/Column2 Edits\t\t\t\t\t\t\r\n" + "\t".join(
    ["Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale\r\n"]
)

#: Run in a process of its own: what the import costs, and then the rules.
_IMPORT = """
import json, sys, time
from benchmarks.stream_837 import peak_mb
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
before, started = peak_mb(), time.perf_counter()
(edition,) = import_files(sys.argv[1:], ImportOptions())
print(json.dumps({"rows": edition.rows, "seconds": time.perf_counter() - started, "peak": peak_mb() - before}))
"""
_RUN = """
import json, sys, time
from benchmarks.rules import CLAIMS, TIMES
from benchmarks.stream_837 import peak_mb
from risk.reference import load_reference
from risk.rules import run_rules, select_rules
from risk.training import synthetic_claims
batch, reference, rules = synthetic_claims(CLAIMS, seed=3).batch, load_reference(), select_rules()
before, best, each = peak_mb(), [], {}
for _ in range(TIMES):
    fresh = batch.select(range(len(batch)))
    started = time.perf_counter()
    found = run_rules(fresh, reference, rules)
    best.append(time.perf_counter() - started)
for one in rules:
    fresh = batch.select(range(len(batch)))
    started = time.perf_counter()
    run_rules(fresh, reference, [one])
    each[one.id] = time.perf_counter() - started
print(json.dumps({"seconds": min(best), "findings": len(found), "rules": len(rules), "each": each,
                  "peak": peak_mb(), "more": peak_mb() - before}))
"""


def main(claims: int = CLAIMS, rows: int = ROWS) -> None:
    """Print the import, the rules with and without it, and the dearest rules alone."""
    with tempfile.TemporaryDirectory() as folder:
        files = [str(path) for path in generated_quarter(Path(folder), rows)]
        size = sum(Path(file).stat().st_size for file in files)
        empty, full = Path(folder) / "empty", Path(folder) / "full"
        _share_cache(empty, full)
        imported = _child(_IMPORT, full, *files)
        stored = sum(path.stat().st_size for path in full.glob("data/reference/*/*.arrow"))
        without, with_table = (_child(_RUN, home) for home in (empty, full))
    print(f"\nRules over {claims:,} synthetic claims; {machine()}; best of {TIMES}")
    print(
        f"import of {imported['rows']:,} pairs ({size / 1e6:,.0f} MB of text): {imported['seconds']:.1f} s, "
        f"{stored / 1e6:,.0f} MB kept, peak {imported['peak']:,.0f} MB above the start"
    )
    for name, run in (("built in", without), ("with the quarter", with_table)):
        print(
            f"{name:<20} {run['rules']} rules {run['seconds']:8.2f} s {claims / run['seconds']:12,.0f} claims/s "
            f"{run['seconds'] / without['seconds']:6.2f} × built in   peak {run['peak']:,.0f} MB"
        )
    each = sorted(with_table["each"].items(), key=lambda one: -one[1])
    print("dearest rules, each alone:", ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in each[:SHOWN]))


def generated_quarter(folder: Path, rows: int) -> list[Path]:
    """Files of a quarter in the published layout, sorted as published."""
    from risk.reference import load_reference

    draw = np.random.default_rng(_SEED)
    invented = {f"{number:05d}" for number in draw.choice(99_999, 9000, replace=False)}
    codes = np.array(sorted(invented | set(load_reference().procedures.facts.index)))
    pairs = np.unique(draw.integers(0, len(codes) ** 2, rows + rows // 4))
    pairs = np.sort(draw.permutation(pairs)[:rows])
    first, second = codes[pairs // len(codes)], codes[pairs % len(codes)]
    effective = draw.choice(["19960101", "20150101", "20240401"], rows)
    deletion = draw.choice(["*", "*", "*", "20231231"], rows)
    indicator = draw.choice(["0", "1", "1", "9"], rows)
    paths = []
    for part, of_part in enumerate(np.array_split(np.arange(rows), PARTS), start=1):
        path = folder / f"ccipra-v323r0-f{part}.txt"
        columns = (column[of_part].tolist() for column in (first, second, effective, deletion, indicator))
        with path.open("w", encoding="ascii", newline="") as out:
            out.write(_HEADER)
            out.writelines(
                f"{a}\t{b}\t\t{c}\t{d}\t{e}\tMore extensive procedure\r\n"
                for a, b, c, d, e in zip(*columns, strict=True)
            )
        paths.append(path)
    return paths


def _share_cache(*homes: Path) -> None:
    """Let homes use the code set that is compiled already."""
    from risk.reference import load_reference
    from risk.reference.home import cache_folder

    load_reference()
    for home in homes:
        home.mkdir()
        (home / "cache").symlink_to(cache_folder())


def _child(code: str, home: Path, *arguments: str) -> dict[str, Any]:
    environment = os.environ | {"DENIAL_RISK_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, env=environment
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    main()
