"""The function of lesson 12 that says which beta a loss stands for."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tools.lessons import ROOT, read

LESSON = read(ROOT / "notebooks" / "12_weigh_the_loss.ipynb")
SOURCES = {cell.id: cell.source for cell in LESSON.cells}


def taught(*cells):
    """Return what these cells of the lesson define."""
    names = {}
    exec("\n".join(SOURCES[cell] for cell in cells), names)
    return names


beta_in_nats = taught("beta-in-nats")["beta_in_nats"]


@pytest.mark.parametrize(
    "loss, beta",
    [
        ((("sum", 1), ("sum", 1)), 1),
        ((("sum", 1), ("sum", 4)), 4),
        ((("mean", 1), ("sum", 1)), 784),  # the sum counts each of 784 pixels once
        ((("mean", 784), ("sum", 1)), 1),
        ((("sum", 1), ("mean", 1)), 0.5),
        ((("mean", 1), ("mean", 1)), 392),
        ((("sum", 10), ("sum", 1)), 0.1),
        ((("mean", 1), ("mean", 1), 12, 3), 4),
        ((("mean", 1000), ("mean", 0.5), 100, 5), 0.01),
    ],
)
def test_a_loss_stands_for_the_beta_worked_out_by_hand(loss, beta):
    assert_allclose(beta_in_nats(*loss), beta)


@pytest.mark.parametrize("name", taught("beta-in-nats", "losses")["written"])
def test_a_loss_pulls_in_the_direction_of_the_one_in_nats(name):
    loss = taught("beta-in-nats", "losses")["written"][name]
    (how, factor), (kl_how, kl_factor), pixels, dimensions = (*loss, 784, 2)[:4]
    rng = np.random.default_rng(0)
    pixel_slopes, kl_slopes = rng.normal(size=(pixels, 5)), rng.normal(size=(dimensions, 5))
    take = {"sum": np.sum, "mean": np.mean}
    as_written = factor * take[how](pixel_slopes, axis=0)
    as_written += kl_factor * take[kl_how](kl_slopes, axis=0)
    in_nats = pixel_slopes.sum(axis=0) + beta_in_nats(*loss) * kl_slopes.sum(axis=0)
    lengths = np.linalg.norm(as_written) * np.linalg.norm(in_nats)
    assert_allclose(as_written @ in_nats / lengths, 1)


def test_there_are_eleven_losses_and_the_table_names_each():
    written = taught("beta-in-nats", "losses")["written"]
    rows = [line for line in SOURCES["eleven"].splitlines() if line.startswith("| ")][2:]
    assert len(rows) == len(written) == 11
    named = [row.split("|")[1].strip() for row in rows]
    assert named == [name.removesuffix(" (squares)") for name in written]
