import pandas as pd
import pytest

from risk.errors import ReferenceDataError
from risk.reference.dx_groups import load_dx_groups, parse_dx_groups
from risk.reference.icd10 import load_icd10


@pytest.fixture(scope="module")
def groups():
    return load_dx_groups()


def belongs(groups, group, code):
    return bool(groups.matches(group, pd.Series([code], dtype="str")).iloc[0])


@pytest.mark.parametrize(
    ("group", "members", "others"),
    [
        ("nonspecific_pain", ["M549", "M5450", "R52", "G8929"], ["M5451", "M5416", "G894"]),
        ("pain_symptom", ["M542", "M5431", "M546", "M25561", "M79604", "R109", "R52"], ["M5116", "M48061"]),
        ("chronic_pain", ["G8929", "G894", "G893", "G890"], ["G8911", "M5450"]),
        ("pain_g89", ["G8911", "G894"], ["G90511", "R52"]),
        ("radicular", ["M5416", "M5431", "M5116", "M50122", "M4726", "M51362"], ["M5450", "M5126", "M961"]),
        ("epidural_supported", ["M5416", "M48062", "M961", "B0229"], ["M5450", "M47816", "M4800", "B029"]),
        ("structural_cause", ["M47816", "M48061", "M5116", "M4316", "M961", "S32010A", "C7951"], ["M5450", "M5416"]),
        ("facet_supported", ["M47816", "M4816", "M5386"], ["M4726", "M47818", "M5416"]),
        ("sacroiliac_supported", ["M461", "M533", "M47818", "M4328"], ["M47816", "M5450"]),
        ("trigger_point_supported", ["M7918", "G44209"], ["M797", "M5450"]),
        ("axial_back_pain", ["M5450", "M5459", "M542", "M546", "M51360", "M47816"], ["M5416", "M51361", "M5441"]),
        ("intractable_headache_epilepsy", ["G43711", "G40919", "G44211"], ["M5450", "G894"]),
    ],
)
def test_a_group_holds_what_its_name_says(groups, group, members, others):
    assert all(belongs(groups, group, code) for code in members)
    assert not any(belongs(groups, group, code) for code in others)


def test_every_code_of_every_group_exists_in_the_code_set(groups):
    codes = load_icd10().nodes["code"]
    listed = set(codes) | set(codes.str[0])  # a letter stands for all categories that begin with it
    for group, prefixes in groups.prefixes.items():
        assert set(prefixes) <= listed, (group, set(prefixes) - listed)


def test_every_group_says_where_it_comes_from(groups):
    assert set(groups.sources) == set(groups.prefixes)
    assert all(len(source) > 20 for source in groups.sources.values())


def test_an_including_group_holds_the_included(groups):
    assert set(groups.codes("radicular")) < set(groups.codes("epidural_supported"))


def test_answers_are_aligned_and_null_belongs_to_nothing(groups):
    codes = pd.Series(["R52", None, "M5416"], index=[5, 1, 3], dtype="str")
    assert groups.matches("nonspecific_pain", codes).to_dict() == {5: True, 1: False, 3: False}
    assert groups.matches("radicular", pd.Series([], dtype="str")).empty


def test_an_unknown_group_is_an_error_that_names_the_known_ones(groups):
    with pytest.raises(ReferenceDataError, match=r"expected one of .*radicular"):
        groups.codes("no such group")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "groups = [",
        '[groups.a]\ncodes = ["M54"]',
        '[groups.a]\nsource = "somewhere"',
        '[groups.a]\ncodes = ["M54"]\nsource = "x"\nincludes = ["later"]',
    ],
)
def test_groups_of_another_form_are_refused(content):
    with pytest.raises(ReferenceDataError, match=r"dx_groups\.toml"):
        parse_dx_groups(content.encode())


def test_the_version_follows_the_content():
    one = '[groups.a]\ncodes = ["M54"]\nsource = "x"'
    assert parse_dx_groups(one.encode()).version != parse_dx_groups((one + "\n").encode()).version
