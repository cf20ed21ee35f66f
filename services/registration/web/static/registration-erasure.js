// Erasing people: one key for one list of ids, so that pressing again after a lost answer erases nobody twice.
"use strict";

(() => {
  const form = document.getElementById("erase");
  const refusal = document.getElementById("refusal");
  let sent = null;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refusal.hidden = true;
    const ids = form.elements.participants.value.split(/\s+/).filter(Boolean);
    const body = JSON.stringify({ participant_ids: ids });
    if (sent?.body !== body) sent = { body, key: bawaba.newKey() };
    const button = form.querySelector("button");
    button.disabled = true;
    const headers = { "Idempotency-Key": sent.key, "Content-Type": "application/json" };
    const answer = await bawaba.call(form.dataset.action, { method: "POST", body, headers });
    button.disabled = false;
    if (answer.ok) return show(answer.body.certificate);
    refusal.textContent = answer.body.detail;
    refusal.hidden = false;
    return refusal.focus();
  });

  const show = (certificate) => {
    document.getElementById("certificate").textContent = certificate;
    document.getElementById("save").href = URL.createObjectURL(new Blob([certificate], { type: "text/plain" }));
    document.getElementById("done").hidden = false;
    document.getElementById("done-title").focus();
    form.reset();
  };
})();
