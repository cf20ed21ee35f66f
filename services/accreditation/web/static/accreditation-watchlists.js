// Watchlists: load a version or remove a list, and see how many people are still to be screened.
"use strict";

(() => {
  const get = (id) => document.getElementById(id);
  const texts = get("watchlist-texts");
  const base = "/api/accreditation/v1/watchlists";
  const message = get("message");
  const LOOK_EVERY_MS = 2000;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function say(text, bad) {
    message.textContent = text;
    message.className = `mb-0 mt-2 ${bad ? "mark mark-bad" : "mark mark-good"}`;
  }

  function showFaults(faults) {
    const said = ([place, code]) => {
      const item = document.createElement("li");
      const fault = texts.getAttribute(`data-fault-${code}`) || code;
      item.textContent = place ? fill(texts.dataset.place, { place, fault }) : fault;
      return item;
    };
    get("faults").replaceChildren(...faults.map(said));
  }

  get("load").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData();
    body.set("file", get("file").files[0]);
    const button = get("load").querySelector("button");
    button.disabled = true;
    const { ok, body: answer } = await window.bawaba.call(`${base}/${encodeURIComponent(get("code").value)}/content`, {
      method: "PUT", headers: { "Idempotency-Key": window.bawaba.newKey() }, body,
    });
    button.disabled = false;
    showFaults(answer.data?.faults || []);
    if (!ok) return say(answer.detail, true);
    if (!answer.changed) return say(texts.dataset.same, false);
    say(fill(texts.dataset.loaded, answer), false);
    return setTimeout(() => location.reload(), LOOK_EVERY_MS);
  });

  for (const button of document.querySelectorAll("[data-remove]")) {
    button.addEventListener("click", async () => {
      const { ok, body } = await window.bawaba.call(`${base}/${button.closest("tr").dataset.code}`, {
        method: "DELETE", headers: { "Idempotency-Key": window.bawaba.newKey() },
      });
      if (ok) location.reload();
      else say(body.detail, true);
    });
  }

  if (Number(get("progress").dataset.left)) setTimeout(() => location.reload(), LOOK_EVERY_MS);
})();
