// Named accounts of a delegation. A drawn password is shown once, here, and kept nowhere.
"use strict";

(() => {
  const refusal = document.getElementById("refusal");
  const form = document.getElementById("open");
  const drawn = document.getElementById("drawn");
  let sent = null;

  // What was sent without an answer keeps its key, so that pressing again cannot do it twice.
  const send = async (path, content) => {
    const body = content && JSON.stringify(content);
    const text = `${path} ${body}`;
    if (sent?.text !== text) sent = { text, key: bawaba.newKey() };
    const headers = { "Idempotency-Key": sent.key, ...(body && { "Content-Type": "application/json" }) };
    refusal.hidden = true;
    const answer = await bawaba.call(path, { method: "POST", body, headers });
    if (answer.status !== 0 && answer.status < 500) sent = null;
    if (answer.ok) return answer.body;
    refusal.textContent = answer.body.detail;
    refusal.hidden = false;
    refusal.focus();
    return null;
  };
  const show = (answer) => {
    if (!answer) return;
    if (!answer.password) { location.reload(); return; }
    document.getElementById("drawn-password").textContent = answer.password;
    drawn.hidden = false;
    document.getElementById("drawn-title").focus();
  };
  const pressed = async (button, work) => {
    button.disabled = true;
    try { await work(); } finally { button.disabled = false; }
  };

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const content = Object.fromEntries(new FormData(form));
    if (form.elements.head) content.head = form.elements.head.checked;
    pressed(form.querySelector("button"), async () => {
      const answer = await send(form.dataset.action, content);
      if (answer) form.reset();
      show(answer);
    });
  });
  for (const button of document.querySelectorAll("[data-draw]")) {
    button.addEventListener("click", () => pressed(button, async () => show(await send(button.dataset.draw))));
  }
  for (const button of document.querySelectorAll("[data-disable]")) {
    button.addEventListener("click", () => pressed(button, async () => { if (await send(button.dataset.disable)) location.reload(); }));
  }
})();
