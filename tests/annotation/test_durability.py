"""A label that was acknowledged is on the disk; one that was not leaves no trace."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from napari_astro_al.annotation import store
from napari_astro_al.annotation.events import Chain
from napari_astro_al.annotation.ledger import Ledger
from napari_astro_al.errors import LedgerError

QSO = {"source": "1", "label": "QSO"}

LABELLER = """
    import json, sys
    from napari_astro_al.annotation.events import Chain
    from napari_astro_al.annotation.ledger import Ledger

    ledger = Ledger(sys.argv[1], Chain("ada", "desk"))
    step = 0
    while True:
        step += 1
        sources = [f"{step}-{n}" for n in range(1 + step % 3)]
        events = ledger.append_many(
            [("label", {"source": one, "label": "QSO", "step": str(step)}) for one in sources]
        )
        print(json.dumps([event.hash for event in events]), flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 40])
def test_everything_acknowledged_survives_a_kill(path: Path, ada: Chain, acknowledged: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(LABELLER), str(path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as labeller:
        assert labeller.stdout is not None
        lines = [labeller.stdout.readline() for _ in range(acknowledged)]
        labeller.kill()
        lines += labeller.stdout.read().splitlines(keepends=True)
    assert labeller.returncode == -signal.SIGKILL
    promised = [digest for line in lines if line.endswith("]\n") for digest in json.loads(line)]

    with Ledger(path, ada) as ledger:
        events = list(ledger.events())
        assert [event.hash for event in events][: len(promised)] == promised
        steps = [int(event.payload["step"]) for event in events]
        assert all(steps.count(step) == 1 + step % 3 for step in steps)
        assert ledger.verify() is None
        assert ledger.append("label", QSO).sequence == len(events) + 1


def test_a_commit_reaches_the_disk_before_it_returns(path: Path) -> None:
    with closing(store.open_store(path, None)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


class TestAFailingDisk:
    def test_full_leaves_no_half_batch(self, ledger: Ledger) -> None:
        resource = pytest.importorskip("resource", reason="needs POSIX limits")
        ledger.append("label", QSO)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, hard))
        try:
            with pytest.raises(LedgerError, match=r"5000 labels were NOT recorded: .*not full, th"):
                ledger.append_many([("label", QSO)] * 5000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert ledger.head == 1
        assert ledger.append("label", QSO).sequence == 2
        assert ledger.verify() is None

    def test_that_stops_in_the_middle_leaves_no_half_batch(
        self, ledger: Ledger, path: Path
    ) -> None:
        with closing(sqlite3.connect(path)) as other:
            other.execute(
                "CREATE TRIGGER stop BEFORE INSERT ON events WHEN new.sequence = 3 "
                "BEGIN SELECT RAISE(FAIL, 'no third event'); END"
            )
        with pytest.raises(LedgerError, match="5 labels were NOT recorded: no third event"):
            ledger.append_many([("label", QSO)] * 5)
        assert ledger.head == 0
        assert ledger.append("label", QSO).sequence == 1

    def test_read_only_file(self, ordinary_folder: Path, ada: Chain) -> None:
        path = ordinary_folder / "quasars.astroal"
        with Ledger(path, ada) as ledger:
            ledger.append("label", QSO)
        path.chmod(0o444)
        with Ledger(path, ada) as ledger:
            assert ledger.head == 1
            with pytest.raises(
                LedgerError, match=r"the label was NOT recorded: .*readonly.* folder writable, then"
            ):
                ledger.append("label", QSO)
            with pytest.raises(LedgerError, match="the event was NOT recorded"):
                ledger.append("undo", {"step": "s1"})
            assert ledger.head == 1

    def test_read_only_folder(self, ordinary_folder: Path, ada: Chain) -> None:
        ordinary_folder.chmod(0o555)
        with pytest.raises(LedgerError, match=r"cannot be opened: .* that you may write there"):
            Ledger(ordinary_folder / "quasars.astroal", ada)

    def test_locked_by_another_program(
        self, path: Path, ada: Chain, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "_WAIT_FOR_LOCK", 0.05)
        with Ledger(path, ada) as ledger, closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LedgerError, match=r"NOT recorded: .*locked.*Another program"):
                ledger.append("label", QSO)
            other.execute("ROLLBACK")
            assert ledger.append("label", QSO).sequence == 1


class TestAFileThatGoesAway:
    MOVED = "the label was NOT recorded: the file was moved, removed or replaced"

    def test_removed(self, ledger: Ledger, path: Path) -> None:
        path.unlink()
        with pytest.raises(LedgerError, match=self.MOVED):
            ledger.append("label", QSO)

    def test_replaced(self, ledger: Ledger, path: Path, ada: Chain, tmp_path: Path) -> None:
        Ledger(tmp_path / "other.astroal", ada).close()
        (tmp_path / "other.astroal").replace(path)
        with pytest.raises(LedgerError, match=self.MOVED):
            ledger.append("label", QSO)

    def test_write_ahead_log_removed(self, ledger: Ledger, path: Path) -> None:
        Path(f"{path}-wal").unlink()
        with pytest.raises(LedgerError, match=self.MOVED):
            ledger.append("label", QSO)

    def test_a_change_of_the_working_folder_is_no_matter(
        self, tmp_path: Path, ada: Chain, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with Ledger("quasars.astroal", ada) as ledger:
            monkeypatch.chdir("/")
            ledger.append("label", QSO)
            assert ledger.head == 1
