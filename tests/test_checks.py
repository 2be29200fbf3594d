"""A claim stops a lesson when it is false; an exercise says what went wrong."""

import json

import numpy as np
import pytest

from vae_utils.checks import claim, exercise


@pytest.mark.parametrize("bound", [dict(above=1), dict(below=3), dict(between=(1, 3))])
def test_a_true_claim_prints_its_number_and_its_bound(bound, capsys):
    claim("two is here", 2, **bound)
    line = capsys.readouterr().out
    assert line.startswith("✓ two is here (measured 2, holds ")


@pytest.mark.parametrize("bound", [dict(above=2), dict(below=2), dict(between=(2.5, 3))])
@pytest.mark.parametrize("value", [2, float("nan")])
def test_a_false_claim_stops(value, bound):
    with pytest.raises(AssertionError, match="two is here"):
        claim("two is here", value, **bound)


@pytest.mark.parametrize("bounds", [dict(), dict(above=1, below=2)])
def test_a_claim_takes_exactly_one_bound(bounds):
    with pytest.raises(ValueError, match="exactly one"):
        claim("anything", 1, **bounds)


def test_true_and_false_claims_enter_the_ledger(tmp_path, monkeypatch):
    ledger = tmp_path / "ledger.jsonl"
    monkeypatch.setenv("VAE_UTILS_LEDGER", str(ledger))
    monkeypatch.setenv("VAE_UTILS_RUN", json.dumps({"lesson": "01", "seed": 3}))
    claim("small", np.float32(0.5), below=1)
    with pytest.raises(AssertionError):
        claim("large", 0.5, above=1)
    first, second = map(json.loads, ledger.read_text().splitlines())
    assert first == {
        **{"lesson": "01", "seed": 3, "claim": "small", "value": 0.5},
        **{"low": None, "high": 1, "holds": True, "formula": False},
    }
    assert second["holds"] is False


def test_the_ledger_is_told_of_a_claim_that_uses_no_data(tmp_path, monkeypatch):
    ledger = tmp_path / "ledger.jsonl"
    monkeypatch.setenv("VAE_UTILS_LEDGER", str(ledger))
    claim("two and two", 4, between=(3.9, 4.1), formula=True)
    assert json.loads(ledger.read_text())["formula"] is True


def verdict(capsys, *arguments, **options):
    exercise(*arguments, **options)
    return capsys.readouterr().out.strip()


def double(x):
    return 2 * x


def test_an_exercise_not_tried_says_so(capsys):
    assert verdict(capsys, ..., 2).startswith("○ not tried yet")
    assert verdict(capsys, lambda x: ..., 2, trial=(1,)).startswith("○ not tried yet")


def test_right_answers_are_right(capsys):
    assert verdict(capsys, 2.0001, 2) == "✓ right"
    assert verdict(capsys, double, np.array([2, 4]), trial=(np.array([1, 2]),)) == "✓ right"


def test_a_likely_mistake_gets_its_diagnosis_and_another_the_hint(capsys):
    options = dict(mistakes=[(4, "that is the square")], hint="count again")
    assert verdict(capsys, 4, 2, **options) == "✗ not yet: that is the square"
    assert verdict(capsys, 5, 2, **options) == "✗ not yet: count again"


def test_wrong_shapes_errors_and_forgotten_returns_are_named(capsys):
    assert "shape (3,), and (2,) is wanted" in verdict(capsys, np.ones(3), np.ones(2))
    assert "ZeroDivisionError" in verdict(capsys, lambda x: x / 0, 1, trial=(1,))
    assert "end it with a return" in verdict(capsys, lambda x: None, 1, trial=(1,))
    assert "✗ not yet" in verdict(capsys, "two", 2)
    assert "✗ not yet: count" in verdict(capsys, [[1], [1, 2]], 2, hint="count")
