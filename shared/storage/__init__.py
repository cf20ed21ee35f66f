"""MongoDB behind a small facade: the only place that imports a driver.

Start at `database.py`; `driver.py` says what a driver is and chooses one of two, `errors.py` what a failure means.
"""

from __future__ import annotations

from shared.storage.database import Collection, Database, Index, Store, StoreTransaction
from shared.storage.driver import Document, DriverName
from shared.storage.errors import DuplicateKeyError, StorageTransientError

__all__ = [
    "Collection",
    "Database",
    "Document",
    "DriverName",
    "DuplicateKeyError",
    "Index",
    "StorageTransientError",
    "Store",
    "StoreTransaction",
]
