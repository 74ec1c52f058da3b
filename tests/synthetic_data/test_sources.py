"""Every number of the synthetic world has its source beside it, or the word assumed."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import synthetic_data

FOLDER = Path(synthetic_data.__file__).parent
#: Words that payers.toml explains at its head, and the publishers that are named in full.
SOURCES = (
    r"assumed|change|premier|cert|filing|opd|wiser|LCD|CMS|CDC|NUBC|FDA|NCCI|X12|fee schedule|musculoskeletal|ours"
)
#: Modules that draw and decide; the writers of files follow guides that they name.
DRAWING = (
    "authorization",
    "billing",
    "encounters",
    "facility",
    "facility_codes",
    "patients",
    "period",
    "world",
    "world_facilities",
)


def text_of(name: str) -> str:
    return files("synthetic_data").joinpath(name).read_text(encoding="utf-8")


def with_comment(name: str) -> list[tuple[str, str]]:
    """Lines of a TOML file that hold a number, with its own comment and those at the head of its section.

    Left out are the entries that name their source in a field of their own.
    """
    found, above, within = [], "", False
    named = re.compile(r"^\[\[(authorization|contract_end)\]\]\n(?:[^\n#]+\n)+", re.MULTILINE)
    for line in named.sub("", text_of(name)).splitlines():
        if line.startswith("#"):
            above = line if line.startswith("# ──") else f"{above} {line}" if within else above
            within = True
            continue
        within = False
        code, _, own = line.partition("  #")
        if re.search(r"= *\[?\{?.*\d", code) and not code.startswith("id ="):
            found.append((code, f"{above} {own}"))
    return found


@pytest.mark.parametrize("name", ["payers.toml", "causes.toml"])
def test_a_number_stands_beside_or_below_its_source(name: str) -> None:
    lines = with_comment(name)
    assert len(lines) > 50
    assert [code for code, comment in lines if not re.search(SOURCES, comment, re.IGNORECASE)] == []


def test_what_is_held_to_a_published_figure_says_which() -> None:
    terms = text_of("payers.toml")
    marginals = terms[terms.index("[marginals.payer_type]") : terms.index("# Shares of denials")]
    assert all("#" in line for line in marginals.splitlines() if "=" in line)
    limits = [line for line in terms.splitlines() if line.startswith("filing_days")]
    assert len(limits) >= 15
    assert all(re.search(r"# (filing|assumed)", line) for line in limits)


def test_programmes_and_contracts_name_their_source() -> None:
    terms = tomllib.loads(text_of("payers.toml"))
    entries = [*terms["authorization"], *terms["contract_end"]]
    assert len(entries) >= 10
    assert all(re.search(SOURCES, one["source"], re.IGNORECASE) for one in entries)


def test_the_catalogue_says_that_its_weights_are_assumed_and_where_its_codes_are_from() -> None:
    text = text_of("catalogue.toml")
    assert re.search(r"All weights, prices, gaps and probabilities in this file are \*assumed\*", text)
    tables = ("code_change", "session_cap", "facility", "[facility_billing]", "revenue", "medicare_code", "drug_code")
    lines = text.splitlines()
    for table in tables:
        start = next(n for n, line in enumerate(lines) if re.match(rf"{re.escape(table)}( =|$)", line))
        first = start
        while lines[first - 1].startswith("#"):
            first -= 1
        assert re.search(SOURCES, " ".join(lines[first:start]), re.IGNORECASE), table


@pytest.mark.parametrize("module", DRAWING)
def test_a_constant_of_the_drawing_code_says_where_it_is_from(module: str) -> None:
    source = (FOLDER / f"{module}.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign) or not any(
            isinstance(part, ast.Constant) and type(part.value) in (int, float) for part in ast.walk(node.value)
        ):
            continue
        above = node.lineno - 2
        while lines[above].startswith("#:") or re.match(r"_?[A-Z_, ]+ = ", lines[above]):
            above -= 1
        comment = " ".join(line for line in lines[above + 1 : node.lineno] if line.startswith("#:"))
        assert re.search(SOURCES, comment, re.IGNORECASE), ast.unparse(node)
