"""A mail server for an installation without one: it accepts every message (RFC 5321) and keeps it as a file.

`python -m deploy.local.mail_catcher PORT FOLDER`. It listens on loopback only, delivers nothing, and keeps the latest
500 messages. The same Message-ID again replaces the file: what was sent twice is there once.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final

MESSAGES_MAX: Final = 500
MESSAGE_BYTES_MAX: Final = 1_000_000
IDLE_S: Final = 60.0


class MailCatcher:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def serve(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._session, "127.0.0.1", port, limit=MESSAGE_BYTES_MAX)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _say(writer, "220 catcher")
            while line := await asyncio.wait_for(reader.readline(), IDLE_S):
                verb = line.strip()[:4].upper()
                if verb == b"DATA":
                    await _say(writer, "354 go on")
                    self._keep(await asyncio.wait_for(_message(reader), IDLE_S))
                    await _say(writer, "250 kept")
                elif verb == b"QUIT":
                    await _say(writer, "221 bye")
                    break
                else:
                    is_known = verb in (b"HELO", b"EHLO", b"MAIL", b"RCPT", b"RSET", b"NOOP")
                    await _say(writer, "250 ok" if is_known else "502 not here")
        except (TimeoutError, ConnectionError, ValueError, asyncio.IncompleteReadError):
            pass  # whoever spoke so may try again
        finally:
            writer.close()

    def _keep(self, message: bytes) -> None:
        message_id = BytesHeaderParser().parsebytes(message).get("Message-ID", "")
        name = hashlib.sha256(message_id.encode() or message).hexdigest()[:24]
        (self._folder / f"{name}.eml").write_bytes(message)
        kept = sorted(self._folder.glob("*.eml"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-MESSAGES_MAX]:
            path.unlink()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Up to the line with a dot alone, dots undoubled (section 4.5.2). Raises ValueError over a megabyte."""
    lines: list[bytes] = []
    size = 0
    while (line := await reader.readline()) not in (b".\r\n", b""):
        size += len(line)
        if size > MESSAGE_BYTES_MAX:
            raise ValueError("too large")
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()


async def main() -> None:
    server = await MailCatcher(Path(sys.argv[2])).serve(int(sys.argv[1]))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
