// Receipts: an officer makes one, a focal point signs it here, or an officer notes the paper that was signed by hand.
"use strict";

(() => {
  const API = "/api/accreditation/v1";
  const texts = document.getElementById("receipts-texts").dataset;
  const message = document.getElementById("receipts-message");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const say = (text, bad) => { message.textContent = text; message.className = `mb-0 mt-2 mark ${bad ? "mark-bad" : "mark-good"}`; };
  const send = (path, content) => window.bawaba.send(API + path, content);
  const shown = sessionStorage.getItem("bawaba_receipts");
  if (shown) { say(shown, false); sessionStorage.removeItem("bawaba_receipts"); }
  const reload = (text) => { sessionStorage.setItem("bawaba_receipts", text); location.reload(); };
  const toTheNewest = (text) => { sessionStorage.setItem("bawaba_receipts", text); location.assign(location.pathname); };

  const make = document.getElementById("receipt");
  make?.addEventListener("submit", (event) => {
    event.preventDefault();
    window.bawaba.busily(make, async () => {
      const { ok, body } = await send("/receipts", { delegation: document.getElementById("receipt-delegation").value });
      if (ok) toTheNewest(fill(texts.made, { count: body.badges })); else say(body.detail, true);
    });
  });
  for (const form of document.querySelectorAll("[data-sign]")) {
    const row = form.closest("tr").dataset;
    const sign = async () => {
      const paper = form.elements.paper?.value;
      const { ok, body } = await send(`/delegations/${row.delegation}/receipts/${row.receipt}/signature`, paper ? { paper } : {});
      if (!ok) { say(body.detail, true); return; }
      const refused = body.rows.filter((each) => each.outcome === "refused").length;
      reload(fill(texts.signed, { done: body.rows.length - refused, refused }));
    };
    const cancel = async () => {
      const { ok, body } = await send(`/receipts/${row.receipt}/cancellation`);
      if (ok) reload(texts.cancelled); else say(body.detail, true);
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); window.bawaba.busily(form, sign); });
    form.querySelector("[data-cancel]")?.addEventListener("click", () => window.bawaba.busily(form, cancel));
  }
})();
