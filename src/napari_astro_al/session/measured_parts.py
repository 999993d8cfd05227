"""What was measured so far, a few hundred sources at a time, so that a second start goes on."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from napari_astro_al.session.document import write_atomically

PART = 256
"""Sources a part."""

Values = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Parts:
    """Measured values of sources in the order of the catalogue.

    Attributes
    ----------
    folder : Path or None
        Where they are kept; None in memory.
    width : int
        Numbers a source.
    """

    folder: Path | None
    width: int
    _memory: dict[int, Values] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, cache: Path | None, identity: Sequence[str], width: int) -> Parts:
        """Those that are there already of one measurement.

        Parameters
        ----------
        cache : Path or None
            The session's folder for what may be deleted.
        identity : sequence of str
            All that decides the values.
        width : int
        """
        if cache is None:
            return cls(None, width)
        digest = hashlib.blake2b("\0".join(identity).encode(), digest_size=12).hexdigest()
        return cls(cache / f"measured-{digest}", width)

    def _file(self, start: int) -> Path | None:
        return None if self.folder is None else self.folder / f"{start:010d}.npy"

    def has(self, start: int, count: int) -> bool:
        """Whether a part was measured; one that cannot be read was not."""
        if start in self._memory:
            return True
        file = self._file(start)
        if file is None or not file.exists():
            return False
        try:
            shape = np.load(file, mmap_mode="r", allow_pickle=False).shape
        except (OSError, ValueError, EOFError):
            return False
        return bool(shape == (count, self.width))

    def put(self, start: int, values: Values) -> None:
        """Keep a part.

        Raises
        ------
        SessionError
            If the folder cannot be written to.
        """
        file = self._file(start)
        if file is None:
            self._memory[start] = values
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        stream = io.BytesIO()
        np.save(stream, values, allow_pickle=False)
        write_atomically(file, stream.getvalue())

    def get(self, start: int) -> Values:
        """A part that is there."""
        file = self._file(start)
        if file is None:
            return self._memory[start]
        values: Values = np.load(file, allow_pickle=False)
        return values

    def each(self, n_sources: int) -> Iterator[tuple[slice, Values]]:
        """All parts, with the rows that they are of."""
        for start in range(0, n_sources, PART):
            yield slice(start, min(start + PART, n_sources)), self.get(start)

    def remove(self) -> None:
        """Forget them: they have become columns."""
        self._memory.clear()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
