// A machine-readable zone, scanned, pasted or typed, fills those fields of its form that are empty.
"use strict";

(() => {
  const LENGTHS = [72, 88, 90]; // characters of TD2, TD3 and TD1
  const SETTLES_MS = 250; // a reader types on: 90 characters pass 72 and 88
  const zone = document.getElementById("field-mrz");
  if (!zone) return;
  const said = document.getElementById("zone-said");
  const fault = document.getElementById("fault-mrz");
  let settling = null;
  let asked = "";

  const length = () => zone.value.replace(/[\s\p{C}]/gu, "").replace(/«/g, "<<").length;
  const fill = (fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const field = document.getElementById(`field-${name}`);
      if (!field || field.value || field.closest("[data-field]").hidden) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const read = async () => {
    const text = zone.value;
    if (text === asked) return;
    asked = text;
    const headers = { "Content-Type": "application/json" };
    const answer = await bawaba.call("/api/registration/v1/zone-readings", { method: "POST", body: JSON.stringify({ zone: text }), headers });
    if (zone.value !== text) return;
    fault.hidden = answer.ok;
    fault.textContent = answer.ok ? "" : answer.body.detail;
    said.textContent = answer.ok ? zone.form.dataset.zoneRead : "";
    if (answer.ok) {
      zone.removeAttribute("aria-invalid");
      fill(answer.body.fields);
    } else {
      asked = "";
      zone.setAttribute("aria-invalid", "true");
      bawaba.announce(answer.body.detail);
    }
  };
  zone.addEventListener("input", () => {
    clearTimeout(settling);
    settling = setTimeout(() => { if (LENGTHS.includes(length())) read(); }, SETTLES_MS);
  });
  zone.addEventListener("change", () => { if (length()) read(); });
})();
