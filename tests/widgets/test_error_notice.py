"""Errors are told in words, and what can be sent on has nothing of a person or of data in it."""

from __future__ import annotations

import getpass
import socket
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from napari.utils.notifications import ErrorNotification, notification_manager
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QDialog, QPushButton

import napari_astro_al as aal
from napari_astro_al.errors import AstroALError, CatalogueError
from napari_astro_al.widgets import error_notice
from napari_astro_al.widgets.error_notice import PROBLEMS, tell_error, watch_for_faults
from napari_astro_al.widgets.error_report import (
    ELSEWHERE,
    is_of_the_program,
    lines_of,
    report_of,
)
from napari_astro_al.widgets.workspace import report

SECRET = "zwicky_42_ngc6744"


def caught(act) -> BaseException:
    try:
        act()
    except BaseException as error:
        return error
    raise AssertionError("it should have failed")


def reported(error: BaseException) -> str:
    return report_of(lines_of(error))


def from_another_module(name: str, code: str) -> ModuleType:
    """A module of a person, with names of its own."""
    module = ModuleType(name)
    exec(compile(code, f"/home/{SECRET}/{name}.py", "exec"), module.__dict__)
    return module


class TestReport:
    def test_of_a_file_that_cannot_be_read_has_kind_and_place_alone(self, tmp_path):
        path = tmp_path / f"{SECRET}.csv"
        path.write_text(f"id,{SECRET}\n1,2\n1,3\n")
        error = caught(lambda: aal.Catalogue.read(path, id=f"{SECRET}_id"))

        told = reported(error)

        assert SECRET in str(error)  # the words are for the person who has the file
        lines = told.splitlines()
        assert lines[0].startswith("napari-astro-al ")
        assert "CatalogueError" in lines
        assert f"  {ELSEWHERE}" in lines
        assert any(line.startswith("  napari_astro_al.catalogue.") for line in lines)

    def test_names_neither_person_nor_computer_nor_folders(self, tmp_path, monkeypatch):
        monkeypatch.setattr(socket, "gethostname", lambda: f"{SECRET}.example.org")
        monkeypatch.setenv("USER", SECRET)
        monkeypatch.setenv("LOGNAME", SECRET)
        words = f"{socket.gethostname()} {getpass.getuser()} {tmp_path} {Path.home()} {SECRET}"

        def fail():
            try:
                (tmp_path / SECRET / "x.fits").read_bytes()
            except OSError as error:
                error.add_note(words)
                raise CatalogueError(words) from error

        told = reported(caught(fail))

        assert SECRET not in told
        assert str(tmp_path) not in told
        assert str(Path.home()) + "/" not in told
        assert "caused by FileNotFoundError" in told

    def test_hides_a_persons_own_modules_functions_and_kinds_of_errors(self):
        mine = from_another_module(
            f"{SECRET}_extension",
            f"class {SECRET}(Exception): pass\ndef {SECRET}_score(x): raise {SECRET}(x)\n",
        )

        told = reported(caught(lambda: getattr(mine, f"{SECRET}_score")(SECRET)))

        assert SECRET not in told
        assert "an error from elsewhere" in told

    @settings(max_examples=20)
    @given(st.text(min_size=4).filter(lambda text: text.strip()))
    def test_has_no_words_of_an_error_whatever_they_are(self, words):
        told = reported(caught(lambda: aal.Task([words, words])))

        assert told == reported(caught(lambda: aal.Task(["a", "a"])))

    def test_of_an_error_that_nobody_raised_has_who_told_it(self):
        told = lines_of(CatalogueError(SECRET))

        assert told[0] == "CatalogueError"
        assert len(told) > 1
        assert not any(SECRET in line for line in told)

    def test_of_causes_that_go_round_ends(self):
        first, second = ValueError(), KeyError()
        first.__cause__, second.__cause__ = second, first

        kinds = [line for line in lines_of(first) if not line.startswith(" ")]

        assert kinds == ["ValueError", "caused by KeyError"]

    def test_versions_are_those_of_the_machine(self):
        assert f"Python {sys.version.split()[0]}" in report_of(())


def test_errors_of_other_programs_are_not_ours():
    assert is_of_the_program(caught(lambda: aal.Task(["a", "a"])))
    assert not is_of_the_program(caught(lambda: {}["a"]))


@pytest.fixture(autouse=True)
def _nothing_went_wrong_before():
    PROBLEMS.clear()
    yield
    PROBLEMS.clear()


class TestFaults:
    def told(self, error):
        notices = []
        watch_for_faults()
        notification_manager.notification_ready.connect(notices.append, position="last")
        try:
            notification_manager.receive_error(type(error), error, error.__traceback__)
        finally:
            notification_manager.notification_ready.disconnect(notices.append)
        return notices[0]

    def test_are_told_as_the_programs_with_a_report(self, qapp):
        notice = self.told(caught(lambda: report_of(None)))

        assert isinstance(notice, ErrorNotification)
        assert notice.message.startswith("This is a fault of the program and not yours: TypeError")
        assert [name for name, _ in notice.actions] == ["Details", "Copy report"]

    def test_of_others_stay_as_they_are(self, qapp):
        notice = self.told(caught(lambda: {}[SECRET]))

        assert notice.message == f"'{SECRET}'"
        assert not notice.actions
        assert not PROBLEMS


def notices_of(viewer) -> list[QDialog]:
    from napari._qt.dialogs.qt_notification import NapariQtNotification

    return viewer.window._qt_window.findChildren(NapariQtNotification)


def test_a_person_reads_an_error_whole_and_copies_its_report(viewer, qtbot, tmp_path):
    aal.open_viewer(viewer=viewer)
    bad = tmp_path / f"{SECRET}.csv"
    bad.write_text("")
    from napari_astro_al.widgets.workbench import workbench_of

    workbench_of(viewer).dashboard.catalogue.open_path(bad)
    qtbot.waitUntil(lambda: bool(notices_of(viewer)), timeout=20_000)
    (notice,) = notices_of(viewer)
    buttons = {one.text(): one for one in notice.findChildren(QPushButton) if one.text()}
    assert list(buttons) == ["Details", "Copy report"]
    assert SECRET in notice.message.text()

    QTest.mouseClick(buttons["Details"], Qt.MouseButton.LeftButton)
    from napari_astro_al.widgets.error_dialog import ErrorDialog

    (dialog,) = viewer.window._qt_window.findChildren(ErrorDialog)
    assert dialog.isVisible()
    assert SECRET in dialog.words.toPlainText()
    assert SECRET not in dialog.report.toPlainText()
    report(AstroALError("Another one."))
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)

    assert QApplication.clipboard().text() == PROBLEMS[0].report
    dialog.close()
    for one in notices_of(viewer):
        one.close()


def test_what_went_wrong_is_kept_for_later_but_not_without_end(qapp, monkeypatch):
    monkeypatch.setattr(error_notice.notification_manager, "dispatch", lambda notice: None)
    for number in range(40):
        tell_error(AstroALError(f"No {number}."))

    assert [one.words for one in PROBLEMS] == [f"No {number}." for number in range(10, 40)]
