"""Portraits: whatever was sent becomes a small upright JPEG without metadata, or a reason in words."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import ClassVar, Final

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from shared.errors import InvalidError

PHOTO_BYTES_MAX: Final = 150_000
PIXELS_MAX: Final = 40_000_000
SIDE_MIN: Final = 240
BOX: Final = (480, 600)
BRIGHTNESS: Final = (40, 230)


@dataclass(eq=False)
class PhotoUnreadableError(InvalidError):
    """No JPEG, PNG or WebP, or broken, or too many pixels."""

    code: ClassVar[str] = "photo.unreadable"


@dataclass(eq=False)
class PhotoTooSmallError(InvalidError):
    code: ClassVar[str] = "photo.too_small"

    minimum: int = SIDE_MIN


@dataclass(eq=False)
class PhotoTooDarkError(InvalidError):
    code: ClassVar[str] = "photo.too_dark"


@dataclass(eq=False)
class PhotoTooBrightError(InvalidError):
    code: ClassVar[str] = "photo.too_bright"


def prepare_photo(data: bytes) -> bytes:
    """A JPEG of at most 480 × 600 pixels and 150 kB, upright, without metadata. Raises the refusals above."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise PhotoUnreadableError
            opened.draft("RGB", BOX)
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PhotoUnreadableError from None
    if min(image.size) < SIDE_MIN:
        raise PhotoTooSmallError
    brightness = ImageStat.Stat(image.convert("L")).mean[0]
    if brightness < BRIGHTNESS[0]:
        raise PhotoTooDarkError
    if brightness > BRIGHTNESS[1]:
        raise PhotoTooBrightError
    fitted = ImageOps.fit(image, BOX, centering=(0.5, 0.35)) if image.size != BOX else image
    for quality in (85, 75, 65, 50):
        out = io.BytesIO()
        fitted.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= PHOTO_BYTES_MAX:
            return out.getvalue()
    raise PhotoUnreadableError
