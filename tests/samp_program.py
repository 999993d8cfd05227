"""A SAMP hub of our own, and another program in another process."""

from __future__ import annotations

import json
import subprocess
import sys
from queue import Queue
from threading import Thread

import pytest
from pyvo.samp import SAMPHubServer, conf

PROGRAM = '''
"""Another program: tells on its output what it hears, says what its input asks for."""
import json, sys
from threading import Lock
from pyvo.samp import SAMPIntegratedClient, conf

conf.use_internet = False
client = SAMPIntegratedClient(name="other", addr="127.0.0.1")
client.connect()
writing = Lock()

def put(*words):
    with writing:
        print(json.dumps(words), flush=True)

def told(private_key, sender, kind, params, extra):
    put(kind, params)

for kind in ("table.load.fits", "table.highlight.row", "table.select.rowList",
             "coord.pointAt.sky"):
    client.bind_receive_notification(kind, told)
put("ready", {})
for line in sys.stdin:
    kind, params, call = json.loads(line)
    message = {"samp.mtype": kind, "samp.params": params}
    if call:
        (us,) = [one for one in client.get_registered_clients()
                 if client.get_metadata(one).get("samp.name") == "AstroAL"]
        put("answer", client.call_and_wait(us, message, "20"))
    else:
        client.notify_all(message)
client.disconnect()
'''


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub on the loopback address, found by a file that no other program knows."""
    lock = tmp_path / "samp"
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:{lock.as_uri()}")
    monkeypatch.setattr(conf, "use_internet", False)
    server = SAMPHubServer(
        web_profile=False, mode="single", addr="127.0.0.1", lockfile=str(lock), label="test"
    )
    server.start()
    yield server
    server.stop()


class Other:
    """The other program's ends."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.told = Queue()
        Thread(target=self._listen, daemon=True).start()
        assert self.hears()[0] == "ready"

    def _listen(self):
        for line in self.process.stdout:
            self.told.put(json.loads(line))

    def hears(self):
        """The next thing that it was told."""
        return self.told.get(timeout=60)

    def says(self, kind, *, call=False, **params):
        said = {name.replace("_", "-"): value for name, value in params.items()}
        self.process.stdin.write(json.dumps([kind, said, call]) + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@pytest.fixture
def other(hub):
    program = Other()
    yield program
    program.end()
