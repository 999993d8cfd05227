"""Sections of docs/benchmarks.md, each written by the benchmark that measured it."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
MACHINE = f"{os.cpu_count()} cores, Python {platform.python_version()}"


def put_section(heading: str, text: str, page: Path = PAGE) -> None:
    """Write the section under a heading of the page, in place of the one that is there."""
    before = page.read_text("utf-8") if page.exists() else "# Benchmarks\n"
    section = f"## {heading}\n\n{text.strip()}\n"
    pattern = rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)"
    if re.search(pattern, before, re.DOTALL | re.MULTILINE):
        after = re.sub(pattern, lambda _: section + "\n", before, flags=re.DOTALL | re.MULTILINE)
    else:
        after = f"{before.rstrip()}\n\n{section}"
    page.write_text(after.rstrip() + "\n", encoding="utf-8")


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """A table as Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
