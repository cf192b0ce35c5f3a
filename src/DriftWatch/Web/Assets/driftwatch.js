// Keeps the page up to date: asks for its body again and moves only what changed into the document, so that nothing flickers,
// open details stay open and the keyboard's place is kept. Without this script the page works, one load at a time.
"use strict";

(() => {
  const live = document.getElementById("live");
  const interval = Number(document.body.dataset.poll) || 1500;
  let timer = 0;
  let failures = 0;
  let round = 0;

  function sameKind(a, b) {
    return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.nodeType !== 1 || a.id === b.id);
  }

  function setAttributes(from, to) {
    for (const { name } of [...from.attributes]) {
      // Whether details are open is the reader's business; so is the notice that the page is old.
      if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
    }
    for (const { name, value } of to.attributes) {
      if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
  }

  function keyed(parent) {
    const found = new Map();
    for (const child of parent.children) if (child.dataset.key) found.set(child.dataset.key, child);
    return found;
  }

  function morph(from, to) {
    if (from.nodeType !== 1) {
      if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
      return;
    }
    setAttributes(from, to);
    const known = keyed(from);
    let old = from.firstChild;
    for (const fresh of [...to.childNodes]) {
      const key = fresh.nodeType === 1 ? fresh.dataset.key : undefined;
      const match = key ? known.get(key) : old && !(old.nodeType === 1 && old.dataset.key) && sameKind(old, fresh) ? old : null;
      if (match) {
        if (match !== old) from.insertBefore(match, old);
        else old = old.nextSibling;
        morph(match, fresh);
      } else {
        from.insertBefore(document.importNode(fresh, true), old);
      }
    }
    while (old) {
      const next = old.nextSibling;
      old.remove();
      old = next;
    }
  }

  function render(text) {
    const fresh = document.createElement("div");
    fresh.id = "live";
    fresh.append(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    morph(live, fresh);
    const title = live.querySelector("main")?.dataset.title;
    if (title && document.title !== title) document.title = title;
  }

  async function refresh() {
    const mine = ++round;
    clearTimeout(timer);
    try {
      const answer = await fetch("live" + location.search, { cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (mine !== round) return; // a newer wish is under way
      render(text);
      failures = 0;
    } catch {
      failures++;
    }
    if (mine !== round) return;
    const notice = document.getElementById("stale");
    if (notice) notice.hidden = failures < 3;
    schedule();
  }

  function schedule() {
    clearTimeout(timer);
    // A page that nobody looks at asks nothing; one that gets no answer asks less often.
    if (!document.hidden) timer = setTimeout(refresh, Math.min(interval * 2 ** Math.min(failures, 4), 30000));
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-live]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, "", link.getAttribute("href"));
    refresh();
  });

  // The search: what the form says goes into the address, with all else that is there, and the page follows.
  function search(form) {
    const address = new URLSearchParams(location.search);
    const said = new FormData(form);
    for (const { name } of form.querySelectorAll("input:not([type=hidden]), select")) {
      const value = (said.get(name) || "").trim();
      if (value) address.set(name, value);
      else address.delete(name);
    }
    history.replaceState(null, "", "?" + address);
    refresh();
  }

  let typing = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-live-form]");
    if (!form) return;
    clearTimeout(typing);
    typing = setTimeout(() => search(form), 150);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-live-form]");
    if (!form) return;
    event.preventDefault();
    clearTimeout(typing);
    search(form);
  });

  // The form says what the address says, also after a step back.
  addEventListener("popstate", () => {
    const address = new URLSearchParams(location.search);
    for (const field of document.querySelectorAll("form[data-live-form] :is(input:not([type=hidden]), select)")) {
      if (field.type === "checkbox") field.checked = address.get(field.name) === field.value;
      else field.value = address.get(field.name) || "";
    }
    refresh();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
  schedule();
})();
