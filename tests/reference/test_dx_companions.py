import re

import pandas as pd
import pytest

from risk.errors import ReferenceDataError
from risk.reference.dx_companions import COLUMNS, load_dx_companions, parse_dx_companions
from risk.reference.dx_groups import load_dx_groups
from risk.reference.icd10 import load_icd10
from risk.reference.icd10_build import _walk, built_in_chapters

HEADER = ",".join(COLUMNS)
#: Words that leave a note open: any other disease may stand behind the condition as well, or none.
OPEN = ("such as", "if applicable", "if known", "any ")


@pytest.fixture(scope="module")
def companions():
    return load_dx_companions()


@pytest.fixture(scope="module")
def tabular():
    """Nodes of the tabular list by code without the dot."""
    return {node.name.replace(".", ""): node for node in _walk(built_in_chapters())}


def lacking(companions, *codes):
    rows = [{"claim_key": key, "dx_code": code} for key, listed in enumerate(codes) for code in listed]
    return companions.missing(pd.DataFrame(rows).astype({"dx_code": "str"}))


def test_each_note_names_what_our_table_names_and_closes_the_list(companions, tabular):
    compared = 0
    for one in companions.companions:
        for code in one.prefixes if "code first" in one.source else ():
            note = tabular[code].code_first
            assert note, code
            assert not any(word in note for word in OPEN), (code, note)
            named = re.findall(r"[A-Z]\d\w(?:\.\w+)?(?:-[A-Z]\d\w)?", note)
            assert named == one.companion_codes.split(), (code, note)
            compared += 1
    assert compared >= 15


def test_every_code_exists(companions):
    listed = set(load_icd10().nodes["code"])
    for one in companions.companions:
        bounds = {bound.rstrip("~") for interval in one.intervals for bound in interval}
        assert {*one.prefixes, *bounds} <= listed


def test_a_range_ends_with_its_last_category(companions):
    for code, expected in (("C000", 0), ("C7A8", 0), ("D499", 0), ("D500", 1), ("B9989", 1)):
        assert len(lacking(companions, ["G893", code])) == expected, code


def test_what_is_missing_is_named_on_the_row(companions):
    found = lacking(companions, ["I10"], ["I120", "D631"], ["N186", "D631"], ["G893", "D630"])
    assert found[["claim_key", "dx_code", "companion", "companion_codes"]].to_numpy().tolist() == [
        [1, "D631", "chronic kidney disease", "N18"],
        [3, "G893", "a neoplasm", "C00-D49"],
        [3, "D630", "a neoplasm", "C00-D49"],
    ]


def test_nothing_is_missing_where_nothing_is_listed(companions):
    assert companions.missing(pd.DataFrame({"claim_key": [], "dx_code": pd.Series([], dtype="str")})).empty


def test_every_manifestation_has_a_note_that_asks_for_the_disease_first(tabular):
    for prefix in load_dx_groups().codes("manifestation"):
        for leaf in (node for node in _walk([tabular[prefix]]) if not node.children):
            assert any(node.code_first for node in _upwards(leaf)), leaf.name


def _upwards(node):
    while node is not None:
        yield node
        node = node.parent


@pytest.mark.parametrize(
    "content",
    [
        "",
        "codes,companion\nD63.0,C00\n",
        HEADER,
        f"{HEADER}\nD63.0,C00-D49,a neoplasm\n",
        f"{HEADER}\nD63.0,C00-D49,a neoplasm,\n",
        f"{HEADER}\n,C00-D49,a neoplasm,x\n",
        f"{HEADER}\nD63.0,,a neoplasm,x\n",
        f"{HEADER}\nD63.0,C00-D49,,x\n",
    ],
)
def test_a_table_of_another_form_is_refused(content):
    with pytest.raises(ReferenceDataError, match=r"dx_companions\.csv"):
        parse_dx_companions(content.encode())


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(ReferenceDataError, match="UTF-8"):
        parse_dx_companions(b"\xff\xfe")


def test_the_version_follows_the_content():
    one = f"{HEADER}\nD63.0,C00-D49,a neoplasm,x\n".encode()
    assert parse_dx_companions(one).version != parse_dx_companions(b"# edition\n" + one).version
