"""The sources that AstronomicAL holds out, drawn again as it draws them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import CatalogueError
from napari_astro_al.learning import Split
from napari_astro_al.session.astronomical.settings import UNKNOWN, Settings
from napari_astro_al.session.comparison import Notes

_TRAINING, _VALIDATION = 0.6, 0.2
_SHOWN = 5


def split_of(
    settings: Settings,
    catalogue: Catalogue,
    test_set: Mapping[str, int] | None,
    trained: Collection[str],
    notes: Notes,
) -> Split:
    """AstronomicAL's split of a catalogue.

    Rows are shuffled by numpy's legacy generator with seed 0. Those with a label that takes part
    are parted 60/20/20 in two stratified draws of scikit-learn. A curated test set takes the place
    of the last part, which joins the one for validation.

    Parameters
    ----------
    settings : Settings
    catalogue : Catalogue
        With the label column of the settings.
    test_set : mapping of str to int, optional
        Class numbers by id, of the curated sources.
    trained : collection of str
        Ids that classifiers learnt from, which are never held out.
    notes : Notes
        Gains what is otherwise.

    Returns
    -------
    Split
        That names every source; by fractions where the draw cannot be repeated.
    """
    labels = catalogue.column_labels
    left_out = set(settings.unclassified_labels) if settings.exclude_labels else set()
    names = settings.aliases
    rows = [
        row
        for row in np.random.RandomState(0).permutation(len(catalogue))
        if labels[row] is not None and names.get(labels[row], labels[row]) not in left_out
    ]
    parts = _drawn(np.array(rows, dtype=np.int64), [str(labels[row]) for row in rows])
    if parts is None:
        why = "AstronomicAL's draw needs four sources of each class; parted by id hash instead."
        notes.miss("split", "60/20/20", why)
        return Split(ids=_curated(catalogue, test_set, trained, notes) or None)
    validation, test = (_kept(catalogue, part, trained) for part in parts)
    curated = _curated(catalogue, test_set, trained, notes)
    if curated:
        chosen = set(curated["test"])
        validation = [one for one in [*validation, *test] if one not in chosen]
        test = curated["test"]
    notes.take(f"split: {len(validation):,} sources for validation, {len(test):,} for testing")
    return Split(ids={"validation": validation, "test": test})


def _drawn(
    rows: npt.NDArray[np.int64], labels: list[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None:
    from sklearn.model_selection import train_test_split

    y = np.array(labels, dtype=np.str_)
    if all(label.lstrip("-").isdecimal() for label in labels):
        y = np.array([int(label) for label in labels], dtype=object).astype(np.int64)
    generator = np.random.RandomState(0)
    rest = 1 - _TRAINING - _VALIDATION
    try:
        _, held, _, y_held = train_test_split(
            rows, y, test_size=1 - _TRAINING, stratify=y, random_state=generator
        )
        validation, test = train_test_split(
            held, test_size=rest / (rest + _VALIDATION), stratify=y_held, random_state=generator
        )
    except (ValueError, OverflowError):
        return None
    return validation, test


def _kept(
    catalogue: Catalogue, rows: npt.NDArray[np.int64], trained: Collection[str]
) -> list[SourceId]:
    return [one for one in catalogue.ids_at(np.sort(rows)) if str(one) not in trained]


def _curated(
    catalogue: Catalogue,
    test_set: Mapping[str, int] | None,
    trained: Collection[str],
    notes: Notes,
) -> dict[str, list[SourceId]]:
    if not test_set:
        return {}
    found, lost, learnt = [], [], []
    for text, number in test_set.items():
        if number == UNKNOWN:
            continue
        if text in trained:
            learnt.append(text)
            continue
        try:
            found.append(catalogue.parse_id(text))
        except CatalogueError:
            lost.append(text)
    if learnt:
        notes.miss("test_set", learnt[:_SHOWN], "Learnt from, so they are not held out.")
    if lost:
        why = f"{len(lost):,} sources of the test set are not in the catalogue."
        notes.miss("test_set", lost[:_SHOWN], why)
    return {"test": list(dict.fromkeys(found))} if found else {}
