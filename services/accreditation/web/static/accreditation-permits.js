// A delegation's requests for weapons, radios and vehicles: approve or refuse each, on their page and on the dossier.
"use strict";

(() => {
  const message = document.getElementById("permit-message");
  document.getElementById("permits")?.addEventListener("click", async (event) => {
    const decision = event.target.dataset.permitDecision;
    if (!decision) return;
    const row = event.target.closest("[data-permit]");
    const reason = row.querySelector("select").value;
    const buttons = row.querySelectorAll("button");
    for (const each of buttons) each.disabled = true;
    const { ok, body } = await window.bawaba.send(`/api/accreditation/v1/permit-requests/${row.dataset.permit}/decision`,
      { decision, ...(decision === "refuse" && reason && { reason }) });
    if (ok) { location.reload(); return; }
    for (const each of buttons) each.disabled = false;
    message.textContent = body.detail;
    message.className = "mb-2 mark mark-bad";
    if (decision === "refuse" && !reason) row.querySelector("select").focus();
  });
})();
