"""Accreditation in a process of its own, which may kill itself with SIGKILL at the n-th visit of a failpoint.

Arguments: failpoint, visit (0: never). Settings come from the environment. It reads calls of its API, one a line, and
writes each answer; its vault knows everybody.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import orjson

from services.accreditation import bootstrap
from services.accreditation.settings import AccreditationSettings
from shared.messaging.kernel import Kernel
from shared.security.personal_data import PersonalRecord
from shared.service import Parts
from tests.faults.worker import killer
from tests.integration.accreditation.desk import OFFICER, PERSON, Outside
from tests.support.child_settings import PREFIX


class ChildAccreditation(AccreditationSettings, env_prefix=PREFIX):
    """What the child reads back."""


class Everybody(dict[str, PersonalRecord | None]):
    def __contains__(self, person: object) -> bool:
        return True

    def __missing__(self, person: str) -> PersonalRecord:
        return PERSON


async def answer(http: httpx.AsyncClient) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def one(asked: dict[str, Any]) -> None:
        response = await http.post(asked["path"], json=asked["body"], headers={"Idempotency-Key": asked["key"]})
        line = orjson.dumps({"key": asked["key"], "status": response.status_code, "body": response.json()})
        print(line.decode(), flush=True)

    async with asyncio.TaskGroup() as group:
        while line := await reader.readline():
            group.create_task(one(orjson.loads(line)))


async def main(place: str, visit: int) -> None:
    settings = ChildAccreditation()
    vars(bootstrap)["Kernel"] = functools.partial(Kernel, failpoint=killer(place, visit))
    outside = Outside(settings.secrets_folder)
    outside.people = Everybody()
    with ThreadPoolExecutor(1) as pool:
        service = await bootstrap.build(settings, Parts(client=outside.client, pool=pool))
        headers = {"Authorization": f"Bearer {outside.token(OFFICER)}"}
        transport = httpx.ASGITransport(app=service.app)
        async with service.running(), httpx.AsyncClient(transport=transport, base_url="http://desk") as http:
            http.headers.update(headers)
            await answer(http)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
