"""A tour of napari with other plugins beside this one: all menus are there, all windows open.

Run with the Python of an environment that has napari-matplotlib and napari-clusters-plotter, on a
screen or under Xvfb. Writes the picture of the window as ``window.png``.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Any

from tour import installed, step
from window import SIZE, label, wait_for

OURS = "napari-astro-al"
OTHERS = ("napari-matplotlib", "napari-clusters-plotter")


def entries(menu: Any) -> set[str]:
    """The words of a menu's actions and of those below them."""
    found = set()
    for action in menu.actions():
        found.add(plain(action.text()))
        if action.menu() is not None:
            found |= entries(action.menu())
    return found


def plain(words: str) -> str:
    """Words without what marks a key in a menu."""
    return " ".join(words.replace("&", "").split())


def offered() -> dict[str, set[str]]:
    """The widgets that each plugin's manifest has."""
    from npe2 import PluginManager

    manager = PluginManager.instance()
    return {
        name: {one.display_name for one in manager.get_manifest(name).contributions.widgets or ()}
        for name in (OURS, *OTHERS)
    }


def main() -> None:
    """Open a window of each other plugin and our dashboard, and label."""
    print(", ".join(f"{name} {version(name)}" for name in OTHERS), flush=True)
    import napari
    import numpy as np

    import napari_astro_al as aal

    installed(aal)
    with step("napari opens with an image and a layer with features"):
        viewer = napari.Viewer()
        viewer.window.resize(*SIZE)
        rng = np.random.default_rng(0)
        viewer.add_image(rng.random((64, 64)), name="picture")
        viewer.add_points(
            rng.random((50, 2)) * 64,
            name="points",
            features={"a": rng.random(50), "b": rng.random(50)},
        )
    widgets = offered()
    with step("the menu Plugins has the widgets of all three"):
        shown = entries(viewer.window.plugins_menu)
        for name, titles in widgets.items():
            assert titles, name
            missing = [one for one in titles if not any(plain(one) in words for words in shown)]
            assert not missing, (name, missing, shown)
    for name in OTHERS:
        for title in sorted(widgets[name]):
            with step(f"{name}: {title} opens"):
                viewer.window.add_plugin_dock_widget(name, title)
                viewer.layers.selection = {viewer.layers["points"]}
    with step("our dashboard opens beside them on the Hubble sample"):
        from napari_astro_al.widgets.workbench import workbench_of

        viewer.window.add_plugin_dock_widget(OURS, "Dashboard")
        bench = workbench_of(viewer)
        viewer.open_sample(OURS, "hubble")
        wait_for("the session", lambda: bench.workspace.session is not None)
        wait_for("the sources", lambda: "sources" in viewer.layers)
    label(bench, viewer.window._qt_window)
    with step("the picture of the window is not blank"):
        wait_for("the jobs", lambda: not bench.workspace.jobs.busy)
        picture = viewer.screenshot(canvas_only=False, flash=False)
        assert picture[..., :3].std() > 1
        from PIL import Image

        Image.fromarray(picture[..., :3]).save("window.png")
    with step("the window closes"):
        viewer.close()


if __name__ == "__main__":
    sys.exit(main())
