"""Pictures from services on the web: asked politely, kept for good, and only where allowed."""

from napari_astro_al.cutouts.online import panstarrs as _panstarrs
from napari_astro_al.cutouts.online import surveys as _surveys
from napari_astro_al.cutouts.online import template as _template
from napari_astro_al.cutouts.online.asking import as_picture
from napari_astro_al.cutouts.online.pace import Limits
from napari_astro_al.cutouts.online.permission import allow, allowed_hosts, withdraw
from napari_astro_al.cutouts.online.provider import FirstOf, OnlineCutouts
from napari_astro_al.cutouts.online.services import SERVICES, CutoutService, Place, service

del _panstarrs, _surveys, _template

__all__ = [
    "SERVICES",
    "CutoutService",
    "FirstOf",
    "Limits",
    "OnlineCutouts",
    "Place",
    "allow",
    "allowed_hosts",
    "as_picture",
    "service",
    "withdraw",
]
