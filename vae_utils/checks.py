"""The sentences of the lessons, checked, and the answers of their exercises.

A claim ties a sentence to a number: if the sentence is false, the cell stops. Where the
environment variable VAE_UTILS_LEDGER names a file, every claim is added to it as a line
of JSON, with what VAE_UTILS_RUN (a JSON object) says of lesson, data set and seed.
"""

import contextlib
import json
import os

import numpy as np


def claim(sentence, value, above=None, below=None, between=None, formula=False):
    """Print a sentence with the number that it rests on, or stop if the number denies it.

    Args:
        sentence: what is claimed.
        value: the number measured.
        above, below, between: the bound, exactly one: a number, a number, or a pair.
        formula: whether no data set has a part in it: a formula, a shape, drawn noise.

    Raises:
        AssertionError: if the value lies outside the bound or is not a number.
        ValueError: if there is not exactly one bound.
    """
    if [above, below, between].count(None) != 2:
        raise ValueError("a claim takes exactly one of above, below and between")
    value, (low, high) = float(value), between or (above, below)
    measured = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    holds = (low is None or value > low) and (high is None or value < high)
    bound = bound_in_words(low, high)
    if ledger := os.environ.get("VAE_UTILS_LEDGER"):
        run = json.loads(os.environ.get("VAE_UTILS_RUN", "{}"))
        line = dict(run, claim=sentence, value=value, low=low, high=high)
        line |= dict(holds=bool(holds), formula=formula)
        with open(ledger, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    if not holds:
        raise AssertionError(f"✗ {sentence} (measured {measured}, would hold {bound})")
    print(f"✓ {sentence} (measured {measured}, holds {bound})")


def bound_in_words(low, high):
    """Return the bound of a claim as it is printed; an end that is None is open."""
    if high is None:
        return f"above {low:g}"
    return f"below {high:g}" if low is None else f"between {low:g} and {high:g}"


def exercise(answer, expected, trial=None, mistakes=(), hint=""):
    """Print whether an answer is right, not yet, or not tried yet; never stop the lesson.

    Args:
        answer: a number or array, a function if there is a trial, or ... if not tried.
        expected: what a right answer is, or returns from the trial.
        trial: tuple of arguments to call the answer with.
        mistakes: pairs (what a likely mistake gives, what may be behind it).
        hint: what to say of any other wrong answer.
    """
    print(_verdict(answer, expected, trial, mistakes, hint).rstrip())


def _verdict(answer, expected, trial, mistakes, hint):
    if trial is not None and answer is not ...:
        try:
            answer = answer(*trial)
        except Exception as error:
            return f"✗ not yet: your function stopped with {type(error).__name__}: {error}"
        if answer is None:
            return "✗ not yet: your function returns nothing; end it with a return"
    if answer is ...:
        return "○ not tried yet: replace the ... above and run both cells"
    if _close(answer, expected):
        return "✓ right"
    for wrong, diagnosis in mistakes:
        if _close(answer, wrong):
            return f"✗ not yet: {diagnosis}"
    with contextlib.suppress(ValueError):  # a ragged list has no shape
        if np.shape(answer) != (wanted := np.shape(expected)):
            hint = (
                f"your answer has shape {np.shape(answer)}, and {wanted} is wanted. {hint}"
            )
    return f"✗ not yet: {hint}"


def _close(answer, expected):
    try:
        answer, expected = np.asarray(answer, float), np.asarray(expected, float)
    except (TypeError, ValueError):
        return False
    return answer.shape == expected.shape and np.allclose(answer, expected, 1e-3, 1e-5)
