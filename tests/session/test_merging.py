"""Labels of several people, brought together as files."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing

import pytest

import napari_astro_al as aal
from napari_astro_al import cli
from napari_astro_al.errors import CatalogueError, LabelError, LedgerError, SessionError


@pytest.fixture
def team(catalogue, tmp_path):
    """What Ada, Bo and Cy have answered, each in a session of their own, as files."""
    said = {
        "ada": {1001: "STAR", 1002: "STAR", 1003: "GALAXY"},
        "bo": {1001: "STAR", 1002: "GALAXY", 1004: "GALAXY"},
        "cy": {1001: "GALAXY", 1002: "GALAXY", 1003: "GALAXY"},
    }
    files = {}
    for who, answers in said.items():
        with aal.Session(catalogue, path=tmp_path / f"{who}.astroal", annotator=who) as session:
            for source, label in answers.items():
                session.annotate(source, label)
            files[who] = session.export_ledger(tmp_path / f"{who}.sqlite")
    return files


@pytest.fixture
def mine(catalogue, tmp_path):
    with aal.Session(catalogue, path=tmp_path / "mine.astroal", annotator="dora") as session:
        yield session


def standing(session):
    return dict(sorted(session.labels.items())), set(session.book.unsure_rows())


class TestMerging:
    def test_each_has_a_vote_and_a_tie_is_no_label(self, mine, team):
        heard = []
        mine.labels_changed.connect(heard.append)
        report = mine.merge(team.values())
        assert report.answers == {"ada": 3, "bo": 3, "cy": 3}
        assert standing(mine)[0] == {1001: "STAR", 1002: "GALAXY", 1003: "GALAXY", 1004: "GALAXY"}
        assert set(heard[0]) == {1001, 1002, 1003, 1004}
        mine.annotate(1004, "STAR")
        assert 1004 not in mine.labels
        assert mine.ledger.verify() is None

    def test_in_any_order_and_however_often(self, catalogue, team, tmp_path):
        ways = [*itertools.permutations(team.values()), [*team.values()] * 2]
        ends = []
        for number, way in enumerate(ways):
            with aal.Session(catalogue, annotator="dora") as session:
                for file in way:
                    session.merge(file)
                ends.append((standing(session), session.ledger.tips().keys()))
                assert not session.merge(team["bo"]).n_events, number
        assert all(end == ends[0] for end in ends)

    def test_what_came_since_is_added(self, mine, team, catalogue, tmp_path):
        mine.merge(team["ada"])
        with aal.Session.open(tmp_path / "ada.astroal", catalogue) as ada:
            ada.undo()
            ada.annotate(1005, "STAR")
        mine.merge(tmp_path / "ada.astroal")
        assert standing(mine)[0] == {1001: "STAR", 1002: "STAR", 1005: "STAR"}

    def test_it_is_the_same_after_a_restart(self, mine, team, catalogue):
        mine.merge(team.values())
        before = standing(mine)
        mine.close()
        with aal.Session.open(mine.path, catalogue) as again:
            assert standing(again) == before

    def test_scores_and_marks_stay_those_of_each(self, mine, catalogue, tmp_path, team):
        with aal.Session.open(tmp_path / "ada.astroal", catalogue) as ada:
            ada.annotate([1000, 1004, 1008, 1012], "GALAXY")
            ada.annotate([1005, 1006, 1007, 1009], "STAR")
            ada.train()
            ada.mark(1001)
        mine.merge(tmp_path / "ada.astroal")
        mine.close()
        with aal.Session.open(mine.path, catalogue) as again:
            assert len(again.scores) == 0
            assert not again.marked
        with aal.Session.open(tmp_path / "ada.astroal", catalogue) as ada:
            assert len(ada.scores) > 0
            assert dict(ada.marked) == {1001: True}

    def test_only_one_s_own_steps_are_taken_back(self, mine, team):
        mine.annotate(1006, "STAR")
        mine.merge(team.values())
        assert mine.undo() == (1006,)
        assert mine.undo() == ()

    def test_a_file_holds_nothing_but_events(self, team):
        with closing(sqlite3.connect(team["ada"])) as file:
            tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master")}
        assert {name for name in tables if not name.startswith("sqlite_")} == {"meta", "events"}
        assert not team["ada"].with_name("ada.sqlite-wal").exists()


class TestNothingIsTaken:
    @pytest.fixture(autouse=True)
    def _all_or_nothing(self, mine, team):
        mine.annotate(1009, "STAR")
        before = standing(mine), mine.ledger.head
        yield
        assert (standing(mine), mine.ledger.head) == before

    def test_of_a_broken_chain(self, mine, team):
        with closing(sqlite3.connect(team["bo"])) as file, file:
            file.execute("UPDATE events SET payload = replace(payload, 'STAR', 'GALAXY')")
        with pytest.raises(LedgerError, match=r"bo\.sqlite is NOT as it was written\. Event 2 of"):
            mine.merge(team.values())

    def test_of_a_chain_that_was_written_in_two_places(self, mine, team, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "b.astroal", annotator="ada") as other:
            other.annotate(1001, "GALAXY")
            with pytest.raises(
                LedgerError, match=r"event 1 of chain ada/\w+ in .*ada\.sqlite is an"
            ):
                other.merge(team["ada"])
            with pytest.raises(LedgerError, match="written in two places"):
                mine.merge([team["ada"], other.export_ledger(tmp_path / "b.sqlite")])

    def test_the_first_place_that_differs_is_named(self, catalogue, tmp_path, mine):
        with aal.Session(catalogue, path=tmp_path / "e.astroal", annotator="eve") as eve:
            for source in range(1010, 1015):
                eve.annotate(source, "STAR")
            copy = eve.export_ledger(tmp_path / "copy.sqlite")
            for source in range(1020, 1025):
                eve.annotate(source, "STAR")
            one = eve.export_ledger(tmp_path / "one.sqlite")
        (tmp_path / "e.astroal" / "ledger.sqlite").unlink()
        copy.rename(tmp_path / "e.astroal" / "ledger.sqlite")
        with aal.Session.open(tmp_path / "e.astroal", catalogue) as eve:
            for source in range(1030, 1039):
                eve.annotate(source, "STAR")
            other = eve.export_ledger(tmp_path / "other.sqlite")
        # 1 opening and 5 labels are the same; what differs is what followed
        with pytest.raises(LedgerError, match="event 7 of chain eve/"):
            mine.merge([one, other])
        with pytest.raises(LedgerError, match="event 7 of chain eve/"):
            mine.merge([other, one])

    def test_of_other_sources(self, mine, tmp_path):
        others = mine.catalogue.table.assign(source=mine.catalogue.table["source"] + 5000)
        others = aal.Catalogue.from_table(others, id="source", label="kind")
        with aal.Session(others, annotator="fay") as fay:
            fay.annotate([6000, 6001], "STAR")
            file = fay.export_ledger(tmp_path / "fay.sqlite")
        with pytest.raises(CatalogueError, match=r"Nothing was merged: .*'6000', '6001'"):
            mine.merge(file)

    def test_of_another_kind_of_ids(self, mine, tmp_path):
        table = mine.catalogue.table.assign(source=[f"s{n}" for n in range(200)])
        words = aal.Catalogue.from_table(table, id="source", label="kind")
        with aal.Session(words, annotator="fay") as fay:
            file = fay.export_ledger(tmp_path / "fay.sqlite")
        with pytest.raises(LedgerError, match="holds labels of sources whose ids are string"):
            mine.merge(file)

    def test_of_classes_that_are_not_known(self, mine, catalogue, tmp_path):
        with aal.Session(catalogue, annotator="fay") as fay:
            fay.add_class("QSO")
            fay.annotate(1001, "QSO")
            file = fay.export_ledger(tmp_path / "fay.sqlite")
        with pytest.raises(LabelError, match=r"knows 'QSO'.*session\.add_class"):
            mine.merge(file)

    def test_of_nothing(self, mine, tmp_path):
        with pytest.raises(SessionError, match="no ledger of labels at"):
            mine.merge(tmp_path / "nothing.sqlite")
        with pytest.raises(SessionError, match="the ledger of a session"):
            mine.export_ledger(mine.path / "ledger.sqlite")


class TestCommand:
    def test_it_merges_and_says_what_came(self, catalogue, tmp_path, team, capsys):
        catalogue.table.to_csv(tmp_path / "blobs.csv", index=False)
        read = aal.Catalogue.read(tmp_path / "blobs.csv", id="source", label="kind")
        aal.Session(read, path=tmp_path / "d.astroal", annotator="dora").close()
        command = ["merge", str(tmp_path / "d.astroal"), str(team["ada"]), str(team["bo"])]
        assert cli.main(command) == 0
        assert "answers: 3 by ada, 3 by bo. 4 sources stand" in capsys.readouterr().out
        assert cli.main(command) == 0
        assert "Nothing new" in capsys.readouterr().out
        with aal.Session.open(tmp_path / "d.astroal") as session:
            assert standing(session)[0] == {1001: "STAR", 1003: "GALAXY", 1004: "GALAXY"}
