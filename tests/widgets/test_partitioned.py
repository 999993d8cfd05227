"""A catalogue that stays on disk, in a window: opened, labelled by keys, ranked, predicted."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication
from tests.partitioned import shrink_sketch, survey

import napari_astro_al as aal
from napari_astro_al.session.partitioned import PartitionedSession
from napari_astro_al.widgets.workbench import workbench_of

TABLE = survey()
TRUTH = {int(k): v.split()[-1] for k, v in zip(TABLE.source_id, TABLE.truth, strict=True)}
N_FILES = 20


@pytest.fixture(autouse=True)
def _small_sketch(monkeypatch):
    shrink_sketch(monkeypatch)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "survey"
    path.mkdir()
    for number, some in enumerate(np.array_split(np.arange(len(TABLE)), N_FILES)):
        TABLE.iloc[some].to_parquet(path / f"part-{number:02}.parquet", index=False)
    return path


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(qtbot, bench, times):
    """The digit of the true class, so many times; who was asked about."""
    session, asked = bench.workspace.session, []
    for _ in range(times):
        qtbot.waitUntil(
            lambda: (
                session.current is not None
                and session.book.state_of(session.current) not in ("labelled", "unsure")
            ),
            timeout=30_000,
        )
        source = session.current
        asked.append(source)
        digit = 1 + session.classes.index(TRUTH[source])
        window = bench.dashboard.label.window()
        QTest.keyClick(QApplication.focusWidget() or window, getattr(Qt.Key, f"Key_{digit}"))
        qtbot.waitUntil(lambda s=source: session.current != s, timeout=30_000)
    return asked


def test_a_folder_is_opened_labelled_by_keys_ranked_and_predicted(
    viewer, settled, qtbot, folder, tmp_path
):
    aal.open_viewer(folder, viewer=viewer)
    dock = workbench_of(viewer).dashboard.catalogue
    qtbot.waitUntil(lambda: dock.form is not None, timeout=30_000)
    dock.form.label.value = "kind"
    click(dock.start)
    bench = settled(viewer)
    session = bench.workspace.session
    assert isinstance(session, PartitionedSession)
    assert session.whole.roles.label == "kind"
    assert session.path == tmp_path / "survey.astroal"
    assert "8,000 sources in 20 partitions" in dock.passes.about.text()
    assert not dock.passes.rank.isEnabled()
    assert "no model to ask" in dock.passes.rank.toolTip()

    first = answer(qtbot, bench, 8)
    settled(viewer)
    assert session.labels.to_dict() == {one: TRUTH[one] for one in first}
    assert "sample in memory" in dock.passes.rank.toolTip()  # as the automatic strategy asks

    session.set_learner(
        aal.LearnerRecipe(model="logistic_regression", strategy="margin", start_limit=0)
    )
    settled(viewer)
    click(dock.passes.rank)
    assert dock.passes.work.isVisible()
    assert not dock.passes.predict.isEnabled()
    qtbot.waitUntil(lambda: not dock.passes.work.busy, timeout=60_000)
    settled(viewer)
    assert dock.passes.said.text().startswith("All partitions: ")
    n_begun = len(session.at_hand.tables[0])
    assert len(session.catalogue) > n_begun
    assert any(session.catalogue.row_of(one) >= n_begun for one in answer(qtbot, bench, 6))

    stranger = next(one for one in TRUTH if one not in session.catalogue)
    source = bench.dashboard.source
    source.search.setText(str(stranger))
    QTest.keyClick(source.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.current == stranger, timeout=30_000)
    source.search.setText("1")
    QTest.keyClick(source.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "has no source '1'" in source.trouble.text(), timeout=30_000)

    settled(viewer)
    dock.passes.predict_to(tmp_path / "predicted")
    qtbot.waitUntil(lambda: not dock.passes.work.busy, timeout=60_000)
    assert "Written: 8,000 sources" in dock.passes.said.text()
    assert len(list((tmp_path / "predicted").glob("*.parquet"))) == N_FILES
    assert bench.dashboard.table.scope.itemText(0).endswith("sources in memory")


def test_a_session_is_found_again_without_its_catalogue_and_docks_say_what_they_cannot(
    viewer, settled, qtbot, folder, tmp_path
):
    catalogue = aal.PartitionedCatalogue.open(folder, label="kind")
    aal.Session(catalogue, path=tmp_path / "survey.astroal").close()

    aal.open_viewer(tmp_path / "survey.astroal", viewer=viewer)
    bench = settled(viewer)

    dashboard = bench.dashboard
    assert isinstance(bench.workspace.session, PartitionedSession)
    for dock in (dashboard.estimates, dashboard.test_set):
        assert "sources in memory, not of all 8,000" in dock.refused.words
    assert not dashboard.session_dock.share.writes.isEnabled()
    session, passes = bench.workspace.session, dashboard.catalogue.passes

    passes.count.click()
    qtbot.waitUntil(lambda: session.density_of_all is not None, timeout=30_000)
    settled(viewer)
    assert bench.feature_space.layers.get("density").visible
    first = session.density_of_all
    assert int(first.counted.totals.sum()) + first.counted.n_outside == 8_000

    session.project(x="u", y="g")  # counted anew by itself
    qtbot.waitUntil(lambda: session.density_of_all is not first, timeout=30_000)
    settled(viewer)
    passes.count.click()
    assert session.density_of_all is None
    assert not session.window["density of all"]


def test_damaged_partitions_are_named_and_left_out_where_the_person_wants_that(
    viewer, settled, qtbot, folder
):
    damaged = folder / "part-07.parquet"
    whole = damaged.read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    damaged.write_bytes(whole[:4] + bytes(len(whole) - footer - 4) + whole[-footer:])
    aal.open_viewer(folder, viewer=viewer)
    bench = workbench_of(viewer)
    dock = bench.dashboard.catalogue
    qtbot.waitUntil(lambda: dock.form is not None, timeout=30_000)
    click(dock.start)
    qtbot.waitUntil(lambda: dock.whole.consent is not None, timeout=60_000)
    assert "part-07.parquet, row group 0" in dock.whole.consent.why.text()
    assert bench.workspace.session is None
    dock.form = None  # that of the proposal that could not be begun

    click(dock.whole.consent.leave_out)
    qtbot.waitUntil(lambda: dock.form is not None, timeout=60_000)
    click(dock.start)
    bench = settled(viewer)

    whole_catalogue = bench.workspace.session.whole
    assert len(whole_catalogue) == 7_600
    assert len(whole_catalogue.left_out) == 1
    assert "1 cannot be read and is left out" in dock.passes.about.text()
