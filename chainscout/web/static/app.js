"use strict";
// Everything here makes a page quicker to use; each page works without it.
(() => {
  const later = (wait, act) => { let timer; return (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), wait); }; };

  // Pickers: choices for a text field, found on the server by name, code or pinyin initials.
  const choices = later(150, async (input) => {
    const text = input.value.trim();
    const form = input.form, address = new URL("/pick/" + input.dataset.pick, location.origin);
    address.searchParams.set("q", text);
    if (input.dataset.pick === "links" && form.elements.chain) address.searchParams.set("chain", form.elements.chain.value);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const list = document.getElementById(input.getAttribute("list"));
    list.replaceChildren(...(await answer.json()).map((choice) => {
      const option = document.createElement("option");
      option.value = choice.value; option.label = choice.label;
      return option;
    }));
  });
  for (const input of document.querySelectorAll("input[data-pick]")) {
    input.addEventListener("input", () => choices(input));
    input.addEventListener("focus", () => choices(input));
  }

  // A link of another chain means nothing in the one chosen now.
  const ask = document.getElementById("ask");
  if (ask && ask.elements.chain && ask.elements.link)
    ask.elements.chain.addEventListener("change", () => { ask.elements.link.value = ""; });

  // Sliders: the list is ranked again as they move.
  const results = document.getElementById("results");
  if (ask && results) {
    // A weight that is the office's own is left out of the address: it follows the office.
    ask.addEventListener("formdata", (event) => {
      for (const slider of ask.querySelectorAll("input[type=range]"))
        if (Number(slider.value) === Number(slider.dataset.usual)) event.formData.delete(slider.name);
    });
    let running = null;
    const rank = later(120, async () => {
      const given = new URLSearchParams(new FormData(ask));
      history.replaceState(null, "", "?" + given);
      for (const link of document.querySelectorAll("a[data-export]")) {
        const address = new URL(link.href), form = address.searchParams.get("format");
        address.search = given; address.searchParams.set("format", form); link.href = address;
      }
      const keep = document.getElementById("keep");
      if (keep) keep.action = "/lists/add?" + given;
      if (running) running.abort();
      running = new AbortController();
      try {
        const answer = await fetch(results.dataset.live + "?" + given + "&only=rows", { signal: running.signal });
        if (answer.ok) results.innerHTML = await answer.text();
      } catch (error) { if (error.name !== "AbortError") throw error; }
    });
    for (const slider of ask.querySelectorAll("input[type=range]"))
      slider.addEventListener("input", () => {
        slider.nextElementSibling.value = Number(slider.value).toFixed(2);
        rank();
      });
    const reset = ask.querySelector("[data-reset]");
    if (reset) reset.addEventListener("click", (event) => {
      event.preventDefault();
      const given = new URLSearchParams(new FormData(ask));
      for (const name of [...given.keys()]) if (name.startsWith("w_")) given.delete(name);
      location.search = given;
    });
  }

  // Tick or clear all boxes of a table.
  for (const all of document.querySelectorAll("input[data-all]"))
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked;
    });
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

  // A form is sent once; coming back to the page frees it again.
  let sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
    setTimeout(() => sent.delete(event.target), 10000);
  });
  addEventListener("pageshow", () => { sent = new WeakSet(); });

  // A default is put into its field, to be saved with the rest.
  for (const button of document.querySelectorAll("button[data-default]"))
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const field = document.getElementById(button.dataset.for);
      field.value = button.dataset.default;
      field.focus();
    });

  // A job that is still running: look again after a while.
  const job = document.querySelector("[data-refresh]");
  if (job) setTimeout(() => location.reload(), Number(job.dataset.refresh) * 1000);
})();
