"""How long `import napari_astro_al` takes in a fresh interpreter, and what it costs at most.

    python benchmarks/startup.py

Prints the median and the slowest of several interpreters, and exits with 1 above the limit.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

INTERPRETERS = 15
LIMIT_SECONDS = 0.1
TIMED_IMPORT = (
    "from time import perf_counter; start = perf_counter(); "
    "import napari_astro_al; print(perf_counter() - start)"
)


def seconds_of_one_import() -> float:
    command = [sys.executable, "-c", TIMED_IMPORT]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> int:
    seconds_of_one_import()  # writes the byte code, which an installed package has already
    seconds = [seconds_of_one_import() for _ in range(INTERPRETERS)]
    median = statistics.median(seconds)
    print(
        f"import napari_astro_al, {INTERPRETERS} times: median {median * 1e3:.1f} ms, "
        f"slowest {max(seconds) * 1e3:.1f} ms; limit {LIMIT_SECONDS * 1e3:.0f} ms"
    )
    return int(median > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
