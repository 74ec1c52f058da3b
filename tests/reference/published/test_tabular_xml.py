"""The XML of the tabular list: what is read from it, and what is refused, with the line."""

from __future__ import annotations

import pytest

from risk.errors import ReferenceDataError
from risk.reference.icd10_build import no_lifecycle, tables_of
from risk.reference.published.tabular_xml import parse_tabular
from tests.reference.published.published_files import diag, sevenths, tabular_xml

HEAD = '<?xml version="1.0"?>\n<ICD10CM.tabular>\n<version>2028</version>\n'
CHAPTER = HEAD + "<chapter><name>1</name><desc>Chapter</desc>\n"
SECTION = CHAPTER + '<section id="M50-M54"><desc>Section</desc>\n'
REST = "</section></chapter></ICD10CM.tabular>"
LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE ICD10CM.tabular [
 <!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<ICD10CM.tabular><version>&c;</version></ICD10CM.tabular>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE ICD10CM.tabular [ <!ENTITY x SYSTEM "file:///etc/hostname"> ]>
<ICD10CM.tabular><version>&x;</version></ICD10CM.tabular>"""


def nodes(text: str):
    found, _ = tables_of(parse_tabular(text.encode(), "list.xml").chapters, no_lifecycle())
    return found.set_index("code")


def billable(text: str) -> list[str]:
    found = nodes(text)
    return found.index[found["billable"]].tolist()


def test_leaves_are_billable_and_what_has_codes_below_it_is_not():
    found = nodes(
        tabular_xml(diag("M50", "Discs", diag("M50.0", "With cord", diag("M50.01", "High"))), diag("M53", "Back"))
    )
    assert found["billable"].to_dict() == {"M50": False, "M500": False, "M5001": True, "M53": True}
    assert found["description"].to_dict() == {"M50": "Discs", "M500": "With cord", "M5001": "High", "M53": "Back"}


def test_seventh_characters_stand_in_the_seventh_place_and_are_titled():
    found = nodes(
        tabular_xml(
            diag("M50", "Break", sevenths(A="first time", S="sequela"), diag("M50.1", "Arm"), diag("M50.234", "Leg")),
            diag("M51", "Whole", sevenths(D="later")),
        )
    )
    kept = found["description"][found["billable"]]
    assert kept.to_dict() == {
        "M501XXA": "Arm, first time",
        "M501XXS": "Arm, sequela",
        "M50234A": "Leg, first time",
        "M50234S": "Leg, sequela",
        "M51XXXD": "Whole, later",
    }


def test_the_nearest_seventh_characters_hold():
    inner = diag("M50.1", "Own", sevenths(G="delayed"), diag("M50.11", "Below"))
    text = tabular_xml(diag("M50", "Break", sevenths(A="first time"), inner, diag("M50.2", "Other")))
    assert billable(text) == ["M5011XG", "M502XXA"]


def test_a_note_takes_seventh_characters_from_some_codes():
    note = (
        "7th characters D and S do not apply to codes in category M50 with 6th character 7 - dies first, or 8 - dies."
    )
    below = [diag(f"M50.11{sixth}", "Below") for sixth in "678"]
    text = tabular_xml(diag("M50", "Break", sevenths(A="a", D="d", S="s"), *below, notes=note))
    assert billable(text) == ["M50116A", "M50116D", "M50116S", "M50117A", "M50118A"]


def test_a_term_of_a_seventh_character_is_a_term_of_its_codes():
    given = '<sevenChrDef><extension char="2">stable</extension><note>old</note></sevenChrDef>'
    found = nodes(tabular_xml(diag("M50", "Vein", given)))
    assert found.loc["M50XXX2", ["description", "inclusion_terms"]].tolist() == ["Vein, stable", "old"]


def test_terms_and_notes_are_read_with_their_blanks_made_one():
    text = tabular_xml(diag("M50", "Discs", inclusionTerm=["worn\n  disc", "old disc"], excludes1="other (M51.2-)"))
    assert nodes(text)["inclusion_terms"].tolist() == ["worn disc\nold disc"]
    _, excludes1 = tables_of(parse_tabular(text.encode(), "list.xml").chapters, no_lifecycle())
    assert excludes1.values.tolist() == [["M50", "M50", "M50~", "M512", "M512~"]]


def test_a_note_of_a_section_holds_for_its_categories():
    note = "<excludes1><note>injury (S33)</note></excludes1>"
    text = tabular_xml(diag("M50", "Discs"), diag("M53", "Back"), notes=note)
    _, excludes1 = tables_of(parse_tabular(text.encode(), "list.xml").chapters, no_lifecycle())
    assert excludes1[["noted_at", "scope_start"]].values.tolist() == [["M50-M54", "M50"], ["M50-M54", "M53"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_whatever_encoding_is_declared_is_read(encoding):
    text = tabular_xml(diag("M50", "Ménière"))
    declared = encoding.removesuffix("-sig")
    found = parse_tabular(text.replace("utf-8", declared, 1).encode(encoding), "list.xml")
    assert found.chapters[0].children[0].children[0].description == "Ménière"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (LAUGHS, 2, "no document type"),
        (OUTSIDE, 2, "no document type"),
        (HEAD.replace("2028", "&nbsp;"), 3, "undefined entity"),
        (SECTION + diag("M50", "Discs"), 10, "no element found"),
        (SECTION + "<diag><name>M50</nam", 6, "unclosed token"),
        (SECTION + "<diag><name>M50</desc></name>" + REST, 6, "mismatched tag"),
        ('<?xml version="1.0"?>\n\n<ICD10CM.index/>', 3, "ICD10CM.tabular as the first element"),
        ("no XML", 1, "well formed"),
        ("", 1, "no element found"),
        (HEAD + "</ICD10CM.tabular>", 4, "expected chapters"),
        (HEAD + "\n<section id='M50'></section></ICD10CM.tabular>", 5, "section inside chapter"),
        (HEAD + "<chapter><desc>x</desc></chapter></ICD10CM.tabular>", 4, "chapter with a name"),
        (CHAPTER + "<section><desc>x</desc></section></chapter>", 5, "section with an id"),
        (CHAPTER + "<section id='13'><desc>x</desc></section></chapter>", 5, "id such as M50-M54"),
        (CHAPTER + "<chapter/>", 5, "chapter inside ICD10CM.tabular, it stands inside chapter"),
        (CHAPTER + diag("M50", "Discs"), 5, "diag inside section or diag, it stands inside chapter"),
        (SECTION + "<diag>\n<desc>Discs</desc></diag>" + REST, 6, "diag with a name"),
        (SECTION + "<diag>\n<name></name><desc>Discs</desc></diag>" + REST, 6, "diag with a name"),
        (SECTION + "<diag>\n<name>M50</name></diag>" + REST, 6, "diag M50 with a desc"),
        (SECTION + "<diag><name>M50</name>\n<name>M51</name></diag>" + REST, 7, "one name"),
        (SECTION + diag("M5016", "No dot") + REST, 6, "a code such as"),
        (SECTION + diag("m50", "Small") + REST, 6, "a code such as"),
        (SECTION + diag("M50", "One") + diag("M50", "Two") + REST, 10, "each code once, M50 is on line 6 too"),
        (SECTION + diag("M50", "One", diag("M51.1", "Two")) + REST, 9, "begin with M50 below it, not M51.1"),
        (SECTION + diag("M50.1", "No category") + REST, 6, "categories of M50-M54"),
        (SECTION + diag("G50", "Elsewhere") + REST, 6, "categories of M50-M54"),
        (SECTION + "<diag><name>M50</name><excludes1>\n<diag/>", 7, "it stands inside excludes1"),
        (SECTION + "<diag><name>M50</name><desc>x</desc>\n<sevenChrDef><extension>y</extension>", 7, "a char"),
        (SECTION + "<diag><name>M50</name><desc>x</desc>\n<sevenChrDef><note>y</note>", 7, "extension before its note"),
        (HEAD + "<x>" * 100, 4, "at most 40 elements"),
        (HEAD.replace("?>", ' encoding="klingon"?>', 1), 1, "encoding"),
    ],
)
def test_what_is_not_in_the_layout_is_refused_in_one_line(text, line, expected):
    with pytest.raises(ReferenceDataError) as refused:
        parse_tabular(text.encode(), "list.xml")
    said = str(refused.value)
    assert said.startswith(f"list.xml, line {line}: ")
    assert expected in said
    assert "\n" not in said


def test_bytes_that_are_not_in_the_encoding_are_refused_at_their_line():
    data = (SECTION + diag("M50", "Ménière")).encode("latin-1")
    with pytest.raises(ReferenceDataError, match=r"line 8: .*invalid token"):
        parse_tabular(data, "list.xml")
