// Two runs side by side, event by event, with what differs.
import { el, fill, button } from "./dom.js";
import { colour, markWords } from "./lanes.js";
import { words } from "./state.js";

// pairs aligns the events of two runs: those that are alike stand side by side. What an
// event is alike by leaves out what it shows, so that a read of another value is a change
// and not another event.
export function pairs(a, b) {
  const key = (e) => `${e.task ?? ""}\u0000${e.kind}\u0000${e.object ?? ""}`;
  let start = 0;
  while (start < a.length && start < b.length && same(a[start], b[start])) start++;
  const out = a.slice(0, start).map((e, i) => [e, b[i]]);
  const x = a.slice(start), y = b.slice(start);
  if (x.length * y.length > 4e6) { // too long to align: one after the other
    for (let i = 0; i < Math.max(x.length, y.length); i++) out.push([x[i] ?? null, y[i] ?? null]);
    return out;
  }
  // The longest common subsequence.
  const n = y.length + 1, table = new Uint16Array((x.length + 1) * n);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      table[i * n + j] = key(x[i]) === key(y[j]) ? table[(i + 1) * n + j + 1] + 1 : Math.max(table[(i + 1) * n + j], table[i * n + j + 1]);
    }
  }
  let i = 0, j = 0;
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && key(x[i]) === key(y[j])) out.push([x[i++], y[j++]]);
    else if (j >= y.length || (i < x.length && table[(i + 1) * n + j] >= table[i * n + j + 1])) out.push([x[i++], null]);
    else out.push([null, y[j++]]);
  }
  return out;
}

function same(a, b) {
  return a.task === b.task && a.kind === b.kind && a.object === b.object && a.detail === b.detail && a.at_ns === b.at_ns;
}

const around = 2; // events that are shown around those that differ

// quiet are events that only prepare others.
const quiet = new Set(["fire", "decide", "arm"]);

// compareView draws two runs. Each of left and right has a title, a run, its history, the
// marks of its events and what happens on a click on one of them.
export function compareView(left, right) {
  const rows = pairs(left.run.events, right.run.events).filter(([a, b]) => !quiet.has((a ?? b).kind));
  const tasks = [...new Set([...left.history.tasks, ...right.history.tasks])];
  const differs = rows.map(([a, b]) => !a || !b || a.detail !== b.detail || left.marks.has(a.seq) || right.marks.has(b.seq));
  const near = differs.map((_, i) => differs.slice(Math.max(0, i - around), i + around + 1).some(Boolean));
  const cell = (e, side) => {
    const at = side === right ? " second" : "";
    if (!e) return el("td", { class: "none" + at, colspan: "2" });
    const mark = side.marks.get(e.seq) ?? "";
    return [
      el("td", { class: "no" + at }, button(e.number, () => side.go(e.seq), { class: "link", "aria-label": `go to ${e.number} in ${side.title}` }), mark ? el("span", { class: "mark", title: markWords[mark] }, " " + mark) : null),
      el("td", { class: mark ? "stressed" : "" }, el("b", { class: `c${colour(e.task ? tasks.indexOf(e.task) + 1 : 0)}` }, e.task || "loop"), " ", words(e)),
    ];
  };
  const body = el("tbody", {});
  for (let i = 0; i < rows.length; i++) {
    if (near[i]) {
      const [a, b] = rows[i];
      const kind = a && b ? (a.detail !== b.detail ? "change" : "") : "moved";
      body.append(el("tr", { class: kind }, cell(a, left), cell(b, right)));
      continue;
    }
    let until = i;
    while (until < rows.length && !near[until]) until++;
    const hidden = rows.slice(i, until), at = el("tr", { class: "same" });
    at.append(el("td", { colspan: "4" }, button(hidden.length === 1 ? "1 event alike" : `${hidden.length} events alike`, () => {
      at.replaceWith(...hidden.map(([a, b]) => el("tr", {}, cell(a, left), cell(b, right))));
    }, { class: "link" })));
    body.append(at);
    i = until - 1;
  }
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "two runs side by side" }, el("table", { class: "compare" },
    el("colgroup", {}, el("col", { class: "narrow" }), el("col", {}), el("col", { class: "narrow" }), el("col", {})),
    el("thead", {}, el("tr", {}, [left, right].map((side) => el("th", { scope: "colgroup", colspan: "2" }, side.title, " ", el("span", { class: side.run.failed ? "fails" : "passes" }, side.run.failed ? "✗ fails" : "✓ passes"))))),
    body));
}
