// The roster's filter. A name that is looked for is in no address: this entry of the tab's history keeps it, and going
// back to it, or loading it again, looks again.
"use strict";

(() => {
  const form = document.getElementById("filter");
  const { text } = form.elements;
  const names = ["category", "state", "turn"];
  const { looked } = history.state || {};
  if (text.defaultValue) {
    const chosen = Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
    // Told apart from the whole roster's own address: a link to that one is no way back to this entry.
    const address = new URLSearchParams([...Object.entries(chosen).filter(([, value]) => value), ["named", "1"]]);
    const now = { ...chosen, text: text.defaultValue, page: form.dataset.page };
    history.replaceState({ looked: now }, "", `?${address}`);
  } else if (looked) {
    const page = document.createElement("input");
    page.type = "hidden";
    page.name = "page";
    page.value = looked.page;
    form.append(page);
    for (const name of [...names, "text"]) form.elements[name].value = looked[name];
    form.submit();
  }
  // Without a name there is nothing to hide, and the address can be kept.
  form.addEventListener("submit", () => { form.method = text.value.trim() ? "post" : "get"; });
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
})();
