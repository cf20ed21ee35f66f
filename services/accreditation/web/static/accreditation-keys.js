// Signing keys: revoking one asks first, and says how many badges end.
"use strict";

(() => {
  const get = (id) => document.getElementById(id);
  const text = get("keys-texts").dataset.confirm;
  let chosen = null;
  let asked = null;
  const close = () => { get("confirm").hidden = true; asked.focus(); };
  for (const button of document.querySelectorAll("[data-revoke]")) {
    button.addEventListener("click", () => {
      const row = button.closest("tr");
      chosen = row.dataset.key;
      asked = button;
      get("confirm-text").textContent = text.replace("{key}", chosen).replace("{badges}", row.cells[3].textContent);
      get("confirm").hidden = false;
      get("confirm-no").focus();
    });
  }
  get("confirm-no").addEventListener("click", close);
  get("confirm").addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  get("confirm-yes").addEventListener("click", () => window.bawaba.busily(get("confirm"), async () => {
    const { ok, body } = await window.bawaba.send(`/api/accreditation/v1/signing-keys/${chosen}/revocation`);
    if (ok) location.reload();
    else { close(); get("message").textContent = body.detail; get("message").className = "mb-0 mt-2 mark mark-bad"; }
  }));
})();
