"""The glossary and the lessons agree on where each word is introduced."""

import re

import pytest

from tools.lessons import LESSONS, ROOT, read

ROWS = re.findall(
    r"^\| ([^(|]+?)(?: \(.*\))? \| (.+) \| (\d\d) \|$",
    (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8"),
    re.M,
)
TEXTS = {
    path.stem[:2]: " ".join(
        " ".join(
            cell.source for cell in read(path).cells if cell.cell_type == "markdown"
        ).split()
    ).lower()
    for path in LESSONS
}


def introduced(word, text):
    """Say whether a text has the word in italics or bold, as at its first appearance."""
    return re.search(rf"(?<!\w)\*{{1,2}}{re.escape(word.lower())}\*{{1,2}}(?!\w)", text)


def test_the_glossary_follows_the_lessons():
    lessons = [lesson for _, _, lesson in ROWS]
    assert len(ROWS) > 25 and lessons == sorted(lessons)
    assert all(meaning.endswith(".") for _, meaning, _ in ROWS)


@pytest.mark.parametrize("word, meaning, lesson", ROWS, ids=[row[0] for row in ROWS])
def test_a_word_is_introduced_in_the_lesson_that_the_glossary_names(word, meaning, lesson):
    assert introduced(word, TEXTS[lesson])
    # lesson 00 may name what is to come
    earlier = [n for n in TEXTS if "00" < n < lesson and introduced(word, TEXTS[n])]
    assert earlier == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_links_to_the_glossary(path):
    assert "](glossary.md)" in read(path).cells[0].source
