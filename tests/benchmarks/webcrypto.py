"""What it takes a browser to check a credential's signature: Ed25519 by WebCrypto in Chromium, on this machine.

The signature alone: the gate's page has no decoder of its own yet. Each check is a call and its promise.
"""

from __future__ import annotations

import http.server
import shutil
import threading

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS

COUNT = 2_000
_MEASURE = """
async ([key, signature, message, count]) => {
  const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  const public_ = await crypto.subtle.importKey("raw", bytes(key), "Ed25519", false, ["verify"]);
  const [signed, said] = [bytes(signature), bytes(message)];
  const forged = Uint8Array.from(signed, (byte, place) => place ? byte : byte ^ 1);
  if (await crypto.subtle.verify("Ed25519", public_, forged, said)) throw new Error("a forged one held");
  const took = [];
  for (let number = 0; number < count; number += 1) {
    const began = performance.now();
    if (!await crypto.subtle.verify("Ed25519", public_, signed, said)) throw new Error("it does not hold");
    took.push((performance.now() - began) * 1000);
  }
  took.sort((one, other) => one - other);
  return { p50: took[count >> 1], p95: took[Math.floor(count * 0.95)], agent: navigator.userAgent };
}
"""


class _Empty(http.server.BaseHTTPRequestHandler):
    """A page of one's own machine: WebCrypto is there in secure contexts alone."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        # Without these a page's clock is rounded to 100 µs.
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def in_chromium(key: Ed25519PrivateKey, message: bytes) -> str:
    """p50 and p95 in µs, in words; says so where Chromium is not installed."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return "Chromium is not installed"
    server = http.server.HTTPServer(("127.0.0.1", 0), _Empty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        asked = [key.public_key().public_bytes_raw().hex(), key.sign(message).hex(), message.hex(), COUNT]
        found = page.evaluate(_MEASURE, asked)
        browser.close()
    server.shutdown()
    which = next((word for word in found["agent"].split() if "Chrome/" in word), "")
    return f"p50 {found['p50']:.0f} µs, p95 {found['p95']:.0f} µs ({which})"
