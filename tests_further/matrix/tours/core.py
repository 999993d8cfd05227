"""A tour of the core in a script: a catalogue from a file to labels, a model and tables.

Run with the Python of an environment that has no binding to Qt, away from the checkout. Neither
napari nor Qt is loaded, and no display is needed.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from tour import installed, step

BINDINGS = ("PyQt5", "PyQt6", "PySide2", "PySide6")


def main() -> None:
    """Label, train, keep, open again, share, replay and export."""
    assert not any(find_spec(name) for name in BINDINGS), "this environment has a binding to Qt"
    assert not os.environ.get("DISPLAY")
    import napari_astro_al as aal

    installed(aal)
    survey = aal.samples.simulated_survey(3_000, seed=0)
    survey.table.to_csv("survey.csv", index=False)
    survey.table.to_parquet("survey.parquet")

    with step("a CSV file becomes a catalogue"):
        catalogue = aal.Catalogue.read("survey.csv", label="class")
        assert len(catalogue) == 3_000
    with step("thirty labels train a model"):
        session = aal.Session(
            catalogue, split=aal.Split(validation=0.2, test=0.2, seed=0), path="survey.astroal"
        )
        expert = aal.ColumnOracle(catalogue)
        for _ in range(30):
            (source,) = session.query(n=1)
            session.annotate(source, expert.label([source])[0])
        session.train()
        last = session.scores.iloc[-1]
        assert last["f1"] > 0.5, last
        labels = session.labels.to_dict()
        assert len(labels) == 30
    with step("every source has a prediction and a place"):
        assert len(session.predictions()) > 1_000
        session.project("pca")
    with step("tables are written in five formats"):
        for name in ("out.fits", "out.vot", "out.ecsv", "out.csv", "out.parquet"):
            session.export(name)
            again = aal.Catalogue.read(name)
            assert len(again) == 30, (name, len(again))
    with step("a model is applied to another file"):
        session.export_model("model.skops")
        aal.predict("model.skops", "survey.csv", "predicted.parquet")
        assert Path("predicted.parquet").stat().st_size > 0
    with step("a share file replays to the same labels"):
        session.export_config("share.json")
        session.close()
        replayed = aal.replay("share.json", catalogue)
        assert not replayed.differences, replayed.differences
        assert replayed.labels.to_dict() == labels
    with (
        step("the session opens again with its labels"),
        aal.Session.open("survey.astroal", catalogue) as session,
    ):
        assert session.labels.to_dict() == labels
    with step("a partitioned catalogue is asked the same way"):
        parts = aal.PartitionedCatalogue.open("survey.parquet", id="source_id")
        assert len(parts) == 3_000
    with step("neither napari nor Qt was loaded"):
        loaded = {name.partition(".")[0] for name in sys.modules}
        assert not loaded & {"napari", "qtpy", "vispy", "superqt", "pyqtgraph", *BINDINGS}, loaded


if __name__ == "__main__":
    main()
