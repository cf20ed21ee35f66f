"""A picture inside a page, which is never fetched by an address of its own."""

from __future__ import annotations

import base64


def data_url(media_type: str, content: bytes) -> str:
    """The content as a URL (RFC 2397)."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def jpeg_url(photo: bytes | None) -> str | None:
    """A portrait as a URL; None where there is none."""
    return data_url("image/jpeg", photo) if photo else None
