"""Write the JSON Schema of share files, from the models that read them.

Run from the repository's folder::

    .venv/bin/python docs/make_schema.py
"""

from __future__ import annotations

import json
from pathlib import Path

from napari_astro_al.session.share_document import share_schema

FILE = Path(__file__).resolve().parent / "share.schema.json"

if __name__ == "__main__":
    FILE.write_text(json.dumps(share_schema(), indent=2) + "\n", encoding="utf-8")
