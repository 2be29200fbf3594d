"""The records of long trainings belong to today's recipe, and can be made again."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tools import long
from tools.lessons import environment
from vae_utils import store

DATASETS = "mnist", "uci"
every_dataset = pytest.mark.parametrize("dataset", DATASETS)


def record(dataset):
    return json.loads(long.path_of(dataset).read_text(encoding="utf-8"))


@every_dataset
def test_a_record_is_of_the_recipe_that_the_code_has_now(dataset):
    assert record(dataset)["recipe"] == long.fingerprint(), "python -m tools.long"


@every_dataset
def test_a_record_holds_the_seeds_that_bounds_are_chosen_on_or_judged_on(dataset):
    seeds = set(record(dataset)["runs"]) - {long.SHORT}
    assert "0" in seeds and seeds <= set(map(str, long.SEEDS))


@every_dataset
def test_a_record_is_small(dataset):
    for kind in (".json", ".png"):
        assert long.path_of(dataset).with_suffix(kind).stat().st_size < 300_000


def test_a_short_run_made_again_gives_what_its_record_says(tmp_path, monkeypatch):
    for name, value in (environment("uci") | {"VAE_UTILS_DATA": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    again, stored = long.make("uci", long.SHORT), record("uci")["runs"][long.SHORT]
    assert set(again["models"]) == set(stored["models"])
    for name, model in again["models"].items():
        curves, kept = model["curves"], stored["models"][name]["curves"]
        # another processor changes late digits, and they grow while a network trains
        assert_allclose(curves["reconstruction"], kept["reconstruction"], rtol=0.02)
        far, far_kept = (
            np.array([score[2] for score in found["scores"].values()])
            for found in (model, stored["models"][name])
        )
        assert_allclose(far, far_kept, rtol=0.2)


def test_another_recipe_has_another_fingerprint_and_other_words_have_not(monkeypatch):
    def with_text(change):
        texts = {name: (long.ROOT / name).read_text("utf-8") for name in long.RECIPE}
        texts["tools/sixteen.py"] = change(texts["tools/sixteen.py"])
        monkeypatch.setattr(long, "source", texts.get)
        return long.fingerprint()

    now = with_text(lambda text: text)
    assert with_text(lambda text: text + "\n# a remark\n") == now
    assert with_text(lambda text: text.replace('"""Train a model', '"""Teach it')) == now
    assert with_text(lambda text: text.replace("2e-3", "3e-3")) != now


def test_a_seed_without_a_record_gets_one_of_its_hundred(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "RESULTS", tmp_path)
    runs = {seed: {"run": seed} for seed in (0, 1, 100, 101)}
    (tmp_path / "long_sixteen_uci.json").write_text(json.dumps({"runs": runs}), "utf-8")
    for seed, found in ((1, 1), (3, 0), (101, 101), (104, 100), (203, 100)):
        record = store.read_record("sixteen", "UCI digits", seed)
        assert record == {"run": found, "seed": found}


def test_samples_of_a_record_are_images_by_their_source():
    samples = store.read_samples("sixteen", "MNIST")
    assert samples["VAE, beta 1: prior"].shape == (12, 28, 28)
    for images in samples.values():
        assert images.min() >= 0 and 0.5 < images.max() <= 1


def test_a_missing_record_says_how_to_make_it():
    with pytest.raises(FileNotFoundError, match="long makes it"):
        store.read_record("sixteen", "Font digits", 0)
