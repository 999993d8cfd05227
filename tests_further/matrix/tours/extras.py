"""A tour of what needs an extra, in an environment without: each names the extra in words.

Run with the Python of an environment that has no extra at all, away from the checkout.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tour import installed, step

HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(2_040)


@contextmanager
def told(extra: str) -> Any:
    """Expect an error in words that says how to install the extra."""
    import napari_astro_al as aal

    with step(f"the extra {extra!r} is named"):
        try:
            yield
        except aal.AstroALError as error:
            words = str(error)
        else:
            words = ""
        assert f"napari-astro-al[{extra}]" in words, words or "nothing was said"
        assert "pip install" in words, words


def labelled(model: str) -> Any:
    """A session in memory with labels of several classes."""
    import napari_astro_al as aal

    survey = aal.samples.simulated_survey(200, seed=0)
    session = aal.Session(survey, learner=aal.LearnerRecipe(model=model))
    expert = aal.ColumnOracle(survey)
    for source in session.query(n=20):
        session.annotate(source, expert.label([source])[0])
    return session


def main() -> None:
    """Use every feature that needs an extra."""
    import napari_astro_al as aal

    installed(aal)
    Path("table.h5").write_bytes(HDF5)
    with told("hdf5"):
        aal.Catalogue.read("table.h5")
    session = labelled("logistic_regression")
    with told("hdf5"):
        session.cutouts.add(aal.cutouts.ImageStack("table.h5"))
    Path("pictures.zarr").mkdir()
    Path("pictures.zarr/zarr.json").write_text('{"zarr_format": 3, "node_type": "group"}')
    with told("zarr"):
        session.cutouts.add(aal.cutouts.ImageStack("pictures.zarr"))
    for layout in ("umap", "tsne"):
        with told(layout):
            session.project(layout)
    with told("embedding"):
        hubble = aal.samples.hubble_deep_field()
        aal.Session(hubble, task=aal.Task(hubble.suggested_classes)).measure_images("embedding")
    with told("onnx"):
        session.export_model("model.onnx")
    for strategy in ("pine_forest", "aad_forest"):
        with told("anomaly"):
            session.query(n=1, strategy=strategy)
    for model in ("torch_mlp", "torch_cnn"):
        with told("torch"):
            labelled(model=model).train()
    with told("scale"):
        session.catalogue.table.to_parquet("survey.parquet")
        aal.PartitionedCatalogue.open("survey.parquet", id="source_id", engine="dask")
    with told("vo"):
        connect()
    with told("qt"):
        aal.open_viewer()


def connect() -> None:
    """Ask for a SAMP hub."""
    from napari_astro_al.interop.samp import SampLink

    ignore: Callable[..., None] = lambda *_: None  # noqa: E731
    SampLink(ignore, ignore).connect()


if __name__ == "__main__":
    main()
