"""Drawn portraits: a face that is nobody's, another for every seed."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

SIZE = (480, 600)
_SKIN = ("#c68e5f", "#8d5a3a", "#e0b08a", "#6b4226", "#d8a47a")
_CLOTH = ("#2e4a3a", "#3b4a63", "#5a5140", "#24324a", "#44382c")
_HAIR = ("#1c1714", "#3a2a1e", "#6e6a66", "#2a2a2a")


def portrait(seed: str) -> bytes:
    """A JPEG of 480 × 600 pixels, about 15 kB."""
    draw_lots = random.Random(seed)
    image = Image.new("RGB", SIZE, draw_lots.choice(("#dfe5e3", "#e6e1d6", "#d9dfe8")))
    pen = ImageDraw.Draw(image)
    skin, cloth, hair = draw_lots.choice(_SKIN), draw_lots.choice(_CLOTH), draw_lots.choice(_HAIR)
    width, height = draw_lots.randint(95, 120), draw_lots.randint(130, 155)
    pen.ellipse((60, 430, 420, 800), fill=cloth)
    pen.rectangle((205, 360, 275, 470), fill=skin)
    pen.polygon(((205, 440), (240, 520), (275, 440)), fill="#f4f2ec")
    pen.ellipse((240 - width, 90, 240 + width, 250 + height // 2), fill=hair)
    pen.ellipse((240 - width + 8, 130, 240 + width - 8, 270 + height), fill=skin)
    gap, level = draw_lots.randint(38, 50), draw_lots.randint(235, 255)
    for side in (-1, 1):
        pen.ellipse((240 + side * gap - 13, level - 7, 240 + side * gap + 13, level + 7), fill="#fbfaf7")
        pen.ellipse((240 + side * gap - 6, level - 6, 240 + side * gap + 6, level + 6), fill="#2b1d14")
        pen.line((240 + side * gap - 18, level - 22, 240 + side * gap + 18, level - 24), fill=hair, width=6)
    pen.line((240, level + 10, 232, level + 55, 246, level + 57), fill="#7a5138", width=4)
    pen.arc((205, level + 60, 275, level + 95), 10, 170, fill="#8a4a3c", width=5)
    if draw_lots.random() < 0.4:
        pen.arc((205, level + 52, 275, level + 88), 190, 350, fill=hair, width=9)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
