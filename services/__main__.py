"""`python -m services` is the `bawaba` command."""

from __future__ import annotations

if __name__ == "__main__":
    # Here and not above: a worker process imports its parent's main module, and has no use for the commands.
    from services.cli import main

    main()
