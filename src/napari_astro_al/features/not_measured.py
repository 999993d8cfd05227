"""Columns that are numbers and yet no measurement of the source: told by UCD and by name.

Positions and times, errors, redshifts, identifiers, and judgements of other classifiers. Names are
split into words at underscores, signs and changes of case: ``modelMagErr_u`` is model, mag, err, u.
"""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import pairwise

from napari_astro_al.catalogue import Catalogue


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


_POSITION = _vocabulary("""
    ra dec raj2000 dej2000 decj2000 raj dej radeg decdeg ramean decmean rastack decstack ranr decnr
    racen deccen rightascension declination glon glat elon elat lon lat lii bii longitude latitude
    gallon gallat gallong alphaj deltaj alphasky deltasky xpos ypos xcentroid ycentroid xcen
    ycen ximage yimage xpeak ypeak xwin ywin xpix ypix healpix hpx htm htmid trixel
    jd mjd hjd bjd tai utc epoch date jdstart jdend jdstarthist jdendhist jdstartref jdendref
""")
_MOTION = _vocabulary("pm mu motion propermotion")
_ERROR = _vocabulary("""
    errs errors uncert uncertainty uncertainties stdev ivar rmse covar errlo errhi errup errmin
    errmax
""")
_ERROR_ENDING = re.compile(r"\w*(err|error)|unc|\w+(?<!f)(?<!tr)(?<!p)unc")
_REDSHIFT = _vocabulary("""
    redshift redshifts zspec specz zphot photoz zbest zred zhelio zcmb zhel zspecz zphotoz zfinal cz
""")
_OF_REDSHIFT = _vocabulary("spec phot photo best ml mean median mode pdf sp ph")
_IDENTIFIER = _vocabulary("id ids idx uid uuid designation identifier")
_WHOLE = {"index": "identifier", "row": "identifier", "level0": "identifier", "_r": "position"}
_VERDICT = _vocabulary("""
    score scores prob probs proba probability probabilities pred predicted prediction disposition
    verdict flag flags fpflag warning zwarning
""")
_OWNED_ID = re.compile(
    r"(obj|object|source|src|spec|specobj|photo|photoobj|star|gal|galaxy|cat|kep|kic|epic|tic|hip|"
    r"tyc|field|plate|tile|fiber|fibre|match|group|parent|target|cand|alert|det|run|row|unique|"
    r"primary|image|frame|ccd|program)id"
)
_NUMBERED = re.compile(r"\d+$")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+")
_UCD = {
    "position": ("pos.", "time.epoch", "time.start", "time.end", "obs.field"),
    "error": ("stat.error", "stat.stdev", "stat.covariance", "stat.correlation"),
    "redshift": ("src.redshift",),
    "identifier": ("meta.id", "meta.record", "meta.ref"),
    "verdict": ("meta.code", "stat.probability", "src.class"),
}


def words(name: str) -> list[str]:
    """The words of a column's name, in small letters."""
    return [word.lower() for word in _WORDS.findall(name)]


def small_names(catalogue: Catalogue) -> Set[str]:
    """The names of a catalogue's columns, in small letters."""
    return {str(name).lower() for name in catalogue.table.columns}


def reason(catalogue: Catalogue, name: str, others: Set[str] | None = None) -> str | None:
    """Why a column is taken for something else than a measurement; None where it is not.

    Parameters
    ----------
    catalogue : Catalogue
    name : str
    others : set of str, optional
        What `small_names` gives, for who asks about thousands of columns one by one.

    Returns
    -------
    {"label", "identifier", "position", "error", "redshift", "verdict"} or None
    """
    roles = catalogue.roles
    if name == roles.label:
        return "label"
    if name == roles.id or (isinstance(roles.id, tuple) and name in roles.id):
        return "identifier"
    if name in (roles.ra, roles.dec):
        return "position"
    known = catalogue.columns.get(name)
    if known is not None and known.ucd:
        told = _by_ucd(known.ucd.lower())
        if told is not None:
            return told
        if known.ucd.lower().startswith("phot."):
            return None
    return _by_name(name, small_names(catalogue) if others is None else others)


def _by_ucd(ucd: str) -> str | None:
    parts = ucd.split(";")
    # an error of a position is an error; "pos.pm" and "pos.parallax" are measured of the source
    for kind in ("error", "redshift", "identifier", "verdict", "position"):
        heads = parts if kind == "error" else parts[:1]
        for part in heads:
            if part.startswith(_UCD[kind]) and not part.startswith(("pos.pm", "pos.parallax")):
                return kind
    return None


def _by_name(name: str, others: Set[str]) -> str | None:
    split = words(name)
    if name.lower() in _WHOLE:
        return _WHOLE[name.lower()]
    # each word, joined to the next, and all of them; as they stand and without a closing number
    spelled = {*split, *(a + b for a, b in pairwise(split)), "".join(split)}
    spelled |= {_NUMBERED.sub("", word) for word in spelled}
    if "over" in split and "error" in split:
        return None
    if (
        spelled & _ERROR
        or any(map(_ERROR_ENDING.fullmatch, spelled))
        or name.lower().startswith("e_")
        or _has_partner(name, others)
    ):
        return "error"
    if spelled & _REDSHIFT or _is_plain_redshift(split, others):
        return "redshift"
    if (spelled & _POSITION and not spelled & _MOTION) or _is_pixel(name, others):
        return "position"
    if spelled & _IDENTIFIER or any(_OWNED_ID.fullmatch(word) for word in spelled):
        return "identifier"
    if spelled & _VERDICT:
        return "verdict"
    return None


def _has_partner(name: str, others: Set[str]) -> bool:
    """Whether the name is another column's with "sigma", "sig", "err", ... put in."""
    here = name.lower()
    for mark in ("sigma", "sig", "err", "unc", "rms"):
        if mark in here:
            for instead in ("", "mag"):
                rest = here.replace(mark, instead, 1)
                if rest.strip("_") and {rest, rest.strip("_")} & others:
                    return True
    # SIGMU_A beside MU_ACOSD
    rest = here.removeprefix("sig")
    return rest != here and len(rest) > 2 and any(one.startswith(rest) for one in others)


def _is_plain_redshift(split: list[str], others: Set[str]) -> bool:
    if split == ["z"]:
        return not {"r", "i"} & others
    return len(split) == 2 and "z" in split and bool(_OF_REDSHIFT & set(split))


def _is_pixel(name: str, others: Set[str]) -> bool:
    pairs = {"x": "y", "y": "x", "l": "b", "b": "l"}
    return name in pairs and pairs[name] in others and (name in "xy" or "v" not in others)
