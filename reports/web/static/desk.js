// Keyboard first: j/k move or go on, Enter opens, c confirms, d dismisses, t takes, x chooses, / searches, Ctrl+Enter sends.
"use strict";
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const rows = $$("[data-row]");
  let here = -1;

  const go = (to) => {
    if (!rows.length) return;
    here = Math.max(0, Math.min(rows.length - 1, to));
    rows.forEach((row, at) => row.classList.toggle("here", at === here));
    $("a.to", rows[here]).focus({ preventScroll: true });
    rows[here].scrollIntoView({ block: "nearest" });
  };
  rows.forEach((row, at) => row.addEventListener("focusin", () => {
    here = at;
    rows.forEach((one, n) => one.classList.toggle("here", n === at));
  }));

  const open = (act) => {
    const found = $(`details[data-act="${act}"]`);
    if (!found) return false;
    $$("details.act").forEach((one) => { one.open = one === found; });
    const first = $("select, textarea, input:not([type=hidden])", found);
    const filled = first && first.tagName === "TEXTAREA" && first.value;
    (filled ? $("button", found) : first || $("summary", found)).focus();
    return true;
  };

  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape") {
      $$("details.act[open], details.bulk[open]").forEach((one) => { one.open = false; });
      if (typing(event.target)) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key;
    const linked = $$("[data-key]").find((one) => one.dataset.key.split(" ").includes(key));
    let done = true;
    if (rows.length && key === "j") go(here + 1);
    else if (rows.length && key === "k") go(here - 1);
    else if (rows.length && key === "x" && here >= 0) { const box = $("input[type=checkbox]", rows[here]); if (box) box.click(); }
    else if (key === "/" && $("#q")) $("#q").focus();
    else if (key === "c") done = open("confirmed");
    else if (key === "d") done = open("dismissed");
    else if (linked) linked.click();
    else done = false;
    if (done) event.preventDefault();
  });

  const picked = $("#picked");
  if (picked) document.addEventListener("change", () => {
    picked.textContent = $$("[data-row] input[type=checkbox]:checked").length;
  });
  $$("details.act").forEach((one) => one.addEventListener("toggle", () => {
    if (one.open) $$("details.act").forEach((other) => { if (other !== one) other.open = false; });
  }));
})();
