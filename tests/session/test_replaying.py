"""Replays: the golden share file comes out the same, and what does not is named step by step."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest
from tests.session.conftest import blobs
from tests.session.make_golden import FILE, golden_catalogue

import napari_astro_al as aal
from napari_astro_al.cli import main
from napari_astro_al.session.share_document import read_share
from napari_astro_al.session.sharing import versions_now


@pytest.fixture(scope="module")
def golden() -> aal.Session:
    """The golden session, replayed."""
    return aal.replay(FILE, golden_catalogue())


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A copy of the golden share file."""
    return Path(shutil.copy(FILE, tmp_path / "share.json"))


def rewritten(share: Path, content: dict[str, Any]) -> Path:
    share.write_text(json.dumps(content), "utf-8")
    return share


class TestGolden:
    def test_labels_and_history_are_those_of_the_file(self, golden: aal.Session) -> None:
        document = read_share(FILE)
        told = [one.said for one in document.events if one.kind == "label"]
        assert set(golden.labels.index) <= {int(one["source"]) for one in told}
        assert len(golden.labels) == 14
        begun = aal.Session.from_config(FILE, golden_catalogue())
        assert golden.labels.equals(begun.labels)
        events, again = (list(one.ledger.events()) for one in (begun, golden))
        assert [one.hash for one in again[: len(document.events)]] == [
            one.hash for one in events[: len(document.events)]
        ]

    def test_questions_and_scores_are_the_same_on_the_same_versions(
        self, golden: aal.Session
    ) -> None:
        report = golden.replayed
        assert report is not None
        assert report.n_questions == 16
        assert report.n_scores == 8
        assert not report.not_repeated
        if versions_now() == read_share(FILE).versions:
            assert list(golden.differences) == []
            assert "all of them are the same" in str(report)
        else:
            assert report.versions
            assert all(name in str(report) for name in report.versions)

    def test_the_session_goes_on_as_the_one_that_was_shared(self, golden: aal.Session) -> None:
        begun = aal.Session.from_config(FILE, golden_catalogue())
        assert golden.query(3) == begun.query(3)
        assert golden.excluded.ids == begun.excluded.ids
        assert golden.learners == begun.learners
        assert golden.features.names == begun.features.names == ("u",)


class TestDifferences:
    def test_the_first_step_that_differs_is_named(self, share: Path) -> None:
        content = json.loads(share.read_text("utf-8"))
        labels = [one for one in content["events"] if one["kind"] == "label"]
        labels[3]["said"]["label"] = "STAR" if labels[3]["said"]["label"] != "STAR" else "GALAXY"
        replayed = aal.replay(rewritten(share, content), golden_catalogue())
        first = replayed.replayed.first  # type: ignore[union-attr]
        assert first is not None
        step = content["events"].index(labels[3]) + 1
        assert first.step > step  # what came before does not depend on it
        assert first.kind in ("scores", "question", "model")
        assert f"Step {first.step} (" in str(replayed.replayed)

    def test_another_catalogue_asks_otherwise_and_is_told_apart(self, share: Path) -> None:
        table = blobs(240, seed=3)
        table["u"] = table["u"] ** 2
        other = aal.Catalogue.from_table(table, id="source", label="kind", name="squared")
        with pytest.warns(aal.AstroALWarning, match=r"1 column is changed \('u'\)"):
            replayed = aal.replay(share, other)
        assert len(replayed.labels) == 14
        assert replayed.differences

    def test_what_cannot_be_repeated_is_named(self, share: Path) -> None:
        content = json.loads(share.read_text("utf-8"))
        asked = [one["said"]["asked"] for one in content["events"] if "asked" in one["said"]]
        del asked[0]["made"]
        asked[1]["made"]["within"] = "3:0000000000000001"
        report = aal.replay(rewritten(share, content), golden_catalogue()).replayed
        assert report is not None
        told = [one.found for one in report.not_repeated]
        assert told == [
            "the answer does not say from which labels it was asked for",
            "it was asked within sources that the share file does not name",
        ]
        assert "2 steps could not be repeated" in str(report)

    def test_within_a_set_that_is_shared(self, tmp_path: Path) -> None:
        session = aal.Session(golden_catalogue())
        session.sets.save("few", [1010, 1011, 1012, 1013, 1014, 1015, 1016, 1017])
        [source] = session.query(within="few")
        session.annotate(source, "STAR")
        report = aal.replay(session.export_config(tmp_path / "s.json"), golden_catalogue()).replayed
        assert report is not None
        assert (report.n_questions, report.differences) == (1, [])

    def test_several_tasks_curated_and_surveyed_sources(self, tmp_path: Path) -> None:
        catalogue, learner = golden_catalogue(), aal.LearnerRecipe(model="logistic_regression")
        tasks = {"s": aal.Task.one_vs_rest("STAR"), "g": aal.Task.one_vs_rest("GALAXY")}
        session = aal.Session(catalogue, task=tasks, learner=learner)
        truth = aal.ColumnOracle(catalogue)

        def label(n: int) -> None:
            for _ in range(n):
                source = session.query(strategy="margin")[0]
                session.annotate(source, truth.label([source])[0])

        label(8)
        session.train()
        session.add_class("QSO")
        session.curate(10)
        with warnings.catch_warnings():  # some may have been labelled
            warnings.simplefilter("ignore", aal.AstroALWarning)
            session.draw_survey(5)
        label(2)
        session.train()
        replayed = aal.replay(session.export_config(tmp_path / "s.json"), catalogue)
        assert list(replayed.differences) == []
        assert replayed.replayed.n_questions == 10  # type: ignore[union-attr]
        assert "combined" in set(replayed.scores["task"])
        assert list(replayed.tasks) == ["s", "g"]
        assert replayed.survey.sources == session.survey.sources  # type: ignore[union-attr]
        assert replayed.query(3) == session.query(3)


class TestCommand:
    @pytest.fixture
    def table(self, tmp_path: Path) -> Path:
        path = tmp_path / "moved.csv"
        blobs(240, seed=3).to_csv(path, index=False)
        return path

    def test_says_that_all_is_the_same_and_keeps_the_session(
        self, share: Path, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "again.astroal"
        status = main(["replay", str(share), str(table), "--out", str(out)])
        same = versions_now() == read_share(FILE).versions
        assert status == (0 if same else status)
        assert "16 questions and 8 models made again" in capsys.readouterr().out
        with aal.Session.open(out) as session:
            assert len(session.labels) == 14

    def test_ends_with_1_where_a_step_differs(
        self, share: Path, table: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        content = json.loads(share.read_text("utf-8"))
        trained = [one for one in content["events"] if one["kind"] == "trained"]
        trained[0]["said"]["scores"][0]["accuracy"] = 0.125
        assert main(["replay", str(rewritten(share, content)), str(table)]) == 1
        assert "It was scores (validation), accuracy 0.125" in capsys.readouterr().out
