// Rebuilds: start one, and show how far it is; while one runs its table comes again every second.
"use strict";

(() => {
  const table = document.getElementById("models");
  const message = document.getElementById("message");
  const unanswered = new Map();

  async function start(button) {
    const [service, model] = button.closest("tr").dataset.model.split("/");
    const path = `/api/operations/v1/console/read-models/${service}/${model}/rebuild`;
    const content = JSON.stringify({ swap: button.dataset.swap === "true" });
    // What was sent without an answer keeps its key, so that pressing again begins no second one.
    if (!unanswered.has(path + content)) unanswered.set(path + content, window.bawaba.newKey());
    button.disabled = true;
    const answer = await window.bawaba.call(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": unanswered.get(path + content) },
      body: content,
    });
    button.disabled = false;
    if (answer.status !== 0 && answer.status < 500) unanswered.delete(path + content);
    message.hidden = answer.ok;
    message.textContent = answer.ok ? "" : answer.body.detail;
    if (answer.ok) await refresh();
  }

  async function refresh() {
    const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("models");
    if (response.ok && page) table.tBodies[0].replaceChildren(...page.tBodies[0].children);
  }

  table.addEventListener("click", (event) => {
    if (event.target.matches("[data-swap]")) start(event.target);
  });
  setInterval(() => {
    if (!document.hidden && table.querySelector("[data-running]")) refresh().catch(() => {});
  }, 1000);
})();
