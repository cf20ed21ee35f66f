// Badges: issue the selected ones.
"use strict";

(() => {
  const texts = document.getElementById("badges-texts").dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const issue = document.getElementById("issue");
  if (!issue) return;
  const message = document.getElementById("message");
  const boxes = () => [...document.querySelectorAll("[data-select]")];
  document.getElementById("select-all").addEventListener("change", (event) => {
    boxes().forEach((box) => { box.checked = event.target.checked; });
  });
  issue.addEventListener("click", () => window.bawaba.busily(issue.parentElement, async () => {
    const chosen = boxes().filter((box) => box.checked).map((box) => box.closest("tr"));
    if (!chosen.length) return;
    const ids = chosen.map((row) => row.dataset.participant);
    const { ok, body } = await window.bawaba.send("/api/accreditation/v1/badges/activations", { participant_ids: ids });
    if (!ok) { message.textContent = body.detail; message.className = "mark mark-bad"; return; }
    const done = body.rows.filter((row) => row.outcome !== "refused");
    for (const row of done) {
      const shown = document.querySelector(`tr[data-participant="${CSS.escape(row.participant_id)}"]:has([data-select])`);
      shown.querySelector("[data-select]").remove();
      const state = shown.querySelector("[data-state]");
      state.textContent = texts.active;
      state.className = "mark mark-good";
    }
    message.textContent = fill(texts.issued, { done: done.length, refused: body.rows.length - done.length });
    message.className = "";
  }));
})();
