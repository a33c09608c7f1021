/* Everything works without this file: it only makes some of it quicker. */
(() => {
  "use strict";
  const menus = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => {
        copy.querySelector("[data-said]").textContent = "Copied";
      });
    }
    const pause = event.target.closest("[data-pause]");
    if (pause) pause.setAttribute("aria-pressed", String(pause.getAttribute("aria-pressed") === "false"));
    const row = event.target.closest("[data-check-all]");
    if (row) for (const box of document.querySelectorAll(row.dataset.checkAll)) box.checked = row.checked;
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });

  // A list that renews itself stands still while it is paused, and while somebody reads something opened in it.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const list = event.target;
    const pause = document.querySelector(`[data-pause="${list.id}"]`);
    if (pause && (pause.getAttribute("aria-pressed") === "true" || list.querySelector("details[open]"))) event.preventDefault();
  });

  const firstError = (root) => {
    const field = root.querySelector("[aria-invalid=true]");
    if (field) field.focus();
  };
  document.addEventListener("DOMContentLoaded", () => {
    // On a small screen the rail and tabs are lines that scroll: show where one is.
    for (const here of document.querySelectorAll(".rail [aria-current], .tabs [aria-current]")) {
      here.closest("ul").scrollLeft = here.offsetLeft - here.closest("ul").offsetLeft - 16;
    }
    for (const pause of document.querySelectorAll("[data-pause]")) pause.parentElement.hidden = false;
    // What was typed before anything listened, or was put back by the browser, is heard now.
    for (const field of document.querySelectorAll("[hx-trigger*=input] :is(input, textarea)")) {
      if (field.value !== field.defaultValue || field.checked !== field.defaultChecked) {
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    firstError(document);
  });
  document.addEventListener("htmx:afterSwap", (event) => firstError(event.target));

  // What could not be loaded says so, in the words that the page brought along.
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      const failed = event.target.querySelector("[data-failed]");
      if (!failed) return;
      failed.hidden = false;
      event.target.querySelector("[data-loading]").hidden = true;
    });
  }

  const places = { h: "/", b: "/boards", p: "/people", i: "/ideas", a: "/admin" };
  let waiting = false;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of menus()) { menu.open = false; menu.querySelector("summary").focus(); }
      return;
    }
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (waiting) {
      waiting = false;
      const link = document.querySelector(`header a[href="${places[event.key]}"]`);
      if (link) link.click();
    } else if (event.key === "g") {
      waiting = true;
      setTimeout(() => { waiting = false; }, 1500);
    } else if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search && search.offsetParent) { event.preventDefault(); search.focus(); }
    } else if (event.key === "?") {
      const help = document.getElementById("keys");
      if (help && !help.open) help.showModal();
    }
  });
})();
