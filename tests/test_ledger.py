"""Bounds are chosen and judged apart, and no verdict is harder than its numbers."""

import json
import os
import re

import pytest

import tools.ledger
from tools.ledger import (
    AGAIN,
    CHOSEN,
    DATASETS,
    GO_ON,
    JUDGED,
    MARKERS,
    README,
    STATEMENTS,
    Statement,
    between_markers,
    bound,
    counts,
    main,
    merge,
    ranges,
    read_ledger,
    render,
    story,
    wanted,
    write_ledger,
)
from tools.lessons import LESSONS, read
from vae_utils import checks

CLAIM = re.compile(r"^✓ (.+) \(measured \S+, holds (.+)\)$", re.M)


def stored_claims():
    """Return (lesson, sentence, bound) of each claim in the stored outputs."""
    return {
        (path.stem[:2], *found)
        for path in LESSONS
        for cell in read(path).cells
        for output in cell.get("outputs", [])
        for found in CLAIM.findall(output.get("text", ""))
    }


def line(seed, value, dataset="uci", **changes):
    """Return a line as `checks.claim` writes it: small, in lesson 07, below 1."""
    facts = dict(lesson="07", dataset=dataset, seed=seed, claim="small", value=value)
    bounds = dict(low=None, high=1, holds=value < 1, formula=False)
    return json.dumps(facts | bounds | changes)


def run(seeds, failing=(), datasets=DATASETS, **changes):
    """Return the lines of a run: 0.00 to 0.04 on both data sets, 2 for seeds that fail."""
    return [
        line(seed, 2 if seed in failing else seed % 100 / 100, dataset, **changes)
        for dataset in datasets
        for seed in seeds
    ]


def ledger(*runs):
    rows = []
    for lines in runs:
        rows = merge(rows, lines)
    return rows


def part(row, name):
    return [row[f"{name}_{what}"] for what in ("min", "max", "held", "runs")]


def test_the_statements_are_numbered_in_order():
    assert [statement.number for statement in STATEMENTS] == list(range(1, 13))


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda x: str(x.number))
def test_each_statement_has_a_claim_and_a_verdict(statement):
    assert statement.claims
    verdicts = r"holds|holds only if .+|does not hold as stated"
    assert re.fullmatch(verdicts, statement.verdict)
    assert statement.remark or statement.verdict != "does not hold as stated"


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda x: str(x.number))
def test_each_claim_of_a_statement_is_made_by_a_lesson(statement):
    assert set(statement.claims) <= {sentence for _, sentence, _ in stored_claims()}


def test_the_ledger_holds_the_claims_that_the_lessons_make():
    recorded = {(row["lesson"], row["claim"], bound(row)) for row in read_ledger()}
    assert recorded == stored_claims()


def test_every_claim_held_in_every_run_on_which_its_bound_was_chosen():
    for row in read_ledger():
        runs = wanted(row, "chosen")
        assert counts(row, "chosen") == [runs, runs], f"{row['lesson']} {row['claim']}"


def test_the_readme_shows_the_ledger():
    text = README.read_text(encoding="utf-8")
    assert between_markers(text) == render(read_ledger())


def test_the_seeds_that_judge_are_others():
    assert not {*CHOSEN} & {*JUDGED} and not {*AGAIN} & {*CHOSEN, *JUDGED}


def test_ranges_and_counts_are_collected_for_each_data_set():
    lines = [
        *(line(0, 0.25), line(0, 0.123456), line(1, 0.5)),  # twice in one run: a loop
        *(line(0, 0.75, "mnist"), line(0, 2, "mnist"), line(1, 0.75, "mnist")),
        line(0, 3, claim="inside", low=2.5, high=3.5),
    ]
    small, inside = merge([], lines)
    assert part(small, "uci_chosen") == ["0.1235", "0.5", "2", "2"]
    assert part(small, "mnist_chosen") == ["0.75", "2", "1", "2"]
    assert bound(inside) == "between 2.5 and 3.5"
    assert part(inside, "mnist_chosen") == part(inside, "uci_judged") == [""] * 4


def test_lessons_are_in_order_and_claims_as_they_were_made():
    facts = [("07", "z"), ("07", "a"), ("01", "early")]
    rows = merge([], [line(0, 0.5, lesson=number, claim=x) for number, x in facts])
    assert [row["claim"] for row in rows] == ["early", "z", "a"]
    rows = merge(rows, [line(0, 0.5, claim=x) for x in ("z", "new", "a")])
    assert [row["claim"] for row in rows] == ["early", "z", "new", "a"]


def test_a_value_that_is_not_a_number_is_not_hidden_by_others():
    row = ledger([line(0, 0.1), line(1, float("nan")), line(2, 0.2)])[0]
    assert part(row, "uci_chosen") == ["nan", "nan", "2", "3"]


@pytest.mark.parametrize("order", [1, -1])
def test_what_two_processes_measured_is_joined_whatever_comes_first(order):
    runs = [run(CHOSEN, datasets=[dataset]) for dataset in DATASETS][::order]
    runs += [run(JUDGED, datasets=[dataset]) for dataset in DATASETS][::order]
    assert ledger(*runs) == ledger(run(CHOSEN), run(JUDGED))


def test_a_run_takes_the_place_of_what_it_measured_and_of_nothing_else():
    other = run(CHOSEN, lesson="08")
    before = ledger(run(CHOSEN) + other, run(JUDGED))
    row, unchanged = merge(before, [line(seed, 0.5) for seed in CHOSEN])
    assert part(row, "uci_chosen") == ["0.5", "0.5", "5", "5"]
    assert row | dict(uci_chosen_min="0", uci_chosen_max="0.04") == before[0]
    assert unchanged == before[1]


@pytest.mark.parametrize("change", [dict(claim="tiny"), dict(high=0.5)])
def test_a_claim_that_was_changed_has_not_been_judged(change):
    before = ledger(run(CHOSEN), run(JUDGED))
    (row,) = merge(before, run(CHOSEN, **change))
    assert counts(row, "chosen") == [10, 10]
    assert counts(row, "judged") == [0, 0] and row["judged_on"] == ""


def test_a_claim_that_was_not_chosen_is_not_judged():
    assert merge([], run(JUDGED)) == []


def test_a_claim_is_judged_once_and_one_that_was_changed_on_other_seeds():
    failed = ledger(run(CHOSEN), run(JUDGED, [101]))
    rows = ledger(run(CHOSEN), run(JUDGED, [101]), run(CHOSEN) + run(CHOSEN, high=3))
    old, new = rows = merge(rows, run(AGAIN) + run(AGAIN, high=3))
    assert [old] == failed and old["judged_on"] == "100-104"
    assert counts(new, "judged") == [10, 10] and new["judged_on"] == "200-204"
    assert merge(rows, run(JUDGED, [101]) + run(JUDGED, [101], high=3)) == rows


def test_what_rests_on_long_trainings_counts_only_those_that_were_made():
    (row,) = ledger(run([0, 1], lesson="09"), run([100, 101], lesson="09"))
    assert [wanted(row, phase) for phase in ("chosen", "judged")] == [4, 4]
    assert counts(row, "judged") == [4, 4] and wanted({"lesson": "08"}, "judged") == 10


def test_a_claim_that_judging_did_not_reach_is_not_judged():
    rows = ledger(run(CHOSEN), run(JUDGED), run(JUDGED, claim="other"))
    assert counts(rows[0], "judged") == [0, 0] and rows[0]["judged_on"] == ""


def test_a_ledger_is_read_as_it_was_written(tmp_path):
    rows = ledger(run(CHOSEN), run(JUDGED, failing=[102]))
    write_ledger(rows, tmp_path / "ledger.csv")
    assert read_ledger(tmp_path / "ledger.csv") == rows
    assert read_ledger(tmp_path / "none.csv") == []


def table(rows, claims=("small",)):
    """Return the two lines of one statement: itself, and its claim."""
    statement = Statement(1, "All is small.", "holds only if tried", claims, "why")
    return render(rows, [statement]).split("\n| ")[3:]


def test_a_statement_that_was_confirmed_shows_its_verdict_and_both_ranges():
    judged = [line(seed, 0.5, dataset) for seed in JUDGED for dataset in DATASETS]
    head, claim = table(ledger(run(CHOSEN), judged))
    assert head == "**1** | All is small. **Holds only if tried**: why. | | | | |"
    link = "[07](notebooks/07_train_on_kl_only.ipynb)"
    assert claim == f"| · small | {link} | 0.5 (0 to 0.04) | 0.5 (0 to 0.04) | below 1 |"


def test_a_claim_without_data_is_marked_and_has_one_column():
    both = [line(0, 0.2, "mnist", formula=True), line(0, 0.3, "uci", formula=True)]
    (row,) = merge([], both)
    assert row["formula"] == "yes"
    assert "| no data: not judged (0.2 to 0.3) |  | below 1 |" in table([row])[1]


def test_a_claim_that_failed_or_was_not_judged_says_so_in_its_row():
    failed = ledger(run(CHOSEN), run(JUDGED, [101, 103], ["uci"]))[0]
    assert ranges(failed, ["uci"]) == "0 to 2, **fails in 2 of 5** (0 to 0.04)"
    assert ranges(failed, ["mnist"]) == "not judged (0 to 0.04)"
    again = table(ledger(run(CHOSEN), run(AGAIN)))[1]
    assert again.startswith("| · small (judged on 200-204) |")


@pytest.mark.parametrize(
    "runs, claim, denial",
    [
        ([run(CHOSEN), run(JUDGED, [103])], "small", "fails in 2 of 10 judging runs"),
        ([run(CHOSEN, [3]), run(JUDGED)], "small", "fails in 2 of 10 choosing runs"),
        ([run(CHOSEN), run([100])], "small", "was reached in 2 of 10 judging runs"),
        ([run(CHOSEN), run(JUDGED)], "other", "was not measured"),
    ],
)
def test_no_verdict_is_harder_than_its_numbers(runs, claim, denial):
    head = table(ledger(*runs), [claim])[0]
    assert f"All is small. **Not confirmed: “{claim}” {denial}.** |" in head
    assert "**Holds" not in head


def test_a_verdict_that_only_the_choosing_seeds_support_is_not_judged_yet():
    head = table(ledger(run(CHOSEN)), ["small"])[0]
    assert "**Not judged yet**; on the seeds that chose the bounds it holds" in head
    assert "None is judged yet" in story(ledger(run(CHOSEN)))


def test_a_statement_without_claims_is_not_confirmed():
    assert "**Not confirmed: nothing was measured.**" in table([], [])[0]


def test_the_story_counts_the_claims_and_names_those_that_fail():
    rows = ledger(
        [x for name in ("good", "bad", "new") for x in run(CHOSEN, claim=name)],
        run(JUDGED, claim="good") + run(JUDGED, [104], claim="bad"),
    )
    failing = "failing in some runs (“bad” in lesson 07): 1; not judged yet"
    assert f"**1 of 3 claims hold in every run; {failing}" in story(rows)
    again = story(ledger(run(CHOSEN), run(AGAIN)))
    assert "1 of 1 claims hold in every run; changed after failing" in again
    assert story(ledger(run(CHOSEN), run(JUDGED))).endswith("hold in every run.**")


def test_a_claim_that_fails_does_not_hide_those_after_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VAE_UTILS_LEDGER", str(tmp_path / "raw.jsonl"))
    monkeypatch.setattr(checks, "claim", checks.claim)
    exec(GO_ON, {})
    checks.claim("first", 2, below=1)
    checks.claim("second", 0, below=1)
    assert "✗ first" in capsys.readouterr().out
    lines = (tmp_path / "raw.jsonl").read_text().splitlines()
    assert [json.loads(line)["holds"] for line in lines] == [False, True]


@pytest.fixture
def seen(tmp_path, monkeypatch):
    """Return what is executed, with nothing executed and all files in a folder."""
    seen = []
    monkeypatch.setattr(tools.ledger, "CACHE", tmp_path)
    monkeypatch.setattr(tools.ledger, "ROOT", tmp_path)
    monkeypatch.setattr(tools.ledger, "datasets_present", lambda: ("mnist", "uci"))
    monkeypatch.setattr(tools.ledger, "execute", lambda *arguments: seen.append(arguments))
    monkeypatch.setenv("VAE_UTILS_LEDGER", "")  # put back after the test
    monkeypatch.setenv("VAE_UTILS_RUN", "")
    return seen


@pytest.mark.parametrize(
    "options, seeds",
    [([], JUDGED), (["--choose"], CHOSEN), (["--again", "--lessons", "06"], AGAIN)],
)
def test_options_choose_the_seeds(options, seeds, seen, monkeypatch):
    monkeypatch.setattr("sys.argv", ["ledger", "--lessons", "07", *options])
    assert main() == 0
    assert [(dataset, seed) for _, dataset, seed, _ in seen] == [
        (dataset, seed) for dataset in ("mnist", "uci") for seed in seeds
    ]
    assert all(notebook.cells[0].source == GO_ON for notebook, *_ in seen)


def test_two_runs_share_neither_a_file_nor_a_cache(seen):
    for dataset in DATASETS:
        tools.ledger.run([dataset], CHOSEN, ["07"])
    tools.ledger.run(["uci"], JUDGED, ["07"])
    caches = [cache.name for *_, cache in seen[::5]]
    spans = "mnist_0-4", "uci_0-4", "uci_100-104"
    assert caches == [f"ledger_{span}_07" for span in spans]
    files = {path.name for path in seen[0][3].parent.glob("*.jsonl")}
    assert files == {f"{cache}.jsonl" for cache in caches}


def test_other_seeds_are_for_named_lessons_only(seen, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["ledger", "--again"])
    with pytest.raises(SystemExit):
        main()
    assert "name their --lessons" in capsys.readouterr().err


def test_files_are_collected_the_oldest_first(tmp_path, monkeypatch):
    other, kept = ledger(run(CHOSEN, lesson="01")), []
    files = [tmp_path / "new.jsonl", tmp_path / "old.jsonl", tmp_path / "empty"]
    for path, lines in zip(files, (run(CHOSEN), run(CHOSEN, [1, 2]), []), strict=True):
        path.write_text("\n".join(lines))
    os.utime(files[1], (0, 0))
    readme = tmp_path / "README.md"
    readme.write_text("".join(MARKERS))
    monkeypatch.setattr(tools.ledger, "README", readme)
    monkeypatch.setattr(tools.ledger, "read_ledger", lambda: other)
    monkeypatch.setattr(tools.ledger, "write_ledger", kept.extend)
    monkeypatch.setattr("sys.argv", ["ledger", "--collect", *map(str, files)])
    assert main() == 0
    assert kept == other + ledger(run(CHOSEN))
    assert between_markers(readme.read_text(encoding="utf-8")) == render(kept)


@pytest.mark.parametrize("old", ["", "\nold\n\n"])
def test_only_what_stands_between_the_markers_is_replaced(old):
    first, last = MARKERS
    text = between_markers(f"above\n{first}\n{old}{last}\n\nbelow\n", "new")
    assert text == f"above\n{first}\n\nnew\n\n{last}\n\nbelow\n"
    assert between_markers(text) == "new"


def test_a_readme_without_markers_is_left_alone():
    with pytest.raises(ValueError, match="should hold the lines"):
        between_markers("above\n", "new")
