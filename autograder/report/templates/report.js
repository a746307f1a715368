"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const copy = find(".copy");
  if (copy) {
    copy.hidden = false;
    copy.firstElementChild.addEventListener("click", (event) => {
      getSelection().selectAllChildren(find("#lecture-text"));
      event.target.textContent = document.execCommand("copy") ? "Copied" : "Selected";
    });
  }
  const table = find("table.students"), rows = [...table.tBodies[0].rows];
  if (!rows.length) return;
  const tools = find(".tools"), search = tools.querySelector("input"), kind = tools.querySelector("select");
  let texts;
  const show = () => {
    texts ??= rows.map((row) => row.textContent.toLowerCase());
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean), key = kind.value;
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = (!key || (row.dataset.k ?? "").split(" ").includes(key)) && words.every((w) => texts[i].includes(w));
      row.hidden = !fits;
      shown += fits;
    });
    tools.querySelector("output").textContent = `${shown} of ${rows.length} students`;
  };
  const reach = () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!rows.includes(row)) return;
    if (row.hidden) { search.value = kind.value = ""; show(); }
    row.querySelector("details").open = true;
    row.scrollIntoView({ block: "center" });
  };
  const byText = new Intl.Collator(undefined, { numeric: true }).compare;
  const number = (row, i) => { const n = parseFloat(row.cells[i].textContent); return Number.isNaN(n) ? -1 : n; };
  const name = (row) => row.querySelector("summary").textContent;
  const last = table.tHead.rows[0].cells.length - 1;
  const order = (header, i) => {
    const down = header.ariaSort === "ascending", sign = down ? -1 : 1;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.ariaSort = down ? "descending" : "ascending";
    const compare = i === 0 ? (a, b) => byText(name(a), name(b))
      : i === last ? (a, b) => byText(b.cells[i].textContent, a.cells[i].textContent)
      : (a, b) => number(a, i) - number(b, i);
    table.tBodies[0].append(...rows.toSorted((a, b) => sign * compare(a, b)));
  };
  [...table.tHead.rows[0].cells].forEach((header, i) => {
    const button = document.createElement("button");
    button.append(...header.childNodes);
    button.addEventListener("click", () => order(header, i));
    header.append(button);
  });
  search.addEventListener("input", show);
  kind.addEventListener("change", show);
  addEventListener("hashchange", reach);
  tools.hidden = false;
  show();
  reach();
})();
