"""Reading an 837P against the other open readers, on one file of rich invented claims (:mod:`benchmarks.rich_837`).

The others are optional: ``openx12``, ``kw-x12-parser`` and ``hccinfhir`` are timed where they can be imported, from
this environment or from the folder that ``BENCH_PEERS`` names. Ours ends in four typed tables, kw-x12-parser in one
frame of its essential columns, openx12 in Python objects, hccinfhir in a list of service lines. Since they are slow,
they read a tenth of the claims, and claims a second are compared. The control cuts the file at its terminators and
does nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.peers import imported
from benchmarks.rich_837 import rich_claims
from benchmarks.timing import best_of, machine
from risk.readers.claims_837 import read_claims_837

CLAIMS = 100_000
PEER_SHARE = 10  # the others read one claim in so many

OURS, CONTROL = "denial-risk", "control: split at the terminator"

Count = Callable[[str], int]


def readers() -> dict[str, Count | None]:
    """Every reader by name, as a function from text to the number of claims it found; null where not installed."""
    found: dict[str, Count | None] = {
        CONTROL: lambda text: text.count("\nCLM*") if text.split("~") else 0,
        OURS: lambda text: len(read_claims_837(text.encode(), "claims.837").batch),
        "openx12": None,
        "kw-x12-parser": None,
        "hccinfhir": None,
    }
    if (openx12 := imported("openx12.x837p", "openx12")) is not None:
        found["openx12"] = lambda text: len(openx12.x837p.parse(text).claims)
    if (kw := imported("kw_x12_parser")) is not None:
        found["kw-x12-parser"] = lambda text: len(kw.casual_parse_x837p(text))
    if (hcc := imported("hccinfhir.extractor")) is not None:
        found["hccinfhir"] = lambda text: len({row.claim_id for row in hcc.extract_sld(text, format="837")})
    return found


def main(claims: int = CLAIMS) -> None:
    """Print claims a second and how many times faster ours is."""
    few = max(1, claims // PEER_SHARE)
    texts = {size: "".join(rich_claims(size)) for size in (claims, few)}
    known = readers()
    sizes = {name: claims if name in (OURS, CONTROL) else few for name, read in known.items() if read is not None}
    counts: dict[str, int] = {}

    def run(name: str, read: Count) -> Callable[[], None]:
        return lambda: counts.update({name: read(texts[sizes[name]])})

    seconds = best_of({name: run(name, read) for name, read in known.items() if read is not None})
    print(f"\nReading an 837P of {claims:,} rich claims, {len(texts[claims]) / 1e6:.1f} MB; {machine()}; best of 3")
    print(f"(the other readers: of {few:,} claims)")
    ours = claims / seconds[OURS]
    for name in known:
        if name not in seconds:
            print(f"{name:<35} not installed")
            continue
        speed, found = sizes[name] / seconds[name], counts[name]
        note = "" if found == sizes[name] else f"   found {found:,} claims"
        print(f"{name:<35} {seconds[name]:8.2f} s {speed:12,.0f} claims/s {ours / speed:8.2f} × our time a claim{note}")


if __name__ == "__main__":
    main()
