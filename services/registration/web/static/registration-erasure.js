// Finding and erasing people, and legal holds: one key for one request, so that pressing again after a lost answer does nothing twice.
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

  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const words = JSON.parse(found.dataset.words);

  const rowOf = (person) => {
    const row = document.getElementById("found-row").content.cloneNode(true);
    for (const cell of row.querySelectorAll("[data-said]")) {
      const value = person[cell.dataset.said];
      cell.textContent = words[cell.dataset.said]?.[value] || value;
    }
    for (const button of row.querySelectorAll("[data-choose]")) {
      // The page's buttons were freed when its scripts had come; this one comes with a script.
      button.disabled = false;
      delete button.dataset.waits;
      button.addEventListener("click", () => {
        const field = document.getElementById(button.dataset.choose);
        const chosen = field.value.split(/\s+/).filter(Boolean);
        const others = field instanceof HTMLTextAreaElement ? chosen.filter((id) => id !== person.participant_id) : [];
        field.value = [...others, person.participant_id].join("\n");
        field.focus();
      });
    }
    return row;
  };

  find.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = find.elements.name;
    const fault = document.getElementById("fault-name");
    const said = document.getElementById("find-said");
    const button = find.querySelector("button");
    button.disabled = true;
    const headers = { "Content-Type": "application/json" };
    const answer = await bawaba.call(find.dataset.action, { method: "POST", body: JSON.stringify({ name: name.value }), headers });
    button.disabled = false;
    fault.hidden = answer.ok;
    fault.textContent = answer.ok ? "" : answer.body.detail;
    name.toggleAttribute("aria-invalid", false);
    if (!answer.ok) {
      name.setAttribute("aria-invalid", "true");
      name.focus();
      return;
    }
    const { people, more } = answer.body;
    found.tBodies[0].replaceChildren(...people.map(rowOf));
    found.hidden = !people.length;
    said.textContent = people.length ? (more ? find.dataset.more : "") : find.dataset.none;
  });

  const holdRefusal = document.getElementById("hold-refusal");
  let ordered = null;

  const order = async (form, participant, body) => {
    holdRefusal.hidden = true;
    const path = `/api/registration/v1/participants/${encodeURIComponent(participant)}/legal-hold`;
    const text = JSON.stringify(body);
    if (ordered?.path !== path || ordered.text !== text) ordered = { path, text, key: bawaba.newKey() };
    const button = form.querySelector("button");
    button.disabled = true;
    const headers = { "Idempotency-Key": ordered.key, "Content-Type": "application/json" };
    const answer = await bawaba.call(path, { method: "PUT", body: text, headers });
    button.disabled = false;
    if (answer.ok) {
      location.hash = "holds";
      location.reload();
      return;
    }
    holdRefusal.textContent = answer.body.detail;
    holdRefusal.hidden = false;
    holdRefusal.focus();
  };

  const hold = document.getElementById("hold");
  hold.addEventListener("submit", (event) => {
    event.preventDefault();
    order(hold, hold.elements.participant.value.trim(), { reason: hold.elements.reason.value });
  });
  for (const lift of document.querySelectorAll("form.lift")) {
    lift.addEventListener("submit", (event) => {
      event.preventDefault();
      order(lift, lift.dataset.participant, { reason: null, lifted_because: lift.elements.because.value });
    });
  }
})();
