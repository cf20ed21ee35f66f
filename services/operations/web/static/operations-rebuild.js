// Rebuilds: start one, and show how far it is; while one runs its table comes again every second.
"use strict";

(() => {
  const table = document.getElementById("models");
  const message = document.getElementById("message");

  async function start(button) {
    const [service, model] = button.closest("tr").dataset.model.split("/");
    const path = `/api/operations/v1/console/read-models/${service}/${model}/rebuild`;
    button.disabled = true;
    const answer = await window.bawaba.send(path, { swap: button.dataset.swap === "true" });
    button.disabled = false;
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
