"""What is loaded ahead in a thread is whole for whoever needs it meanwhile."""

from __future__ import annotations

import subprocess
import sys

RACE = """
import threading
from napari_astro_al.widgets import warming

failed = []

def units():
    try:
        warming.load_units()
        import pint
        pint.get_application_registry().pixel
    except Exception as error:
        failed.append(error)

threads = [threading.Thread(target=units) for _ in range(4)]
for one in threads:
    one.start()
for one in threads:
    one.join()
assert not failed, failed
"""


def test_units_asked_for_by_several_threads_at_once_are_there():
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RACE], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
