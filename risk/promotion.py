"""Which model scores: a challenger is measured against the champion before it takes its place.

Both are re-scored on one hold-out, the one of the two that was frozen last or a labelled file, each in a form that has
not learnt from it: the model as registered where its claims end before the hold-out begins, else the one its figures
are of, which was fitted on the training part alone. What was decided, with its figures, is kept with the version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features import catalogue
from models import DenialModel, inputs_of, load_model, registry
from models.gate import Check, check_calibration, check_log_loss, check_payers, check_sanity
from models.holdout import Holdout, freeze, read_holdout
from models.registry import CHALLENGER, CHAMPION, RegisteredModel
from models.tracking import HOLDOUT_FOLDER, HOLDOUT_TAG, TESTED_FOLDER
from risk.errors import ModelError
from risk.extras import all_inputs
from risk.labelled import Labelled, history_of
from risk.reference import Reference
from risk.repeats import without_repeats
from risk.rules import Rule, example_failures, ruleset_version
from risk.training import prepare

_OVERRIDE = 'mend it, or override with --force --reason "..."'

#: Seed of the resamples; the gate gives one answer to one question.
_SEED = 0


@dataclass(frozen=True)
class Decision:
    """What became of a promotion: ``told`` in one line, ``checks`` behind it."""

    version: int
    what: str  # promoted, forced, or unchanged
    told: str
    checks: tuple[Check, ...] = ()


def promote(
    name: str | None,
    rules: Sequence[Rule],
    reference: Reference,
    *,
    read: Callable[[Mapping[str, str]], Labelled] | None = None,
    reason: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Decision:
    """Make a version the champion if it holds its own against the champion so far.

    Parameters
    ----------
    name
        Version or alias; the challenger, unless given.
    rules, reference
        As they run now; the rule checks are of them.
    read
        Reads claims to measure on instead of the frozen hold-out, given the columns beyond the contract that the models
        were trained with; features are computed from them by this version.
    reason
        Promote whatever the checks say, and keep this as the reason.
    tell
        Where to say what takes a while.

    Raises
    ------
    ModelError
        If there is no such version, this version of the tool cannot use it, or a check fails and no reason is given.
        The refusal is kept with the version.
    """
    chosen = _chosen(name)
    champion = next((one for one in registry.list_models() if CHAMPION in one.aliases), None)
    if champion is not None and champion.version == chosen.version:
        return Decision(chosen.version, "unchanged", f"version {chosen.version} is the champion already")
    challenger = registry.load(str(chosen.version), inputs_of(catalogue()))  # what cannot be used scores nothing
    checks = [_check_rules(chosen, rules, reference, tell)]
    on: dict[str, Any] = {}
    labelled = read(_extras(champion) | challenger.extra_features) if read is not None else None
    holdout, missing = _holdout(chosen, champion, labelled, rules, reference)
    if holdout is None:
        checks.append(Check("hold-out", False, missing))
    else:
        on = {"measured on": f"{holdout.source}, {len(holdout.labels)} claims", "submitted": _span(holdout)}
        checks += _measured(chosen, champion, holdout)
    failed = [one for one in checks if not one.passed]
    against = {"against": f"version {champion.version}"} if champion else {"against": "no champion"}
    figures = {**against, **on, **_figures(checks)}
    if failed and reason is None:
        told = "; ".join(one.told for one in failed)
        registry.record_decision(chosen.version, "refused", {"because": told, **figures})
        where = f"model promote, version {chosen.version}"
        claims = f" [{len(holdout.labels):,} claims submitted {_span(holdout)}]" if holdout else ""
        raise ModelError(where, told + claims, _OVERRIDE)
    what = "forced" if failed else "promoted"
    overridden = {"in spite of": "; ".join(one.told for one in failed)} if failed else {}
    overridden |= {"reason": reason} if reason else {}
    registry.promote(chosen.version)
    registry.record_decision(chosen.version, what, {**overridden, **figures})
    told = "; ".join(one.told for one in checks if one.name in ("sanity", "log loss", "calibration"))
    return Decision(
        chosen.version, what, f"champion is now version {chosen.version}: {told or 'not measured'}", tuple(checks)
    )


def rollback() -> RegisteredModel:
    """Make the previous champion champion again, and keep that with it; raises :class:`ModelError` if there is none."""
    left = next((one.version for one in registry.list_models() if CHAMPION in one.aliases), None)
    restored = registry.rollback()
    registry.record_decision(restored.version, "restored", {"in place of": f"version {left}"})
    return restored


def _chosen(name: str | None) -> RegisteredModel:
    if name not in (None, CHALLENGER):
        return registry.find(str(name))
    found = next((one for one in registry.list_models() if CHALLENGER in one.aliases), None)
    if found is None:
        raise ModelError("model promote", "expected a challenger to promote", "train a model first (denial-risk train)")
    return found


def _check_rules(
    chosen: RegisteredModel, rules: Sequence[Rule], reference: Reference, tell: Callable[[str], None]
) -> Check:
    """Ask whether the rules are those it was trained with, or at least do what their files promise."""
    running, trained = ruleset_version(reference, rules), chosen.tags.get("ruleset", "")
    figures = {"ruleset": running, "ruleset_of_training": trained}
    if running == trained:
        return Check("rules", True, "rules as in training", figures)
    tell(f"the rules are not those of training: running the examples of all {len(rules)}")
    known = {one.id for one in rules}
    failures = [line for one in rules for line in example_failures(one, reference, known)]
    if failures:
        more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        return Check("rules", False, f"rules differ from training, and an example fails: {failures[0]}{more}", figures)
    return Check("rules", True, "rules differ from training; all their examples hold", figures)


def _holdout(
    chosen: RegisteredModel,
    champion: RegisteredModel | None,
    labelled: Labelled | None,
    rules: Sequence[Rule],
    reference: Reference,
) -> tuple[Holdout | None, str]:
    """Claims to measure on: those given, else the newest frozen ones; or why there are none."""
    if labelled is not None:
        labelled, _ = without_repeats(labelled)
        data = prepare(labelled, reference, history=history_of(labelled), rules=rules)
        rows = np.arange(len(data.labels), dtype=np.int64)
        return freeze(
            data.features, data.fired, data.infos, data.labels, all_inputs(labelled.extras), rows, labelled.source
        ), ""
    # The newest is the one frozen last, not the one of the latest dates: synthetic claims may lie ahead of real ones.
    versions = sorted((one for one in (chosen, champion) if one is not None), key=lambda one: -one.version)
    for one in versions:
        if (found := _frozen(one)) is not None:
            return found, ""
    return None, "no hold-out was frozen with it; give a labelled file with --data"


def _extras(one: RegisteredModel | None) -> dict[str, str]:
    """Columns beyond the contract that a version was trained with; none where it cannot be read."""
    try:
        return registry.load(str(one.version)).extra_features if one is not None else {}
    except ModelError:
        return {}


def _frozen(one: RegisteredModel) -> Holdout | None:
    with registry.run_artifacts(one, HOLDOUT_FOLDER) as folder:
        return None if folder is None else read_holdout(folder, one.tags.get(HOLDOUT_TAG))


def _measured(chosen: RegisteredModel, champion: RegisteredModel | None, holdout: Holdout) -> list[Check]:
    challenger, blind = _unlearnt(chosen, holdout)
    if not blind:
        told = f"version {chosen.version} has learnt from claims of this time, which would flatter it; give newer ones"
        return [Check("hold-out", False, told)]
    if not _can_read(challenger, holdout):
        return [Check("hold-out", False, f"version {chosen.version} was trained on other features; give --data")]
    denied = holdout.denied
    if denied.all() or not denied.any():
        return [Check("hold-out", False, "expected denied and paid claims in the hold-out; give more with --data")]
    risk = _risk(challenger, holdout)
    checks = [check_sanity(risk, denied), check_calibration(risk, denied, _SEED)]
    if champion is None:
        return checks
    try:
        theirs, blind = _unlearnt(champion, holdout)
    except ModelError:
        return [*checks, Check("comparison", False, f"the champion, version {champion.version}, cannot be read")]
    if not _can_read(theirs, holdout):
        told = f"the champion, version {champion.version}, was trained on other features and cannot be compared"
        return [*checks, Check("comparison", False, told)]
    before = _risk(theirs, holdout)
    if not blind:
        # It favours the champion: a challenger that holds its own even so may take its place.
        told = f"version {champion.version} has learnt from claims of this time and may look better than it is"
        checks.append(Check("champion", True, told, {"champion": told}))
    return [
        *checks,
        check_log_loss(risk, before, denied, _SEED),
        check_payers(risk, before, denied, holdout.labels["payer_id"].fillna("unknown")),
    ]


def _unlearnt(one: RegisteredModel, holdout: Holdout) -> tuple[DenialModel, bool]:
    """The newest form of a version that has not learnt from claims as new as the hold-out's; else as registered."""
    registered = registry.load(str(one.version))
    if _latest(registered, "test") < holdout.since:
        return registered, True
    with registry.run_artifacts(one, TESTED_FOLDER) as folder:
        tested = None if folder is None else load_model(folder)
    if tested is not None and _latest(tested, "train") < holdout.since:
        return tested, True
    return registered, False


def _latest(model: DenialModel, part: str) -> str:
    """Last day of submission of a part of the training data, ISO; beyond all days where that is not known."""
    return str(model.summary.get("submitted", {}).get(part, ["", ""])[1]) or "9999"


def _can_read(model: DenialModel, holdout: Holdout) -> bool:
    """Whether the hold-out has every feature of the model, encoded alike; it may have more."""
    there = {one.name: one.encoding for one in holdout.inputs}
    return all(there.get(one.name) == one.encoding for one in model.encoder.inputs if not one.rule)


def _risk(model: DenialModel, holdout: Holdout) -> NDArray[np.float64]:
    return model.predict(holdout.features[model.feature_names], holdout.fired, holdout.rule_info).risk


def _span(holdout: Holdout) -> str:
    return f"{holdout.since} to {holdout.until}"


def _figures(checks: Sequence[Check]) -> Mapping[str, Any]:
    return {f"{one.name}: {name}": value for one in checks for name, value in one.figures.items()}
