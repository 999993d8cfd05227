"""How Sphinx makes the site: the pages as they are, and the reference from docstrings."""

from __future__ import annotations

from importlib.metadata import version as installed

from sphinx.application import Sphinx

project = "napari-astro-al"
author = "napari-astro-al developers"
copyright = author
release = installed(project)
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

autosummary_generate = False
autodoc_typehints = "none"  # numpydoc's sections say types in words
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
add_module_names = False

html_theme = "furo"
html_title = project
html_static_path: list[str] = []
html_extra_path = ["share.schema.json"]

SECTIONS = {
    "Begin": [
        "install",
        "install_matrix",
        "tutorial_hubble",
        "tutorial_quasars",
        "docks",
        "how_to_catalogue",
        "from_astronomical",
        "keyboard",
        "how_to_preferences",
    ],
    "Look": [
        "how_to_views",
        "how_to_projections",
        "how_to_planes",
        "how_to_cutouts",
        "how_to_plots",
        "how_to_images",
        "how_to_image_features",
    ],
    "Label": [
        "how_to_strategies",
        "how_to_triage",
        "how_to_new_classes",
        "how_to_questions",
        "how_to_check_labels",
        "how_to_test_set",
        "how_to_stop",
        "how_to_team",
    ],
    "Trust and use": [
        "honest_metrics",
        "how_to_export",
        "how_to_share",
        "how_to_samp",
        "how_to_services",
    ],
    "Script and extend": [
        "how_to_script",
        "how_to_simulate",
        "how_to_extend",
        "how_to_networks",
        "cookbook",
        "how_to_billion",
        "api",
    ],
    "Explained": [
        "active_learning",
        "canvas",
        "auto",
        "conventions",
        "file_formats",
        "hostile_files",
        "architecture",
        "benchmarks",
        "releasing",
    ],
}


def setup(app: Sphinx) -> None:
    """Put the sections beside the first page, which has a table of them for readers elsewhere."""
    app.connect("source-read", _with_sections)


def _with_sections(_: Sphinx, page: str, source: list[str]) -> None:
    if page == root_doc:
        parts = (
            "\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *pages, "```"])
            for title, pages in SECTIONS.items()
        )
        source[0] = "\n\n".join([source[0], *parts])
