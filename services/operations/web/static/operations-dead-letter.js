// A dead letter: propose a mending (which tries it dry), and put a proposal into force. The page then shows what is.
"use strict";

(() => {
  const form = document.getElementById("mending");
  if (!form) return;
  const { service, letter } = form.dataset;
  const message = document.getElementById("message");
  const edits = document.getElementById("edits");
  // A value is JSON where it reads as JSON (12, true, null, ["a"]), and otherwise the text as it stands.
  function typed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }

  function asked() {
    const body = { kind: form.elements.kind.value, reason: form.elements.reason.value, edits: [] };
    if (body.kind !== "edit") return body;
    for (const number of [0, 1, 2]) {
      const path = document.getElementById(`path-${number}`).value.trim();
      const remove = document.getElementById(`remove-${number}`).checked;
      const value = document.getElementById(`value-${number}`).value;
      if (path) body.edits.push(remove ? { path, remove } : { path, value: typed(value) });
    }
    return body;
  }

  async function busily(button, work) {
    button.disabled = true;
    const { ok, body } = await work();
    button.disabled = false;
    if (ok) return location.reload();
    message.textContent = body.detail;
    message.className = "mb-0 mt-2 mark mark-bad";
    return message.scrollIntoView({ block: "nearest" });
  }

  form.elements.kind.addEventListener("change", () => { edits.hidden = form.elements.kind.value !== "edit"; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const path = `/api/operations/v1/console/dead-letters/${service}/${encodeURIComponent(letter)}/mendings`;
    busily(event.submitter, () => window.bawaba.send(path, asked()));
  });
  for (const button of document.querySelectorAll("[data-apply]")) {
    const path = `/api/operations/v1/console/mendings/${service}/${encodeURIComponent(button.dataset.apply)}/application`;
    button.addEventListener("click", () => busily(button, () => window.bawaba.send(path, {})));
  }
})();
