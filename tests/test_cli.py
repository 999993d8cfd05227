from __future__ import annotations

import re

import pytest

from napari_astro_al import cli


class TestMain:
    def test_a_path_that_is_not_there_is_an_error_in_words(self, capsys, tmp_path):
        assert cli.main([str(tmp_path / "nothing.fits")]) == 1
        assert "There is no file or folder" in capsys.readouterr().err

    def test_help_names_what_it_opens(self, capsys):
        with pytest.raises(SystemExit) as stop:
            cli.main(["--help"])
        assert stop.value.code == 0
        assert "NAME.astroal" in capsys.readouterr().out

    def test_without_a_screen_the_demo_plays_a_session_and_says_so(self, capsys, monkeypatch):
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.setattr("sys.platform", "linux")
        assert cli.main(["demo"]) == 0
        told = capsys.readouterr().out
        assert "There is no screen" in told
        assert "No screenshot: it needs a display" in told


def test_the_scripted_session_learns(capsys):
    session = cli.play_session(30)
    assert len(session.labels) == 30
    assert session.predictions()["predicted"].notna().all()
    curve = re.findall(r"^ +(\d+)  (0\.\d+) \(", capsys.readouterr().out, flags=re.MULTILINE)
    assert curve
    assert float(curve[-1][1]) > 0.5
