from dataclasses import replace

from risk.effects.world import measure_world, world_basis
from risk.reference import load_reference
from risk.rules import select_rules


def test_a_measurement_repeats_and_says_what_it_follows_from():
    reference = load_reference()
    once, again = (measure_world(reference, claims=1500) for _ in range(2))
    assert once == again
    assert (once.claims, once.synthetic, once.basis) == (1500, True, world_basis(reference))
    assert set(once.rules) == {one.id for one in select_rules()}


def test_the_claims_a_deny_rule_fires_on_are_denied_more_often_than_others():
    measured = measure_world(load_reference(), claims=20_000)
    assert measured.rules["PTP001"].denied_interval[0] > measured.denied_share


def test_other_reference_data_make_the_figures_out_of_date():
    reference = load_reference()
    other = replace(reference, payers=replace(reference.payers, version="other"))
    assert world_basis(other) != world_basis(reference)
