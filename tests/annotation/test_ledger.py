"""The ledger: what it keeps, what it refuses, and how it notices tampering."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from napari_astro_al.annotation.events import CATALOGUE, Chain
from napari_astro_al.annotation.ledger import Ledger
from napari_astro_al.errors import LedgerError

QSO = {"source": "3722360139651590000", "label": "QSO", "step": "s1"}


def change(path: Path, statement: str, *values: object) -> None:
    """What somebody does to the file with another program."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


class TestAppending:
    def test_gives_back_the_event_that_it_kept(self, ledger: Ledger) -> None:
        event = ledger.append("label", QSO | {"confidence": 0.9, "comment": "broad lines"})
        assert event.chain == "ada/desk"
        assert event.sequence == 1
        assert event.payload["comment"] == "broad lines"
        assert list(ledger.events()) == [event]

    def test_keeps_a_copy_of_the_payload(self, ledger: Ledger) -> None:
        asked = {"why": ["margin"]}
        event = ledger.append("label", QSO | {"asked": asked})
        asked["why"].append("changed later")
        assert event.payload["asked"] == {"why": ["margin"]}

    def test_takes_any_text(self, ledger: Ledger) -> None:
        odd = {"source": "NGC 4151; DROP TABLE events", "label": "é\udcff\x00\n"}
        ledger.append("label", odd)
        assert [event.payload for event in ledger.events()] == [odd]

    def test_continues_its_chains_when_opened_again(self, path: Path, ada: Chain) -> None:
        inherited = Chain(CATALOGUE, "desk")
        with Ledger(path, ada) as ledger:
            first = ledger.append("label", QSO)
            ledger.append_many([("label", QSO)], chain=inherited)
        with Ledger(path, ada) as ledger:
            second = ledger.append("skip", {"source": "1"})
            [other] = ledger.append_many([("label", QSO)], chain=inherited)
            assert (second.sequence, second.previous) == (2, first.hash)
            assert (other.sequence, other.chain) == (2, "catalogue/desk")
            assert ledger.verify() is None

    def test_keeps_kinds_that_it_does_not_know(self, path: Path, ada: Chain) -> None:
        with Ledger(path, ada) as ledger:
            ledger.append("test scores seen", {"reason": "for the paper", "f1": 0.93})
        with Ledger(path, ada) as ledger:
            [event] = ledger.events()
            assert event.kind == "test scores seen"
            assert event.payload == {"reason": "for the paper", "f1": 0.93}

    def test_of_nothing_does_nothing(self, ledger: Ledger) -> None:
        assert ledger.append_many([]) == []
        assert ledger.head == 0

    def test_records_all_or_none(self, ledger: Ledger) -> None:
        with pytest.raises(LedgerError, match="'label' event was NOT recorded"):
            ledger.append_many([("label", QSO), ("label", {"source": "2"})])
        assert ledger.head == 0

    def test_works_in_memory(self, ada: Chain) -> None:
        with Ledger(None, ada) as ledger:
            event = ledger.append("label", QSO)
            assert list(ledger.events()) == [event]
            assert ledger.verify() is None

    def test_from_many_threads_makes_one_chain(self, ledger: Ledger) -> None:
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda n: ledger.append("skip", {"source": str(n)}), range(100)))
        assert sorted(event.sequence for event in done) == list(range(1, 101))
        assert ledger.verify() is None

    def test_through_two_ledgers_on_one_file_makes_one_chain(
        self, ledger: Ledger, path: Path, ada: Chain
    ) -> None:
        with Ledger(path, ada) as window:
            for number in range(6):
                (ledger, window)[number % 2].append("skip", {"source": str(number)})
            assert [event.sequence for event in window.events()] == [1, 2, 3, 4, 5, 6]
            assert window.verify() is None

    def test_through_two_ledgers_at_once_makes_one_chain(
        self, ledger: Ledger, path: Path, ada: Chain
    ) -> None:
        def label_fifty(author: Ledger) -> None:
            for _ in range(50):
                author.append("label", QSO)

        with Ledger(path, ada) as window, ThreadPoolExecutor(2) as pool:
            list(pool.map(label_fifty, [ledger, window]))
            assert [event.sequence for event in ledger.events()] == list(range(1, 101))
            assert ledger.verify() is None


class TestReading:
    def test_goes_on_after_what_is_known(self, ledger: Ledger) -> None:
        ledger.append_many([("skip", {"source": str(n)}) for n in range(3)])
        known = ledger.head
        new = ledger.append("label", QSO)
        assert known == 3
        assert list(ledger.events(after=known)) == [new]
        assert list(ledger.events(after=ledger.head)) == []

    def test_ends_where_the_ledger_ended_when_it_began(self, ledger: Ledger) -> None:
        ledger.append_many([("skip", {"source": str(n)}) for n in range(3)])
        for event in ledger.events():
            ledger.append("skip", event.payload)
        assert ledger.head == 6

    def test_gives_more_than_one_portion(self, ledger: Ledger) -> None:
        ledger.append_many([("skip", {"source": str(n)}) for n in range(4500)])
        assert [event.sequence for event in ledger.events()] == list(range(1, 4501))

    def test_says_which_payload_is_damaged(self, ledger: Ledger, path: Path) -> None:
        ledger.append("label", QSO)
        change(path, "UPDATE events SET payload = substr(payload, 1, 9)")
        with pytest.raises(LedgerError, match=r"event 1 of chain ada/desk is damaged .* a copy"):
            list(ledger.events())


class TestVerifying:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("uuid", "another"),
            ("utc", "2020-01-01T00:00:00.000000Z"),
            ("kind", "unsure"),
            ("payload", '{"label":"STAR","source":"1"}'),
            ("payload", '{"label": "QSO","source":"1"}'),
            ("hash", "0" * 64),
        ],
    )
    def test_finds_a_changed_event(
        self, ledger: Ledger, path: Path, column: str, value: str
    ) -> None:
        ledger.append_many([("label", {"source": "1", "label": "QSO"})] * 5)
        change(path, f"UPDATE events SET {column} = ? WHERE sequence = 3", value)
        assert str(ledger.verify()).startswith("Event 3 of chain ada/desk (")
        assert str(ledger.verify()).endswith("was changed after it was recorded.")

    def test_finds_a_changed_link(self, ledger: Ledger, path: Path) -> None:
        ledger.append_many([("label", QSO)] * 5)
        change(path, "UPDATE events SET previous = '' WHERE sequence = 3")
        assert "Event 3" in str(ledger.verify())
        assert "does not continue the event before it" in str(ledger.verify())

    def test_finds_a_removed_event(self, ledger: Ledger, path: Path) -> None:
        ledger.append_many([("label", QSO)] * 5)
        change(path, "DELETE FROM events WHERE sequence = 3")
        assert "Event 4" in str(ledger.verify())
        assert "follows event 2: events in between are missing" in str(ledger.verify())

    def test_blames_only_the_chain_that_was_changed(self, ledger: Ledger, path: Path) -> None:
        ledger.append_many([("label", QSO)] * 2, chain=Chain("bo", "dome"))
        ledger.append_many([("label", QSO)] * 2)
        change(path, "UPDATE events SET kind = 'skip' WHERE chain = 'ada/desk' AND sequence = 1")
        assert "Event 1 of chain ada/desk (skip" in str(ledger.verify())


class TestRefusing:
    def test_a_file_that_is_no_database(self, path: Path, ada: Chain) -> None:
        table = "specobjid,class\n" * 100
        path.write_text(table)
        with pytest.raises(LedgerError, match=r"quasars.astroal is no ledger of labels: .*not a"):
            Ledger(path, ada)
        assert path.read_text() == table

    def test_a_database_of_something_else(self, path: Path, ada: Chain) -> None:
        change(path, "CREATE TABLE photometry (u REAL)")
        before = path.read_bytes()
        with pytest.raises(LedgerError, match="SQLite database but no ledger of labels"):
            Ledger(path, ada)
        assert path.read_bytes() == before

    def test_a_newer_version(self, path: Path, ada: Chain) -> None:
        Ledger(path, ada).close()
        change(path, "UPDATE meta SET value = '2' WHERE key = 'schema'")
        with pytest.raises(LedgerError, match=r"newer napari-astro-al \(ledger version 2; .*to 1"):
            Ledger(path, ada)

    def test_a_file_that_does_not_say_its_version(self, path: Path, ada: Chain) -> None:
        Ledger(path, ada).close()
        change(path, "DELETE FROM meta")
        with pytest.raises(LedgerError, match="does not say which version"):
            Ledger(path, ada)

    def test_a_folder_that_is_not_there(self, tmp_path: Path, ada: Chain) -> None:
        with pytest.raises(LedgerError, match=r"cannot be opened: .* its folder exists"):
            Ledger(tmp_path / "nowhere" / "quasars.astroal", ada)

    def test_another_kind_of_ids(self, path: Path, ada: Chain) -> None:
        Ledger(path, ada, id_kind="int64").close()
        Ledger(path, ada, id_kind="int64").close()
        with pytest.raises(LedgerError, match="ids are int64; the catalogue's ids are string"):
            Ledger(path, ada, id_kind="string")

    @pytest.mark.parametrize("mode", ["wal", "delete"])
    def test_leaves_the_file_as_it_is_until_there_is_an_event(
        self, path: Path, ada: Chain, mode: str
    ) -> None:
        with Ledger(path, ada) as ledger:
            ledger.append("label", QSO)
        change(path, f"PRAGMA journal_mode = {mode}")
        before = path.read_bytes()
        with Ledger(path, ada, id_kind="int64") as ledger:
            assert ledger.takes_events
            assert ledger.id_kind is None
        assert path.read_bytes() == before

        with Ledger(path, ada, id_kind="int64") as ledger:
            ledger.append("skip", {"source": "1"})
            assert ledger.id_kind == "int64"
            ledger.append("skip", {"source": "2"})
            assert Path(f"{path}-wal").exists()

    def test_the_first_event_where_another_has_said_other_ids_meanwhile(
        self, path: Path, ada: Chain
    ) -> None:
        Ledger(path, ada).close()
        with (
            Ledger(path, ada, id_kind="int64") as late,
            Ledger(path, ada, id_kind="string") as first,
        ):
            first.append("label", QSO)
            with pytest.raises(LedgerError, match="ids are string; the catalogue's ids are int64"):
                late.append("label", QSO)
            assert late.head == 1

    def test_work_after_it_is_closed(self, ledger: Ledger) -> None:
        ledger.close()
        ledger.close()
        with pytest.raises(LedgerError, match="is closed: nothing was read or recorded"):
            ledger.append("label", QSO)
        with pytest.raises(LedgerError, match="is closed"):
            list(ledger.events())

    @pytest.mark.parametrize("payload", [{"source": "1", "label": float("nan")}, {"source": 1}])
    def test_a_wrong_payload_and_goes_on(
        self, ledger: Ledger, payload: Mapping[str, object]
    ) -> None:
        with pytest.raises(LedgerError, match="NOT recorded"):
            ledger.append("label", payload)
        ledger.append("label", QSO)
        assert ledger.head == 1
