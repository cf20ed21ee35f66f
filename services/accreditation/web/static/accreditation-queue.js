// Deciding on the selected dossiers; each row says its own outcome.
"use strict";

(() => {
  const table = document.getElementById("queue");
  if (!table) return;
  const refusal = document.getElementById("refusal");
  const boxes = () => [...table.querySelectorAll("input[name=chosen]:not(:disabled)")];
  document.getElementById("all").addEventListener("change", (event) => boxes().forEach((box) => { box.checked = event.target.checked; }));

  const say = (row, good, text) => {
    const mark = document.createElement("span");
    mark.className = `mark ${good ? "mark-good" : "mark-bad"}`;
    mark.textContent = text;
    row.querySelector(".outcome").replaceChildren(mark);
  };

  for (const button of document.querySelectorAll("[data-decision]")) {
    button.addEventListener("click", async () => {
      const rows = boxes().filter((box) => box.checked).map((box) => box.closest("tr"));
      if (!rows.length) return;
      refusal.hidden = true;
      button.disabled = true;
      const answer = await bawaba.call("/api/accreditation/v1/decisions", {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": bawaba.newKey() },
        body: JSON.stringify({ decision: button.dataset.decision, participant_ids: rows.map((row) => row.dataset.participant) }),
      });
      button.disabled = false;
      if (!answer.ok) { refusal.textContent = answer.body.detail; refusal.hidden = false; return; }
      for (const outcome of answer.body.outcomes) {
        const row = table.querySelector(`[data-participant="${outcome.participant_id}"]`);
        const name = outcome.state?.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
        say(row, Boolean(outcome.state), outcome.state ? table.dataset[name] : outcome.sentence);
        row.querySelector("input").checked = false;
        if (outcome.state) row.querySelector("input").disabled = true;
      }
    });
  }
})();
