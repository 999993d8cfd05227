"""Catalogues with known classes, for measuring how many labels a learner needs.

Each is read from the folder of real data beside the project. What gives the class away is left
out: redshift (SDSS), Kepler's own verdicts and scores (KOI), class codes (Galaxy Zoo), original
file names (FR-DEEP). Sources whose class says nothing ("don't know") or is held by a handful are
left out too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import napari_astro_al as aal

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class LabelledSet:
    """A catalogue with classes and the features that the learners get.

    Attributes
    ----------
    name : str
    catalogue : Catalogue
        With the class in its label column.
    features : FeatureRecipe
    task : Task
    rare : str
        The class that is looked for, where one is rare; else empty.
    """

    name: str
    catalogue: aal.Catalogue
    features: aal.FeatureRecipe
    task: aal.Task
    rare: str = ""


def sdss() -> LabelledSet:
    """Stars, galaxies and quasars by five magnitudes and their ten colours."""
    table = pd.read_csv(DATA / "sdss_dr14" / "sdss_dr14.csv")
    table["source"] = [
        f"{plate}-{mjd}-{fibre}"
        for plate, mjd, fibre in zip(table["plate"], table["mjd"], table["fiberid"], strict=True)
    ]
    features = aal.FeatureRecipe(columns=list("ugriz"), generators=[("subtract", 2)])
    return _set("sdss_dr14", table[["source", *"ugriz", "class"]], features)


def koi() -> LabelledSet:
    """Kepler's objects of interest: confirmed, candidate, false positive."""
    table = pd.read_csv(DATA / "kepler_koi" / "koi_table.csv", comment="#")
    leaks = ("koi_score", "koi_fpflag", "koi_pdisposition", "koi_tce_delivname")
    names = [
        name
        for name in table.columns
        if name.startswith("koi_")
        and table[name].dtype.kind == "f"
        and not name.startswith(leaks)
        and "_err" not in name
        and table[name].notna().any()
    ]
    table = table.rename(columns={"koi_disposition": "class"})
    table["source"] = table["loc_rowid"]
    return _set("kepler_koi", table[["source", *names, "class"]], aal.FeatureRecipe(columns=names))


def htru2() -> LabelledSet:
    """Pulsars among candidates, one in eleven."""
    return _pulsars("htru2", None)


def htru2_one_percent() -> LabelledSet:
    """The same with only so many pulsars left that they are one in a hundred."""
    return _pulsars("htru2_1_percent", 0.01)


def _pulsars(name: str, share: float | None) -> LabelledSet:
    table = pd.read_csv(DATA / "htru2_pulsars" / "pulsar_stars.csv")
    names = [
        f"{statistic}_{where}"
        for where in ("profile", "dm_snr")
        for statistic in ("mean", "deviation", "kurtosis", "skewness")
    ]
    table.columns = pd.Index([*names, "class"])
    table["source"] = np.arange(len(table))
    table["class"] = np.where(table["class"] == 1, "pulsar", "noise")
    if share is not None:
        pulsars = np.flatnonzero(table["class"] == "pulsar")
        wanted = round(share / (1 - share) * (len(table) - len(pulsars)))
        gone = np.random.default_rng(0).permutation(pulsars)[wanted:]
        table = table.drop(index=gone).reset_index(drop=True)
    recipe = aal.FeatureRecipe(columns=names)
    return _set(name, table[["source", *names, "class"]], recipe, rare="pulsar")


def galaxyzoo_features() -> LabelledSet:
    """780 galaxies of three kinds by colours, shape and concentration."""
    array = np.load(DATA / "galaxyzoo_features" / "galaxy_catalogue.npy")
    names = [name for name in array.dtype.names if name != "class"]
    table = pd.DataFrame({name: array[name] for name in array.dtype.names})
    table["source"] = np.arange(len(table))
    return _set(
        "galaxyzoo_features", table[["source", *names, "class"]], aal.FeatureRecipe(columns=names)
    )


def galaxyzoo_jpeg() -> LabelledSet:
    """Galaxies of five kinds by 43 numbers measured on their pictures."""
    table = pd.read_csv(DATA / "galaxyzoo1_jpeg" / "galaxyzoo1.csv")
    names = list(table.columns[table.columns.get_loc("cen_r") :])
    table = table[table["class"] != "dont_know"].reset_index(drop=True)
    table["source"] = table["objid"]
    return _set(
        "galaxyzoo1_jpeg", table[["source", *names, "class"]], aal.FeatureRecipe(columns=names)
    )


def w5() -> LabelledSet:
    """Young stellar objects by near- and mid-infrared magnitudes and their colours."""
    table = pd.read_csv(DATA / "w5" / "w5_psc.csv")
    table = table[table["Type"] != "Deep"].reset_index(drop=True)
    table = table.rename(columns={"Type": "class", "ID": "source"})
    names = ["Jmag", "Hmag", "Ksmag", "[3.6]", "[4.5]", "[5.8]", "[8.0]", "[24]"]
    features = aal.FeatureRecipe(columns=names, generators=[("subtract", 2)])
    return _set("w5", table[["source", *names, "class"]], features)


def frdeep() -> LabelledSet:
    """Radio galaxies of Fanaroff and Riley's two types by their pixels, averaged to 10 x 10."""
    from PIL import Image

    folder = DATA / "frdeep_first"
    table = pd.read_csv(folder / "FIRST_labels.csv")
    side = 10
    pixels = []
    for name in table["image"]:
        picture = np.asarray(Image.open(folder / name).convert("F"))
        edge = min(picture.shape) // side * side
        top, left = ((size - edge) // 2 for size in picture.shape)
        core = picture[top : top + edge, left : left + edge]
        pixels.append(core.reshape(side, edge // side, side, edge // side).mean(axis=(1, 3)))
    names = [f"pixel_{row}_{column}" for row in range(side) for column in range(side)]
    frame = pd.DataFrame(np.array(pixels).reshape(len(table), -1), columns=names)
    frame.insert(0, "source", np.arange(len(table)))
    frame["class"] = np.where(table["label"] == 1, "FRII", "FRI")
    return _set("frdeep_first", frame, aal.FeatureRecipe(columns=names))


SETS: dict[str, Callable[[], LabelledSet]] = {
    "sdss_dr14": sdss,
    "kepler_koi": koi,
    "htru2": htru2,
    "htru2_1_percent": htru2_one_percent,
    "galaxyzoo_features": galaxyzoo_features,
    "galaxyzoo1_jpeg": galaxyzoo_jpeg,
    "w5": w5,
    "frdeep_first": frdeep,
}
"""Every set of the folder that has classes, by name."""


def _set(
    name: str, table: pd.DataFrame, features: aal.FeatureRecipe, rare: str = ""
) -> LabelledSet:
    catalogue = aal.Catalogue.from_table(table, id="source", label="class")
    classes = sorted(table["class"].unique())
    return LabelledSet(name, catalogue, features, aal.Task(classes), rare)
