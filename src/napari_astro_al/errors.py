"""The exception tree: everything that a user can put right derives from `AstroALError`."""

from __future__ import annotations

from collections.abc import Iterable


class AstroALError(Exception):
    """Base of every error that napari-astro-al raises on purpose."""


class AstroALWarning(UserWarning):
    """Something was accepted that the user should know about."""


class CatalogueError(AstroALError):
    """A table cannot become a catalogue, or a column or source is not in it."""


class FeatureError(AstroALError):
    """A feature recipe does not fit the catalogue."""


class ProjectionError(AstroALError):
    """A projection cannot be made from this catalogue."""


class PlotError(AstroALError):
    """A plot of a source cannot be made: a file, a column or a unit is not what it needs."""


class LabelError(AstroALError):
    """A label, class or source given by an annotator is not acceptable."""


class NotEnoughLabels(AstroALError):
    """Training needs labels of at least two classes."""


class LedgerError(AstroALError):
    """The ledger of labels cannot be read or written."""


class LearnerError(AstroALError):
    """A model or query strategy cannot be built or has failed."""


class SessionError(AstroALError):
    """A session cannot be created, opened or saved."""


class WindowError(AstroALError):
    """No window can be opened: there is no binding to Qt, or it does not load."""


class ImageError(AstroALError):
    """An image cannot be read, has no such extension, or no sources can be found on it."""


class CutoutError(AstroALError):
    """A cutout provider is not usable. A missing picture is a value, not this error."""


class InteropError(AstroALError):
    """Another program cannot be talked to, or said something that makes no sense."""


class NetworkError(CutoutError):
    """A picture cannot be fetched: the host is not reached, refuses, or sends something else.

    Attributes
    ----------
    passing : bool
        Whether it may well be gone at the next attempt.
    """

    passing = False


class NotAllowedError(NetworkError):
    """A host would have to be called that the person has not allowed.

    Parameters
    ----------
    hosts : iterable of str
        All that the service calls, the one in question first.
    words : str
        For the person; by default that it is off.
    """

    def __init__(self, hosts: Iterable[str], words: str = "") -> None:
        self.hosts = tuple(hosts)
        super().__init__(words or f"off until you allow {' and '.join(self.hosts)}")


class ImagingError(AstroALError):
    """Pictures cannot be measured: a package or its weights are missing, damaged or others."""


class RegistrationError(AstroALError):
    """An extension was registered under a wrong or taken name."""


class JobError(AstroALError):
    """A long-running job failed; the cause is chained."""


def check_fields(
    stored: Iterable[str], known: Iterable[str], what: str, error: type[AstroALError]
) -> None:
    """Refuse fields of a stored recipe that this version does not know.

    Parameters
    ----------
    stored, known : iterable of str
        Names of fields.
    what : str
        What has them: "A feature recipe".
    error : type
        Raised where some are not known.
    """
    fields = list(known)
    strangers = sorted(set(stored) - set(fields))
    if strangers:
        raise error(f"{what} has no {listing(strangers)}. Known: {listing(fields)}.")


def listing(names: Iterable[object], *, most: int = 8) -> str:
    """Names for an error message, quoted, the first few and a count of the rest.

    Parameters
    ----------
    names : iterable
        What to list, in order.
    most : int
        How many to spell out.

    Returns
    -------
    str
        For example ``'u', 'g', 'r' and 12 more``.
    """
    items = [repr(str(name)) for name in names]
    if len(items) <= most:
        return ", ".join(items) if items else "none"
    return f"{', '.join(items[:most])} and {len(items) - most} more"
