"""Python's cycle collector, told what a process of ours is like: much that lasts, and more that is gone at once."""

from __future__ import annotations

import gc
from typing import Final

YOUNG_MAX: Final = 10_000


def spare_what_lasts() -> None:
    """Called once a process has loaded what it runs: that is never looked through again.

    A batch of a thousand records is some ten thousand objects that no cycle holds and that the batch's end frees; at
    the default of 700 the collector runs some fifteen times meanwhile, and finds nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, 10, 10)
