"""Kafka's classes, read and checked once and kept in a file that every later start maps: it takes half the work.

The Java machine writes the archive as a broker ends (`-XX:ArchiveClassesAtExit`, JDK Enhancement Proposal 350). Another
Java, or jars at another place, pay no heed to it and start as they do without.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from deploy.local import processes
from deploy.local.members import archive_of
from deploy.local.provision import provision_kafka
from deploy.local.stack import LocalStack

logging.getLogger("aiokafka.conn").setLevel(logging.ERROR)  # the password goes over loopback


async def make(libs: Path) -> None:
    """Start a broker that writes the archive beside `libs`, have it do what an installation's first start asks for."""
    archive = archive_of(libs)
    archive.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="bawaba-classes-") as folder:
        first = processes.free_ports(3)
        stack = LocalStack(Path(folder), libs, mongo_port=first, kafka_port=first + 1)
        (broker,) = stack.kafka
        broker.archive_to = archive
        access = stack.take()
        try:
            await stack.start_kafka()
            await provision_kafka(access, "")
            broker.stop(seconds=60)
        finally:
            stack.stop()


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1])))
