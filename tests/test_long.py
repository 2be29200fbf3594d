"""The records of long trainings belong to today's recipe, and can be made again."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tools import long
from tools.betas import thousandths
from tools.lessons import environment
from vae_utils import store

every_record = pytest.mark.parametrize(
    "name, dataset",
    [
        *((name, x) for name in ("sixteen", "betas") for x in ("mnist", "uci")),
        ("photographs", long.PATCHES),
    ],
)


def record(name, dataset):
    return json.loads(store.record_path(name, dataset).read_text(encoding="utf-8"))


def made_again(name, folder, monkeypatch, dataset="uci"):
    """Return the short run of a recipe, made again, and the one that was recorded."""
    for key, value in (environment("uci") | {"VAE_UTILS_DATA": str(folder)}).items():
        monkeypatch.setenv(key, value)
    stored = record(name, dataset)["runs"][long.SHORT]
    return long.make(name, dataset, long.SHORT), stored


@every_record
def test_a_record_is_of_the_recipe_that_the_code_has_now(name, dataset):
    assert record(name, dataset)["recipe"] == long.fingerprint(name), "python -m tools.long"


@every_record
def test_a_record_holds_the_seeds_that_bounds_are_chosen_on_or_judged_on(name, dataset):
    seeds = set(record(name, dataset)["runs"]) - {long.SHORT}
    assert "0" in seeds and seeds <= set(map(str, long.SEEDS[name]))


@every_record
def test_a_record_is_small(name, dataset):
    for kind in (".json", ".png"):
        path = store.record_path(name, dataset).with_suffix(kind)
        assert path.stat().st_size < 300_000


# Another processor changes late digits, and they grow while a network trains.
def test_a_short_run_made_again_gives_what_its_record_says(tmp_path, monkeypatch):
    again, stored = made_again("sixteen", tmp_path, monkeypatch)
    assert set(again["models"]) == set(stored["models"])
    for name, model in again["models"].items():
        curves, kept = model["curves"], stored["models"][name]["curves"]
        assert_allclose(curves["reconstruction"], kept["reconstruction"], rtol=0.02)
        far, far_kept = (
            np.array([score[2] for score in found["scores"].values()])
            for found in (model, stored["models"][name])
        )
        assert_allclose(far, far_kept, rtol=0.2)


def test_a_short_run_of_nine_betas_gives_what_its_record_says(tmp_path, monkeypatch):
    again, stored = made_again("betas", tmp_path, monkeypatch)
    assert list(again["betas"]) == stored["betas"]
    assert_allclose(again["reconstruction"], stored["reconstruction"], rtol=0.02)
    assert_allclose(again["kl"], stored["kl"], rtol=0.1, atol=0.1)
    for name in ("overlap", "order"):
        assert_allclose(again[name], stored[name], atol=0.05)


def test_a_short_run_on_photographs_gives_what_its_record_says(tmp_path, monkeypatch):
    again, stored = made_again("photographs", tmp_path, monkeypatch, long.PATCHES)
    for kind, bills in again["linear"].items():
        assert_allclose(bills, stored["linear"][kind], rtol=1e-3)
    assert set(again["models"]) == set(stored["models"])
    for name, model in again["models"].items():
        now, kept = (x["curves"]["test"] for x in (model, stored["models"][name]))
        # The rate is high: between start and end two processors may part for a while.
        assert_allclose(now[:5], kept[:5], rtol=0.02, atol=10)
        late = len(kept) // 2
        assert_allclose(np.mean(now[late:]), np.mean(kept[late:]), atol=20)


def test_another_recipe_has_another_fingerprint_and_other_words_have_not(monkeypatch):
    def with_text(change):
        texts = {
            name: (long.ROOT / name).read_text("utf-8") for name in long.RECIPES["sixteen"]
        }
        texts["tools/sixteen.py"] = change(texts["tools/sixteen.py"])
        monkeypatch.setattr(long, "source", texts.get)
        return long.fingerprint("sixteen")

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
    copies = store.read_samples("betas", "MNIST")
    assert copies["beta 1"].shape == (8, 28, 28) and len(copies) == 10
    assert store.read_samples("photographs", "patches")["prior"].shape == (14, 16, 16, 3)
    for images in samples.values():
        assert images.min() >= 0 and 0.5 < images.max() <= 1


def test_maps_of_a_record_give_back_the_gaussians_that_were_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "RESULTS", tmp_path)
    mean, log_var = np.random.default_rng(0).normal(size=(2, 9, 4, 2))
    maps = {
        "mean": thousandths(mean),
        "log_var": thousandths(log_var),
        "labels": [3, 1, 4, 1],
    }
    (tmp_path / "long_betas_uci.json").write_text(json.dumps({"maps": maps}), "utf-8")
    found = store.read_maps("betas", "UCI digits")
    assert_allclose(found[0], mean, atol=0.00051)
    assert_allclose(found[1], np.exp(log_var / 2), rtol=0.0003)
    assert found[2].tolist() == [3, 1, 4, 1]


def test_a_missing_record_says_how_to_make_it():
    with pytest.raises(FileNotFoundError, match="long makes it"):
        store.read_record("sixteen", "Font digits", 0)
