"""What a denial of a line puts at stake: the user's table, what the model learnt, else the charge."""

import pytest

from models.payment import PaymentRatios
from risk.allowed import ALL_SOURCES, allowed_cents
from risk.allowed_table import AllowedTable, read_allowed_table
from risk.claims.examples import batch_of, claim, line
from risk.errors import ReferenceDataError
from risk.reference import load_reference

HEADER = "payer_id,payer_type,procedure_code,ratio,allowed_amount\n"
LEARNT = PaymentRatios(
    0.5,
    {"medicare": 0.4},
    {"P1": 0.6, "P2": 0.6},
    100,
    by_family={"P2": {"epidural_transforaminal": 0.3, "revenue 036": 0.2}},
    by_procedure={"P2": {"64483": 0.25}},
)
REFERENCE = load_reference()


@pytest.fixture
def table(tmp_path):
    def read(*rows, header=HEADER):
        path = tmp_path / "ratios.csv"
        path.write_text(header + "".join(f"{row}\n" for row in rows))
        return read_allowed_table(path)

    return read


def of(batch, ratios=LEARNT, table=None):
    found = allowed_cents(batch, ratios, table or AllowedTable(), REFERENCE)
    return [(round(cents), ALL_SOURCES[source]) for cents, source in zip(found.cents, found.source, strict=True)]


def claims(payer_id, payer_type="commercial", *lines):
    return batch_of(claim(payer_id=payer_id, payer_type=payer_type, lines=list(lines) or [line("99213", charge="100")]))


def test_the_most_particular_share_that_is_known_counts():
    assert of(claims("P1", "medicare")) == [(6000, "payer_id")]
    assert of(claims("NEW", "medicare")) == [(4000, "payer_type")]
    assert of(claims("NEW")) == [(5000, "overall")]
    assert of(claims("P1"), PaymentRatios()) == [(10000, "charge")]


def test_a_payers_share_of_the_procedure_counts_before_that_of_its_family_and_before_that_of_all_it_bills():
    billed = [line("64483", charge="100"), line("64479", charge="100"), line("99213", charge="100")]
    assert of(claims("P2", "commercial", *billed)) == [
        (2500, "payer_procedure"),
        (3000, "payer_family"),
        (6000, "payer_id"),
    ]
    of_facility = line("64483", charge="100", revenue_center_code="0361")
    assert of(claims("P2", "commercial", of_facility)) == [(2000, "payer_family")]


def test_the_users_table_counts_before_the_model_and_its_most_particular_row(table):
    lines = [line("62323", charge="100"), line("64483", charge="200")]
    own = table(",medicare,,0.3,", "P1,,,0.7,", "P1,,64483,0.9,", ",medicare,62323,0.2,")
    assert of(claims("P1", "medicare", *lines), table=own) == [(7000, "table"), (18000, "table")]
    assert of(claims("NEW", "medicare", *lines), table=own) == [(2000, "table"), (6000, "table")]
    assert of(claims("NEW", "commercial", *lines), table=own) == [(5000, "overall"), (10000, "overall")]


def test_an_amount_counts_by_unit_and_never_above_the_charge(table):
    own = table("P1,,62323,,$45.50")
    units = [line("62323", charge="400", quantity=n) for n in (1, 3, 20)]
    assert of(claims("P1", "other", *units), table=own) == [(4550, "table"), (13650, "table"), (40000, "table")]


def test_a_line_that_is_charged_nothing_or_less_puts_nothing_at_stake(table):
    free = [line("62323", charge="0"), line("62323", charge="-5")]
    assert [cents for cents, _ in of(claims("P1", "other", *free))] == [0, 0]
    assert [cents for cents, _ in of(claims("P1", "other", *free), table=table("P1,,62323,,45"))] == [0, 0]


def test_columns_may_be_left_out_reordered_and_rows_be_blank(table):
    own = table("0.25,P1", ",", "", header="Ratio, payer_id\n")
    assert of(claims("P1"), table=own) == [(2500, "table")]
    assert len(own) == 1


def test_another_table_is_another_version(table):
    one, other = table("P1,,,0.7,"), table("P1,,,0.8,")
    assert one.version != other.version != ""


@pytest.mark.parametrize(
    ("rows", "where", "expected"),
    [
        (["P1,medicare,,0.5,"], "row 2", "either payer_id or payer_type"),
        ([",,,0.5,"], "row 2", "either payer_id or payer_type"),
        (["P1,,,,"], "row 2", "either ratio or allowed_amount"),
        (["P1,,62323,0.5,40"], "row 2", "either ratio or allowed_amount"),
        (["P1,,,,40"], "row 2", "a procedure_code for the allowed_amount"),
        (["P1,,,62,"], "row 2, ratio", "a share of the charge such as 0.62"),
        (["P1,,,-0.1,"], "row 2, ratio", "a share of the charge"),
        (["P1,,,nan,"], "row 2, ratio", "a share of the charge"),
        (["P1,,62323,,x"], "row 2, allowed_amount", "dollars such as 98.50"),
        ([",Medicare Part B,,0.5,"], "row 2, payer_type", "expected one of medicare, "),
        (["P1,,,0.5,", "P1,,,0.6,"], "row 3", "each payer and procedure once"),
        (["P1,,64483,0.5,", "P1,,64483,,6"], "row 3", "each payer and procedure once"),
        (["P1,,,0.5"], "row 2", "expected 5 cells"),
        ([], "", "at least one row below the header"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_place(table, tmp_path, rows, where, expected):
    with pytest.raises(ReferenceDataError) as caught:
        table(*rows)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'ratios.csv'}{', ' if where else ''}{where}: ")
    assert expected in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("payer,ratio\n", "did you mean payer_id?"),
        ("payer_id,procedure_code\n", "expected payer_id or payer_type, and ratio or allowed_amount"),
        ("payer_id,payer_id,ratio\n", "each column once"),
        ("", "expected payer_id or payer_type, and ratio"),
    ],
)
def test_a_header_that_says_too_little_is_told(table, header, expected):
    with pytest.raises(ReferenceDataError, match="row 1") as caught:
        table(header=header)
    assert expected in str(caught.value)


def test_a_table_that_is_no_text_is_told(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReferenceDataError, match="expected CSV in UTF-8"):
        read_allowed_table(tmp_path / "t.csv")
