"""What reckons here: libraries whose other version may change the last digit of a score."""

from __future__ import annotations

import platform

import numpy as np
import scipy


def here() -> dict[str, str]:
    """Their versions by name. Which of its kernels BLAS takes, it chooses by the processor that it finds."""
    built = np.show_config(mode="dicts")
    blas = built.get("Build Dependencies", {}).get("blas", {})
    return {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "BLAS": f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip(),
        "machine": platform.machine(),
    }
