// What every page shares: the language cookie, a call to our own API, and a sign that something takes its time.
"use strict";

const SLOW_AFTER_MS = 1000;
const REFRESH_EVERY_MS = 5 * 60 * 1000;

window.bawaba = {
  /** A number for one command: sending it again with the same key has one effect. */
  newKey: () => crypto.randomUUID(),

  announce(text) { document.getElementById("announcer").textContent = text; },

  /** Call the API of this origin. Answers {ok, status, body}; a refusal's sentence is in body.detail. */
  async call(path, options = {}) {
    const working = document.getElementById("working");
    const slow = setTimeout(() => { working.hidden = false; }, SLOW_AFTER_MS);
    try {
      const response = await fetch(path, { credentials: "same-origin", ...options, headers: { Accept: "application/json", ...options.headers } });
      const type = response.headers.get("content-type") || "";
      const body = type.includes("json") ? await response.json() : null;
      return { ok: response.ok, status: response.status, body: body || { detail: "" } };
    } catch {
      return { ok: false, status: 0, body: { detail: document.getElementById("layout-texts").dataset.unreachable } };
    } finally {
      clearTimeout(slow);
      working.hidden = true;
    }
  },
};

// Scripts run in their order before this event: then the buttons that waited for them take presses. If one of them did
// not come, its buttons would do nothing, and stay disabled.
let allCame = true;
window.addEventListener("error", (event) => { if (event.target instanceof HTMLScriptElement) allCame = false; }, true);
document.addEventListener("DOMContentLoaded", () => {
  if (!allCame) return;
  document.getElementById("arriving").remove();
  for (const button of document.querySelectorAll("button[data-waits]")) {
    button.disabled = false;
    delete button.dataset.waits;
  }
});

for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.cookie = `bawaba_language=${link.dataset.language}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  });
}

if (document.body.dataset.renewal) {
  // A page that stays open stays signed in, until the account is disabled.
  setInterval(() => fetch(document.body.dataset.renewal, { method: "POST" }).catch(() => {}), REFRESH_EVERY_MS);
}
