// Badge layouts: see a proof of a category's, try a file, put it into force.
"use strict";

(() => {
  const get = (id) => document.getElementById(id);
  const texts = get("badge-layout-texts").dataset;
  const base = "/api/accreditation/v1/layouts";
  const RELOAD_AFTER_MS = 1500;
  const place = (code, what) => `${base}/${encodeURIComponent(code)}${what}`;

  function say(element, text, kind) {
    element.textContent = text;
    element.className = `mb-0 mt-2${text && kind ? ` mark mark-${kind}` : ""}`;
  }

  function show(blob) {
    const picture = get("proof");
    if (picture.src) URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(blob);
    picture.hidden = false;
  }

  // A picture, or why there is none.
  async function draw(url, options) {
    say(get("proof-message"), texts.drawing);
    const { blob, problem } = await window.bawaba.file(url, options);
    if (blob) show(blob);
    say(get("proof-message"), blob || options ? "" : problem.detail, "bad");
    return problem;
  }

  function showChosen() {
    const { value, selectedOptions } = get("category");
    get("stamp").textContent = selectedOptions[0].dataset.stamp;
    get("download").href = place(value, "/content");
    draw(place(value, "/proof"));
  }

  function showFaults(faults) {
    get("faults").replaceChildren(...faults.map(([where, code]) => {
      const item = document.createElement("li");
      const at = document.createElement("bdi");
      at.className = "ltr";
      at.textContent = where;
      item.append(at, where ? ": " : "", get("badge-layout-texts").getAttribute(`data-fault-${code}`) || code);
      return item;
    }));
  }

  function upload() {
    const body = new FormData();
    body.set("file", get("file").files[0]);
    return body;
  }

  async function tryOut() {
    if (!get("file").files.length) return say(get("message"), texts.choose, "bad");
    const problem = await draw(place(get("code").value, "/proof"), { method: "POST", body: upload() });
    showFaults(problem?.data?.faults || []);
    if (problem) return say(get("message"), problem.detail, "bad");
    get("proof-frame").scrollIntoView({ block: "nearest" });
    return say(get("message"), texts.tried, "good");
  }

  async function load(event) {
    event.preventDefault();
    const { ok, body } = await window.bawaba.call(place(get("code").value, "/content"), {
      method: "PUT", headers: { "Idempotency-Key": window.bawaba.newKey() }, body: upload(),
    });
    showFaults(body.data?.faults || []);
    if (!ok) return say(get("message"), body.detail, "bad");
    if (!body.changed) return say(get("message"), texts.same, "good");
    say(get("message"), texts.loaded.replace("{version}", body.version), "good");
    return setTimeout(() => location.reload(), RELOAD_AFTER_MS);
  }

  get("category").addEventListener("change", showChosen);
  if (get("load")) {
    get("try").addEventListener("click", tryOut);
    get("load").addEventListener("submit", load);
  }
  for (const button of document.querySelectorAll("[data-remove]")) {
    button.addEventListener("click", async () => {
      const { ok, body } = await window.bawaba.call(place(button.closest("tr").dataset.code, ""), {
        method: "DELETE", headers: { "Idempotency-Key": window.bawaba.newKey() },
      });
      if (ok) location.reload();
      else say(get("proof-message"), body.detail, "bad");
    });
  }
  showChosen();
})();
