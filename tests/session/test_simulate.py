from __future__ import annotations

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LabelError, SessionError


class TestColumnOracle:
    def test_it_answers_from_the_column(self, catalogue):
        assert aal.ColumnOracle(catalogue).label([1000, 1001]) == ["GALAXY", "STAR"]

    def test_it_names_sources_without_an_answer(self, catalogue):
        table = catalogue.table.copy()
        table.loc[3, "kind"] = None
        oracle = aal.ColumnOracle(aal.Catalogue.from_table(table, id="source", label="kind"))
        with pytest.raises(LabelError, match="no label for '1003'"):
            oracle.label([1000, 1003])

    def test_it_needs_a_label_column(self, catalogue):
        bare = aal.Catalogue.from_table(catalogue.table[["source", "u", "g"]], id="source")
        with pytest.raises(LabelError, match="no label column"):
            aal.ColumnOracle(bare)


class TestSimulate:
    def test_the_curve_counts_definite_labels_on_both_splits(self, session, catalogue):
        curve = aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=10)
        assert curve["n_labels"].max() == 10
        assert set(curve["split"]) == {"validation", "test"}
        assert curve[curve["split"] == "test"]["f1"].iloc[-1] > 0.85

    def test_it_leaves_the_session_alone(self, session, catalogue):
        session.annotate(1001, "STAR")
        aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=5)
        assert session.labels.to_dict() == {1001: "STAR"}
        assert session.scores.empty

    def test_the_seed_makes_it_the_same_again(self, session, catalogue):
        oracle = aal.ColumnOracle(catalogue)
        curves = [aal.simulate(session, oracle=oracle, n_labels=6, seed=s) for s in (1, 1)]
        assert curves[0].equals(curves[1])

    def test_no_labels_are_no_simulation(self, session, catalogue):
        with pytest.raises(SessionError, match="from 1 on, not 0"):
            aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=0)
