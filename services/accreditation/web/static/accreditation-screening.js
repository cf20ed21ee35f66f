// The outside authority's answers, one person at a time.
"use strict";

(() => {
  const texts = document.getElementById("screening-texts").dataset;
  const message = document.getElementById("message");
  const screening = document.getElementById("screening");

  async function answer(row, given) {
    // The same answer to the same person has the same key: a second press has no second effect.
    const key = `screen-${row.dataset.reference}-${row.dataset.revision}-${given}`;
    const said = { reference: row.dataset.reference, revision: Number(row.dataset.revision), clear: given === "true" };
    const { ok, body } = await window.bawaba.call("/api/accreditation/v1/screening/answers", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({ answers: [said] }),
    });
    const refused = ok ? body.rows[0].sentence : body.detail;
    message.textContent = refused || "";
    message.className = refused ? "mb-0 mark mark-bad" : "mb-0";
    if (!refused) row.querySelector("[data-result]").textContent = texts[given];
  }

  screening.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    const row = button.closest("tr");
    await window.bawaba.busily(row, () => answer(row, button.dataset.clear));
    if (document.activeElement === document.body) row.nextElementSibling?.querySelector("button")?.focus();
  });
  // A key that is held goes on pressing, and the next person's button has the focus by then.
  screening.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.repeat) event.preventDefault(); });
})();
