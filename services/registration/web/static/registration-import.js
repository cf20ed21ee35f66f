// Sending a list and committing it. One key a press: sending twice has one effect.
"use strict";

(() => {
  const form = document.getElementById("upload");
  const refusal = document.getElementById("refusal");
  const refuse = (text) => { refusal.textContent = text; refusal.hidden = false; refusal.scrollIntoView({ block: "center" }); };

  const send = async (button, path, body) => {
    refusal.hidden = true;
    button.disabled = true;
    const answer = await bawaba.call(path, { method: "POST", body, headers: { "Idempotency-Key": bawaba.newKey() } });
    button.disabled = false;
    if (answer.ok) location.assign(`/registration/import?id=${encodeURIComponent(answer.body.import_id)}`);
    else refuse(answer.body.detail);
  };

  for (const chosen of form.querySelectorAll("[data-chosen]")) {
    const input = form.elements[chosen.dataset.chosen];
    const none = chosen.textContent;
    input.addEventListener("change", () => { chosen.textContent = input.files[0]?.name || none; });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new FormData(form);
    if (!body.get("photos")?.size) body.delete("photos");
    send(form.querySelector("button"), form.dataset.action, body);
  });
  const commit = document.getElementById("commit");
  commit?.addEventListener("click", () => send(commit, commit.dataset.action));
})();
