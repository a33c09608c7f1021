/* In the frame: says how high it is, and hands over what is opened where the page around it signs people in. */
(() => {
  "use strict";
  // To whatever frames it, which frame-ancestors allows: a height and a path are no secret.
  const tell = (said) => parent.postMessage(said, "*");
  new ResizeObserver(() => tell({ renown: "height", height: document.body.offsetHeight })).observe(document.body);
  if (document.body.dataset.opens !== "page") return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[target=_blank]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    tell({ renown: "open", path: link.pathname + link.search });
  });
})();
