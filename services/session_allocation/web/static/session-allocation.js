// Allocation: run and publish for programme officers; wishes and swaps for a delegation.
"use strict";

(() => {
  const send = (path, method, content, key) => window.bawaba.call(path, {
    method,
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(content),
  });

  // What was sent without an answer keeps its key, so that pressing again cannot do it twice.
  const onceFor = () => {
    let kept = null;
    return async (path, method, content) => {
      const text = JSON.stringify([path, content]);
      if (!kept || kept.text !== text) kept = { text, key: window.bawaba.newKey() };
      const answer = await send(path, method, content, kept.key);
      if (answer.status !== 0 && answer.status < 500) kept = null;
      return answer;
    };
  };

  function programme() {
    const refusal = document.getElementById("refusal");
    const run = document.getElementById("run");
    const publish = document.getElementById("publish");
    if (!run) return;
    const once = onceFor();
    const act = async (button, path, content, after) => {
      button.disabled = true;
      const { ok, body } = await once(path, "POST", content);
      button.disabled = false;
      if (ok) { after(body); return; }
      refusal.textContent = body.detail;
      refusal.hidden = false;
    };
    run.addEventListener("click", () => act(run, "/api/session-allocation/v1/drafts", {},
      (body) => location.assign(`?draft=${body.draft_id}`)));
    publish?.addEventListener("click", () => act(publish, "/api/session-allocation/v1/versions",
      { draft_id: publish.dataset.draft }, () => location.assign("?")));
  }

  function wishes() {
    const form = document.getElementById("wishes");
    if (!form) return;
    const message = document.getElementById("refusal");
    const once = onceFor();
    const codes = (value) => (value ? value.split(",") : []);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = (row) => [...row.querySelectorAll("select")].map((select) => [select.dataset.slot, select.value]);
      const ofDelegation = Object.fromEntries(values(form.querySelector("[data-default]")));
      const participants = {};
      for (const row of form.querySelectorAll("[data-participant]")) {
        const own = values(row);
        if (own.every(([, value]) => value === "*")) continue;
        participants[row.dataset.participant] = own.flatMap(([slot, value]) => codes(value === "*" ? ofDelegation[slot] : value));
      }
      const asked = { default: Object.values(ofDelegation).flatMap(codes), participants };
      const { ok, body } = await once(form.dataset.action, "PUT", asked);
      message.textContent = ok ? form.dataset.saved : body.detail;
      message.className = `mt-3 mb-0 mark ${ok ? "mark-good" : "mark-bad"}`;
    });
  }

  function swap() {
    const form = document.getElementById("swap");
    if (!form) return;
    const message = document.getElementById("swap-refusal");
    const once = onceFor();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const [giver, session] = form.elements.giver.value.split("/");
      const { ok, body } = await once(form.dataset.action, "POST", { session, giver, taker: form.elements.taker.value });
      if (ok) { location.reload(); return; }
      message.textContent = body.detail;
      message.className = "col-12 mb-0 mark mark-bad";
    });
  }

  programme();
  wishes();
  swap();
})();
