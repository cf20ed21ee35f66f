"""MongoDB behind a small facade: the only place that imports the driver.

Start at `database.py`; `driver.py` is what a change of driver replaces, `errors.py` says what a failure means.
"""

from __future__ import annotations

from shared.storage.database import Collection, Database, Document, Index, Store, StoreTransaction
from shared.storage.errors import DuplicateKeyError, StorageTransientError

__all__ = [
    "Collection",
    "Database",
    "Document",
    "DuplicateKeyError",
    "Index",
    "StorageTransientError",
    "Store",
    "StoreTransaction",
]
