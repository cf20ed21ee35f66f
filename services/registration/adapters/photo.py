"""Portraits: whatever was sent becomes a small upright JPEG without metadata, or a reason in words."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import ClassVar, Final

from PIL import Image, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError

from shared.errors import InvalidError

PHOTO_BYTES_MAX: Final = 150_000
MEGAPIXELS_MAX: Final = 40
MEGABYTES_MAX: Final = 12
SIDE_MIN: Final = 240
BOX: Final = (480, 600)
BRIGHTNESS: Final = (40, 230)
# Variance of the Laplacian at 240 × 300. Drawn portraits have 340, and 12 when blurred by 3 of 480 pixels; the bound
# is below that, so that only what shows no face at all is refused.
SHARPNESS_MIN: Final = 8.0
_LAPLACIAN: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


@dataclass(eq=False)
class PhotoUnreadableError(InvalidError):
    """No JPEG, PNG or WebP, or broken."""

    code: ClassVar[str] = "photo.unreadable"


@dataclass(eq=False)
class PhotoTooLargeError(InvalidError):
    code: ClassVar[str] = "photo.too_large"

    megabytes: int = MEGABYTES_MAX
    megapixels: int = MEGAPIXELS_MAX


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


@dataclass(eq=False)
class PhotoBlurredError(InvalidError):
    code: ClassVar[str] = "photo.blurred"


def prepare_photo(data: bytes) -> bytes:
    """A JPEG of at most 480 × 600 pixels and 150 kB, upright, without metadata. Raises the refusals above."""
    if len(data) > MEGABYTES_MAX * 1024 * 1024:
        raise PhotoTooLargeError
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MEGAPIXELS_MAX * 1_000_000:
                raise PhotoTooLargeError
            opened.draft("RGB", BOX)
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except Image.DecompressionBombError:
        raise PhotoTooLargeError from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise PhotoUnreadableError from None
    if min(image.size) < SIDE_MIN:
        raise PhotoTooSmallError
    brightness = ImageStat.Stat(image.convert("L")).mean[0]
    if brightness < BRIGHTNESS[0]:
        raise PhotoTooDarkError
    if brightness > BRIGHTNESS[1]:
        raise PhotoTooBrightError
    fitted = ImageOps.fit(image, BOX, centering=(0.5, 0.35)) if image.size != BOX else image
    if _sharpness(fitted) < SHARPNESS_MIN:
        raise PhotoBlurredError
    for quality in (85, 75, 65, 50):
        out = io.BytesIO()
        fitted.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= PHOTO_BYTES_MAX:
            return out.getvalue()
    raise PhotoUnreadableError


def _sharpness(image: Image.Image) -> float:
    edges = image.convert("L").resize((240, 300)).filter(_LAPLACIAN)
    # The filter leaves the outermost pixels as they were.
    return float(ImageStat.Stat(edges.crop((1, 1, 239, 299))).var[0])
