// All dead letters: retry those of one cause, propose to drop what is quarantined, and drop as the second person.
"use strict";

(() => {
  // A call takes a bounded number and names where the next goes on.
  async function sendAll(path, body) {
    const failed = {};
    let answer = await window.bawaba.send(path, body);
    for (;;) {
      for (const [code, count] of Object.entries((answer.ok && answer.body.failed) || {})) {
        failed[code] = (failed[code] || 0) + count;
      }
      if (!answer.ok || !answer.body.next) return { ...answer, failed: Object.entries(failed) };
      answer = await window.bawaba.send(path, { ...body, after: answer.body.next });
    }
  }

  async function busily(button, path, body) {
    const message = button.parentElement.querySelector("[role=status]");
    button.disabled = true;
    const { failed, ...answer } = await sendAll(path, body);
    button.disabled = false;
    if (answer.ok && !failed.length) return location.reload();
    message.textContent = answer.ok ? failed.map(([code, count]) => `${code}: ${count}`).join(", ") : answer.body.detail;
    message.className = "mb-0 mt-2 mark mark-bad";
    return message.scrollIntoView({ block: "nearest" });
  }

  const alike = ({ group, code, detail }) => ({ group, code, detail });
  const base = "/api/operations/v1/console";

  for (const button of document.querySelectorAll("[data-retry]")) {
    const path = `${base}/dead-letters/${button.dataset.retry}/retries`;
    button.addEventListener("click", () => busily(button, path, alike(button.dataset)));
  }
  for (const form of document.querySelectorAll("[data-discard]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = { ...alike(form.dataset), reason: form.elements.reason.value };
      busily(event.submitter, `${base}/quarantine/${form.dataset.discard}/discards`, body);
    });
  }
  for (const button of document.querySelectorAll("[data-read-again]")) {
    const path = `${base}/quarantine/${button.dataset.readAgain}/retries`;
    button.addEventListener("click", () => busily(button, path, alike(button.form.dataset)));
  }
  for (const button of document.querySelectorAll("[data-drop]")) {
    const { drop, discardId } = button.dataset;
    const path = `${base}/discards/${drop}/${encodeURIComponent(discardId)}/application`;
    button.addEventListener("click", () => busily(button, path, {}));
  }
})();
