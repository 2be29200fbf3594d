"""Files are whole or not there, and a damaged one costs only the time to make it again."""

import numpy as np
import pytest

from vae_utils.store import recall, save_npz


def test_files_are_written_whole_or_not_at_all(tmp_path, capsys):
    class Unwritable:
        def __array__(self, *args, **kwargs):
            raise OSError(28, "No space left on device")

    save_npz(tmp_path / "a.npz", numbers=Unwritable())
    assert "No space left on device" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    save_npz(tmp_path / "a.npz", numbers=np.arange(3))
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_a_file_that_lacks_an_array_is_made_again(tmp_path, capsys):
    save_npz(tmp_path / "a.npz", letters=np.arange(3))
    arrays, recalled = recall(tmp_path / "a.npz", ["numbers"], lambda: {"numbers": [1]})
    assert arrays == {"numbers": [1]} and not recalled
    assert "was damaged" in capsys.readouterr().out


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, capsys):
    (tmp_path / "a.npz").mkdir()  # reading a folder is an OSError for everyone
    recall(tmp_path / "a.npz", ["numbers"], lambda: {"numbers": [1]})
    assert "cannot be read" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [None, b"", b"half a file"])
def test_what_is_missing_or_damaged_is_made_once_and_kept(damage, tmp_path, capsys):
    path, made = tmp_path / "a.npz", []
    if damage is not None:
        path.write_bytes(damage)

    def make():
        made.append(1)
        return {"numbers": np.arange(3)}

    for there in (False, True):
        arrays, recalled = recall(path, ["numbers"], make)
        assert list(arrays["numbers"]) == [0, 1, 2] and recalled == there
    assert len(made) == 1
    assert ("a.npz was damaged" in capsys.readouterr().out) == (damage is not None)
