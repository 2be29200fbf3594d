"""The ledger is up to date, and no verdict is harder than its numbers."""

import json
import re

import pytest

from tools.ledger import (
    COLUMNS,
    DATASETS,
    MARKERS,
    README,
    SEEDS,
    STATEMENTS,
    Statement,
    between_markers,
    bound,
    collect,
    read_ledger,
    render,
    write_ledger,
)
from tools.lessons import LESSONS, read

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


def line(seed, value, dataset="uci", holds=True, claim="small", low=None, high=1):
    facts = dict(lesson="07", dataset=dataset, seed=seed, claim=claim)
    return json.dumps(facts | dict(value=value, low=low, high=high, holds=holds))


def five_seeds(failing=()):
    """Return rows of one claim on both data sets; some seeds fail on the UCI digits."""
    return collect(
        line(seed, seed / 10, dataset, not (dataset == "uci" and seed in failing))
        for dataset in DATASETS
        for seed in SEEDS
    )


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


def test_every_claim_held_for_every_seed_on_both_data_sets():
    for row in read_ledger():
        for dataset in DATASETS:
            held, runs = row[f"{dataset}_held"], row[f"{dataset}_runs"]
            assert held == runs == str(len(SEEDS)), f"{row['lesson']} {row['claim']}"


def test_the_readme_shows_the_ledger():
    text = README.read_text(encoding="utf-8")
    assert between_markers(text) == render(read_ledger())


def test_what_is_collected_are_ranges_and_counts():
    lines = [
        *(line(0, 0.25), line(0, 0.123456), line(1, 0.5)),  # twice in one run: a loop
        *(line(0, 0.75, "mnist"), line(0, 2, "mnist", holds=False)),
        line(1, 0.75, "mnist"),
        line(0, 3, claim="inside", low=2.5, high=3.5),
    ]
    small, inside = collect(lines)
    expected = "07,small,,1,0.75,2,0.1235,0.5,1,2,2,2".split(",")  # noqa: SIM905
    assert small == dict(zip(COLUMNS, expected, strict=True))
    assert bound(inside) == "between 2.5 and 3.5"
    assert inside["mnist_min"] == "" and inside["mnist_runs"] == "0"


def test_lessons_are_in_order_and_claims_as_they_were_made():
    early = line(0, 1, claim="early").replace('"07"', '"01"')
    rows = collect([line(0, 1, claim="z"), line(0, 1, claim="a"), early])
    assert [row["claim"] for row in rows] == ["early", "z", "a"]


def test_a_value_that_is_not_a_number_is_not_hidden_by_others():
    row = collect([line(0, 1.0), line(1, float("nan"), holds=False), line(2, 2.0)])[0]
    assert (row["uci_min"], row["uci_max"], row["uci_held"]) == ("nan", "nan", "2")


def test_a_ledger_is_read_as_it_was_written(tmp_path):
    rows = five_seeds(failing=[2])
    write_ledger(rows, tmp_path / "ledger.csv")
    assert read_ledger(tmp_path / "ledger.csv") == rows
    assert read_ledger(tmp_path / "none.csv") == []


def test_a_statement_that_was_confirmed_shows_its_verdict_and_its_numbers():
    statement = Statement(1, "All is small.", "holds only if tried", ["small"], "why")
    *_, head, claim = render(five_seeds(), [statement]).splitlines()
    assert head == "| **1** | All is small. **Holds only if tried**: why. | | | | |"
    link = "[07](notebooks/07_train_on_kl_only.ipynb)"
    assert claim == f"| | · small | {link} | 0 to 0.4 | 0 to 0.4 | below 1 |"


@pytest.mark.parametrize(
    "rows, claims, denial",
    [
        (five_seeds(failing=[3]), ["small"], "“small” fails in 1 of 10 runs"),
        (five_seeds(), ["small", "other"], "“other” was not measured"),
        (collect([line(0, 0.5)]), ["small"], "“small” was reached in 1 of 5 runs"),
        (five_seeds(), [], "nothing was measured"),
    ],
)
def test_no_verdict_is_harder_than_its_numbers(rows, claims, denial):
    table = render(rows, [Statement(1, "All is small.", "holds", claims, "why")])
    assert f"All is small. **Not confirmed: {denial}.** |" in table
    assert "**Holds" not in table


@pytest.mark.parametrize("old", ["", "\nold\n\n"])
def test_only_what_stands_between_the_markers_is_replaced(old):
    first, last = MARKERS
    text = between_markers(f"above\n{first}\n{old}{last}\n\nbelow\n", "new")
    assert text == f"above\n{first}\n\nnew\n\n{last}\n\nbelow\n"
    assert between_markers(text) == "new"


def test_a_readme_without_markers_is_left_alone():
    with pytest.raises(ValueError, match="should hold the lines"):
        between_markers("above\n", "new")
