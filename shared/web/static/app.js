// What every page shares: the language cookie, a call to our own API, and a sign that something takes its time.
"use strict";

const SLOW_AFTER_MS = 1000;
const REFRESH_EVERY_MS = 5 * 60 * 1000;
const DOUBLE_PRESS_MS = 500;
const SAID = "bawaba_said";

const unanswered = new Map();
const underWay = new Map();
const pressed = new Map();

async function answered(what, path, method, body) {
  const key = unanswered.get(what) || window.bawaba.newKey();
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  const answer = await window.bawaba.call(path, { method, body, headers });
  underWay.delete(what);
  if (answer.status === 0 || answer.status >= 500) unanswered.set(what, key);
  else unanswered.clear();
  return answer;
}

window.bawaba = {
  /** A number for one command: sending it again with the same key has one effect. */
  newKey: () => crypto.randomUUID(),

  /**
   * Load this page anew, or another of this origin in its place in the history. There these words, if any, stand at the
   * place of that id, and the focus is on it: whoever listens hears them, and the keyboard goes on from there.
   */
  goOn({ words = "", url = location.pathname + location.search, place = "said" }) {
    sessionStorage.setItem(SAID, JSON.stringify({ words, place }));
    location.replace(url);
  },

  announce(text) { document.getElementById("announcer").textContent = text; },

  /** Take back a question that stands: what it was about is not shown any more. */
  askNothing() { document.querySelector(".sure")?.remove(); },

  /** Say beside a text what is wrong with it, where its aria-describedby leads, and bring the keyboard there. */
  refuseAt(text, sentence) {
    const said = document.getElementById(text.getAttribute("aria-describedby"));
    said.textContent = sentence;
    said.hidden = false;
    text.setAttribute("aria-invalid", "true");
    text.focus();
  },

  /** What was refused in a form, or a page, before is no longer said: it is sent anew. */
  refuseNothing(place) {
    for (const text of place.querySelectorAll("[aria-invalid]")) text.removeAttribute("aria-invalid");
    for (const said of place.querySelectorAll(".fault")) { said.textContent = ""; said.hidden = true; }
  },

  /** The first file field of a form whose file is larger than it takes, before anything is sent. */
  tooLarge: (form) => [...form.querySelectorAll("input[type=file][data-bytes-max]")]
    .find((field) => [...field.files].some((file) => file.size > Number(field.dataset.bytesMax))),

  /** Call the API of this origin. Answers {ok, status, body}; a refusal's sentence is in body.detail. */
  async call(path, options = {}) {
    const working = document.getElementById("working");
    const slow = setTimeout(() => { working.hidden = false; }, SLOW_AFTER_MS);
    try {
      const response = await fetch(path, { credentials: "same-origin", ...options, headers: { Accept: "application/json", ...options.headers } });
      const type = response.headers.get("content-type") || "";
      const body = type.includes("json") ? await response.json() : null;
      const refused = response.ok || body?.detail ? {} : { detail: document.getElementById("layout-texts").dataset.unreachable };
      return { ok: response.ok, status: response.status, body: { ...body, ...refused } };
    } catch {
      return { ok: false, status: 0, body: { detail: document.getElementById("layout-texts").dataset.unreachable } };
    } finally {
      clearTimeout(slow);
      working.hidden = true;
    }
  },

  /** Fetch a file of this origin. Answers {blob}, or the refusal as {problem}, whose sentence is in its detail. */
  async file(path, options = {}) {
    try {
      const response = await fetch(path, { credentials: "same-origin", ...options });
      return response.ok ? { blob: await response.blob() } : { problem: await response.json() };
    } catch {
      return { problem: { detail: document.getElementById("layout-texts").dataset.unreachable } };
    }
  },

  /** Hand a file that was fetched to whoever sits here, under this name. */
  save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  },

  /**
   * Send a command in JSON. What had no answer keeps its key until another command is answered, so that pressing again
   * cannot do it twice; the same that is under way is not sent again, and has one answer.
   */
  send(path, content = {}, method = "POST") {
    const body = JSON.stringify(content);
    const what = [method, path, body].join(" ");
    if (!underWay.has(what)) underWay.set(what, answered(what, path, method, body));
    return underWay.get(what);
  },

  /**
   * Do what a press began. Until it is done, and for as long as a double press may last, no button in the place takes
   * another one, and the same work is not begun again. Other work there, by its name, waits for its turn.
   */
  async busily(place, work, name = "") {
    while (pressed.has(place)) {
      if (pressed.get(place).name === name) return;
      await pressed.get(place).over;
    }
    let end;
    pressed.set(place, { name, over: new Promise((over) => { end = over; }) });
    const focused = document.activeElement;
    const buttons = [...place.querySelectorAll("button:not(:disabled)")];
    for (const button of buttons) button.disabled = true;
    const doublePress = new Promise((over) => { setTimeout(over, DOUBLE_PRESS_MS); });
    try {
      await work();
    } finally {
      await doublePress;
      for (const button of buttons) button.disabled = false;
      pressed.delete(place);
      end();
      if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
    }
  },
};

// A button that says in data-sure what it does for good asks first, beside itself: only "yes" lets the press through.
// There is one question at a time, and it is gone as soon as the focus is elsewhere.
const meant = new Set();

function ask(button) {
  window.bawaba.askNothing();
  const question = document.getElementById("layout-sure").content.firstElementChild.cloneNode(true);
  const [yes, no] = question.querySelectorAll("button");
  question.querySelector("p").textContent = button.dataset.sure;
  const close = () => { question.remove(); button.focus(); };
  no.addEventListener("click", close);
  yes.addEventListener("click", () => {
    close();
    meant.add(button);
    button.click();
    meant.delete(button);
  });
  question.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  question.addEventListener("focusout", () => setTimeout(() => {
    if (!question.contains(document.activeElement)) question.remove();
  }));
  button.after(question);
  no.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-sure]");
  if (!button || meant.has(button)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(button);
}, true);

// Scripts run in their order before this event: then the buttons that waited for them take presses. If one of them did
// not come, its buttons would do nothing, and stay disabled.
let allCame = true;
window.addEventListener("error", (event) => { if (event.target instanceof HTMLScriptElement) allCame = false; }, true);
document.addEventListener("DOMContentLoaded", () => {
  if (!allCame) return;
  document.getElementById("arriving").remove();
  for (const button of document.querySelectorAll("button[data-waits]")) {
    button.disabled = false;
    delete button.dataset.waits;
  }
});

function sayWhatWasDone() {
  const { words, place } = JSON.parse(sessionStorage.getItem(SAID) || "{}");
  sessionStorage.removeItem(SAID);
  const said = place && document.getElementById(place);
  if (!said) return;
  if (words) said.textContent = words;
  said.hidden = false;
  said.focus();
}
sayWhatWasDone();

for (const chosen of document.querySelectorAll("[data-chosen]")) {
  const input = document.getElementById(chosen.dataset.chosen);
  const none = chosen.textContent;
  input.addEventListener("change", () => { chosen.textContent = input.files[0]?.name || none; });
}

for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.cookie = `bawaba_language=${link.dataset.language}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  });
}

if (document.body.dataset.renewal) {
  // A page that stays open stays signed in, until the account is disabled.
  setInterval(() => fetch(document.body.dataset.renewal, { method: "POST" }).catch(() => {}), REFRESH_EVERY_MS);
}
