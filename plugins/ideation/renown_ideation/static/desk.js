/* The desk by keys: j and k go from one to the next, x ticks. All of it works without this file. */
(() => {
  "use strict";
  const ticks = () => [...document.querySelectorAll(".desk-tick")];
  const step = (by) => {
    const all = ticks();
    const here = all.findIndex((one) => one.closest(".desk-item").contains(document.activeElement));
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    if (!next) return;
    next.focus();
    next.closest(".desk-item").scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "x" && document.activeElement.closest(".desk-item")) {
      document.activeElement.closest(".desk-item").querySelector(".desk-tick").click();
    }
  });
})();
