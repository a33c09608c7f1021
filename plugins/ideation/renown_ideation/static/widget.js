/* Shows a board of ideas in a page of yours, where this tag stands in its body:

     <script src="https://ideas.example/ideas/widget.js" data-board="product" async></script>

   data-theme="light" or "dark"; else as the reader's system has it. data-title: what the frame is called.
   data-token="/renown-token": an address of your own site that answers a signed-in user with a fresh signed token (as
   text), so that whoever opens an idea comes in without signing in again. */
(() => {
  "use strict";
  const tag = document.currentScript;
  if (!tag || !tag.dataset.board) { console.warn("Renown: the script tag needs data-board"); return; }
  const { board, theme, title, token } = tag.dataset;
  const source = new URL("embed/" + encodeURIComponent(board), tag.src);
  if (theme) source.searchParams.set("theme", theme);
  if (token) source.searchParams.set("opens", "page");
  const frame = document.createElement("iframe");
  frame.src = source.href;
  frame.title = title || "Ideas";
  frame.loading = "lazy";
  Object.assign(frame.style, { border: "0", width: "100%", height: "24rem" });
  tag.after(frame);

  const open = (path) => {
    const name = "renown" + Date.now();
    const tab = window.open("about:blank", name);
    const plainly = () => { if (tab) tab.location.href = new URL(path, source.origin).href; };
    fetch(token, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.statusText))))
      .then((given) => {
        const form = document.createElement("form");
        form.method = "post";
        form.action = new URL("/portal/enter", source.origin).href;
        form.target = name;
        for (const [field, value] of [["token", given.trim()], ["next", path]]) {
          const input = document.createElement("input");
          Object.assign(input, { type: "hidden", name: field, value });
          form.append(input);
        }
        document.body.append(form);
        form.submit();
        form.remove();
      })
      .catch(plainly);
  };

  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== source.origin || !event.data) return;
    const { renown, height, path } = event.data;
    if (renown === "height" && Number.isFinite(height)) {
      frame.style.height = Math.min(Math.max(height, 120), 4000) + "px";
    } else if (renown === "open" && token && typeof path === "string" && path.startsWith("/ideas/")) {
      open(path);
    }
  });
})();
