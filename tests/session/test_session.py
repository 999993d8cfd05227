from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

import napari_astro_al as aal
from napari_astro_al.errors import SessionError


def label_some(session, n=8):
    for _ in range(n):
        source = session.query()[0]
        session.annotate(source, str(session.catalogue.column_labels[source - 1000]))


@pytest.fixture
def kept(catalogue, tmp_path):
    return aal.Session(catalogue, path=tmp_path / "blobs.astroal")


class TestOpen:
    def test_labels_scores_and_current_source_are_as_they_were(self, kept, catalogue):
        label_some(kept)
        kept.train()
        kept.show(1042)
        kept.project("pca")
        labels, scores = kept.labels, kept.scores
        asked = kept.query(3)
        kept.close()
        again = aal.Session.open(kept.path, catalogue)
        pd.testing.assert_series_equal(again.labels, labels)
        pd.testing.assert_frame_equal(again.scores, scores)
        assert again.current == 1042
        assert again.query(3) == asked
        pd.testing.assert_frame_equal(again.scores, scores)
        np.testing.assert_array_equal(again.projection.points, kept.projection.points)

    def test_undo_goes_on_across_a_restart(self, kept, catalogue):
        kept.annotate(1001, "STAR")
        kept.close()
        again = aal.Session.open(kept.path, catalogue)
        assert again.undo() == (1001,)

    def test_labels_survive_without_a_save(self, kept, catalogue):
        kept.annotate(1001, "STAR")
        kept.ledger.close()
        assert aal.Session.open(kept.path, catalogue).labels.to_dict() == {1001: "STAR"}

    def test_an_existing_path_is_never_overwritten(self, kept, catalogue):
        with pytest.raises(SessionError, match=r"exists already\. Open it with Session\.open"):
            aal.Session(catalogue, path=kept.path)

    def test_another_catalogue_is_refused(self, kept, catalogue):
        fewer = aal.Catalogue.from_table(
            catalogue.table.iloc[:50].reset_index(drop=True), id="source", label="kind"
        )
        with pytest.raises(SessionError, match=r"200 sources.*has 50 sources"):
            aal.Session.open(kept.path, fewer)
        renamed = catalogue.table.assign(source=catalogue.table["source"] + 1)
        others = aal.Catalogue.from_table(renamed, id="source", label="kind")
        with pytest.raises(SessionError, match="as many sources, but other ids"):
            aal.Session.open(kept.path, others)

    def test_rows_in_another_order_are_the_same_catalogue(self, kept, catalogue):
        kept.annotate(1001, "STAR")
        kept.close()
        turned = catalogue.table.iloc[::-1].reset_index(drop=True)
        again = aal.Session.open(
            kept.path, aal.Catalogue.from_table(turned, id="source", label="kind")
        )
        assert again.labels.to_dict() == {1001: "STAR"}

    def test_the_catalogue_is_found_again_by_its_file(self, catalogue, tmp_path):
        file = tmp_path / "blobs.csv"
        catalogue.table.to_csv(file, index=False)
        session = aal.Session(
            aal.Catalogue.read(file, id="source", label="kind"), path=tmp_path / "blobs.astroal"
        )
        session.close()
        again = aal.Session.open(session.path)
        assert again.catalogue.roles == session.catalogue.roles

    def test_a_catalogue_from_memory_must_be_given(self, kept):
        with pytest.raises(SessionError, match=r"table in memory.*Give the catalogue"):
            aal.Session.open(kept.path)

    def test_a_folder_without_a_session_is_refused(self, tmp_path):
        with pytest.raises(SessionError, match=r"is not a session: it has no session\.json"):
            aal.Session.open(tmp_path)


class TestDamage:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("{", "not valid JSON"),
            ('{"format": 99}', "of format 99; this version reads up to 1"),
            ('{"format": 1}', "damaged at package_version"),
            ("[" * 100_000, "not valid JSON"),
        ],
    )
    def test_a_damaged_document_is_named(self, kept, catalogue, content, words):
        (kept.path / "session.json").write_text(content)
        with pytest.raises(SessionError, match=words):
            aal.Session.open(kept.path, catalogue)

    def test_a_stranger_key_is_named(self, kept, catalogue):
        file = kept.path / "session.json"
        content = {**json.loads(file.read_text()), "backdoor": 1}
        file.write_text(json.dumps(content))
        with pytest.raises(SessionError, match="damaged at backdoor"):
            aal.Session.open(kept.path, catalogue)


class TestSave:
    def test_in_memory_there_is_nothing_to_save_to(self, session):
        with pytest.raises(SessionError, match=r"in memory.*path="):
            session.save()

    def test_models_are_stored_without_pickle(self, kept):
        from skops.io import get_untrusted_types

        label_some(kept)
        kept.train()
        kept.save()
        (model,) = (kept.path / "models").iterdir()
        assert model.suffix == ".skops"
        assert get_untrusted_types(file=model) is not None

    def test_the_document_has_no_data_and_no_login(self, kept):
        import getpass

        text = (kept.path / "session.json").read_text()
        assert not re.search(
            rf"\b{re.escape(getpass.getuser())}\b", json.loads(text)["catalogue"]["path"]
        )
        assert "1042" not in text


class TestExport:
    @pytest.mark.parametrize("suffix", [".fits", ".vot", ".ecsv", ".csv", ".parquet"])
    def test_every_format_holds_ids_labels_and_chosen_columns(self, session, tmp_path, suffix):
        session.annotate([1001, 1004], "STAR")
        session.annotate(1002, "GALAXY", comment="faint")
        path = session.export(tmp_path / f"labelled{suffix}", columns=["u"])
        if suffix == ".csv":
            table = Table.from_pandas(pd.read_csv(path, keep_default_na=False))
        elif suffix == ".parquet":
            table = Table.from_pandas(pd.read_parquet(path))
        else:
            table = Table.read(path)
        assert list(table["id"]) == [1001, 1004, 1002]
        assert [str(x) for x in table["label"]] == ["STAR", "STAR", "GALAXY"]
        assert str(table["comment"][2]) == "faint"
        np.testing.assert_allclose(
            table["u"], session.catalogue.table["u"].iloc[[1, 4, 2]].to_numpy()
        )

    def test_an_unknown_suffix_is_refused(self, session, tmp_path):
        with pytest.raises(
            SessionError, match=r"cannot be written as .xlsx. Choose one of '.fits'"
        ):
            session.export(tmp_path / "labelled.xlsx")

    def test_no_labels_make_an_empty_table(self, session, tmp_path):
        assert len(Table.read(session.export(tmp_path / "none.fits"))) == 0
