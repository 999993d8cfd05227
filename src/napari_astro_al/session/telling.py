"""How a session tells what changed: what listens cannot undo what has happened."""

from __future__ import annotations

import warnings

from psygnal import EmitLoopError, SignalInstance

from napari_astro_al.errors import AstroALWarning


class Tells:
    """What has signals."""

    def _tell(self, signal: SignalInstance, *news: object) -> None:
        """Emit a signal. What happened has happened: a listener that fails is told in a warning."""
        try:
            signal.emit(*news)
        except EmitLoopError as error:
            cause = error.__cause__ or error
            warnings.warn(
                f"Something that follows {signal.name} failed, and what comes after it was not "
                f"told: {type(cause).__name__}: {cause}. The session itself is as it should be.",
                AstroALWarning,
                stacklevel=4,
            )
