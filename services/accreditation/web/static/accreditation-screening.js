// The outside authority's answers, one person at a time.
"use strict";

(() => {
  const texts = document.getElementById("screening-texts").dataset;
  const message = document.getElementById("message");
  document.getElementById("screening").addEventListener("click", async (event) => {
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    const row = button.closest("tr");
    const buttons = row.querySelectorAll("button");
    buttons.forEach((each) => { each.disabled = true; });
    // The same answer to the same person has the same key: a second press has no second effect.
    const key = `screen-${row.dataset.reference}-${row.dataset.revision}-${button.dataset.clear}`;
    const answer = { reference: row.dataset.reference, revision: Number(row.dataset.revision), clear: button.dataset.clear === "true" };
    const { ok, body } = await window.bawaba.call("/api/accreditation/v1/screening/answers", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({ answers: [answer] }),
    });
    const refused = ok ? body.rows[0].sentence : body.detail;
    message.textContent = refused || "";
    message.className = refused ? "mb-0 mark mark-bad" : "mb-0";
    if (refused) return buttons.forEach((each) => { each.disabled = false; });
    row.querySelector("[data-result]").textContent = texts[button.dataset.clear];
    return row.nextElementSibling?.querySelector("button")?.focus();
  });
})();
