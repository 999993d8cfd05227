"""A session's verbs for what leaves it: labels, predictions, models, other programs' files."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Literal

from napari_astro_al.errors import NotEnoughLabels, listing
from napari_astro_al.jobs import Job, drain
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.comparison import Comparison, comparison_of
from napari_astro_al.session.querying import Querying
from napari_astro_al.session.sets import Sources


class Exporting(Querying):
    """What a session writes for others."""

    @property
    def imported(self) -> Comparison | None:
        """What of the configuration that it was made from was taken over; None for most."""
        return comparison_of(self)

    def export_astronomical(self, path: str | PathLike[str]) -> Comparison:
        """Write an AstronomicAL configuration, as far as that can say what this session is.

        Parameters
        ----------
        path : path-like
            The JSON file. Where the test set was labelled by people, ``test_set.json`` is written
            beside it.

        Returns
        -------
        Comparison
            What was written, and what AstronomicAL has no equal of.

        Raises
        ------
        SessionError
            If the catalogue lacks a column of ids or labels, or the file cannot be written.
        """
        from napari_astro_al.session.astronomical.exporting import export_astronomical

        return export_astronomical(self, Path(path))

    def export(
        self,
        path: str | PathLike[str],
        *,
        columns: Sequence[str] = (),
        rows: Sources | Literal["labelled", "all"] = "labelled",
        predictions: bool | None = None,
        task: str | None = None,
    ) -> Path:
        """Write labels, and predictions where they are asked for, as a table.

        Parameters
        ----------
        path : path-like
            The suffix says the format: .fits, .vot or .xml, .ecsv, .csv, .parquet. All but CSV
            say in their header where the table came from, and have units and UCDs.
        columns : sequence of str
            Columns of the catalogue to write beside id, label, split and who said so.
        rows : "labelled", "all", or sources
            Which sources: the labelled ones in the order labelled, all in the order of the
            catalogue, or some (ids, a `Selection`). It is written chunk by chunk.
        predictions : bool, optional
            Whether to write predicted class, confidence, probabilities and uncertainty; by
            default for all rows but the labelled ones, where a model can be trained. A stale
            model is trained first.
        task : str, optional
            Whose predictions; as for `predictions`.

        Returns
        -------
        Path

        Raises
        ------
        SessionError
            If the suffix is not known or the file cannot be written; then the file that was there
            is as it was.
        NotEnoughLabels
            If predictions are asked for, with labels of fewer than two classes.
        """
        names = list(self.tasks) if task is None else [self._task_name(task)]
        wanted = predictions
        if wanted is None:
            wanted = not self._means(rows, "labelled") and all(map(self.can_train, names))
        if wanted:
            for name in names:
                if self.is_stale(name):
                    self.train(name)
        job = self.export_job(path, columns=columns, rows=rows, predictions=wanted, task=task)
        return drain(job)

    def export_job(
        self,
        path: str | PathLike[str],
        *,
        columns: Sequence[str] = (),
        rows: Sources | Literal["labelled", "all"] = "labelled",
        predictions: bool = False,
        task: str | None = None,
    ) -> Job[Path]:
        """The work of `export`, captured now, with the models as they are.

        Raises
        ------
        NotEnoughLabels
            If predictions are asked for and a task has no model yet.
        """
        from napari_astro_al.session.export import export_job

        names = list(self.tasks) if task is None else [self._task_name(task)]
        lacking = [name for name in names if name not in self.results]
        if predictions and lacking:
            raise NotEnoughLabels(
                f"There is no model of {listing(lacking)} yet, so there are no predictions to "
                "write. Label sources of two classes and train, or export labels alone."
            )
        results = [self.results[name] for name in names] if predictions else []
        chosen = rows if isinstance(rows, str) else self.sets.resolve(rows).rows
        if isinstance(chosen, str) and chosen not in ("labelled", "all"):
            chosen = self.sets.resolve(chosen).rows
        return export_job(self, Path(path), chosen, columns, results)

    @staticmethod
    def _means(rows: object, word: str) -> bool:
        return isinstance(rows, str) and rows == word

    def export_model(self, path: str | PathLike[str], *, task: str | None = None) -> Path:
        """Write a task's model alone, with the recipe of its features, to be applied elsewhere.

        ``napari-astro-al predict`` and `aal.predict` apply it to another catalogue.

        Parameters
        ----------
        path : path-like
            .skops: scikit-learn's model, read without running anything that is in the file.
            .onnx: a graph for any ONNX runtime (needs the extra ``onnx``).
        task : str, optional
            The first one by default. A stale model is trained first.

        Raises
        ------
        LearnerError
            Naming a model that cannot be written so.
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        from napari_astro_al.session.model_export import export_model

        return export_model(self, self._newest_model(task), Path(path))

    def export_card(
        self,
        path: str | PathLike[str],
        *,
        task: str | None = None,
        title: str | None = None,
        intended_use: Sequence[str] = (),
        limits: Sequence[str] = (),
    ) -> Path:
        """Write a model card: data, classes, label counts, scores with intervals, use and limits.

        Parameters
        ----------
        path : path-like
            .md or .json.
        task, title : str, optional
        intended_use, limits : sequence of str
            Sentences of yours, before those that follow from the session.
        """
        from napari_astro_al.session.model_export import export_card

        result = self._newest_model(task)
        return export_card(self, result, Path(path), title, intended_use, limits)

    def _newest_model(self, task: str | None) -> TrainResult:
        name = self._task_name(task)
        if self.is_stale(name):
            self.train(name)
        return self.results[name]
