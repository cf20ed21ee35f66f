// A person's own access: day badge and upgrades, saved whole.
"use strict";

(() => {
  const form = document.getElementById("change");
  const message = document.getElementById("message");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const days = [...form.querySelectorAll("[name=day]:checked")].map((box) => Number(box.value));
    const upgrades = [...form.querySelectorAll("[data-upgrade]")].map((row) => {
      const value = (name) => row.querySelector(`[name=${name}]`).value;
      return { zone: value("zone"), days: value("days").split(",").map(Number).filter(Boolean), opens: value("opens"), closes: value("closes"), ...(value("only_with") && { only_with: value("only_with") }) };
    }).filter((grant) => grant.zone && grant.days.length);
    await window.bawaba.busily(form, async () => {
      const { ok, body } = await window.bawaba.send(`/api/accreditation/v1/dossiers/${form.dataset.participant}/access`,
        { upgrades, version: Number(form.dataset.version), ...(days.length && { only_days: days }) }, "PUT");
      if (ok) { location.reload(); return; }
      message.textContent = body.detail;
      message.className = "mb-0 mt-2 mark mark-bad";
    });
  });
})();
