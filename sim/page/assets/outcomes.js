// The verdict and the table of outcomes.
import { el, button, copier, count } from "./dom.js";

// verdictView says what was found. show is called with the index of an outcome.
export function verdictView(program, show) {
  const r = program.report, noun = r.complete ? (r.coverage === "all-traces" ? "trace" : "order") : "run";
  const { shown, first } = pick(r.outcomes);
  const more = button(`Show ${count(shown.size - first.size, "more outcome")}`, () => {
    for (const row of section.querySelectorAll("tr[hidden]")) row.hidden = false;
    more.remove();
  }, { class: "quiet" });
  const section = el("section", { class: "block verdict-block", "aria-labelledby": "verdict" },
    el("h2", { id: "verdict", class: "verdict" }, r.verdict + ": " + r.summary),
    el("p", { class: "meta" }, `policy ${program.policy} · strategy ${r.strategy}`, r.why ? ` (${r.why})` : "",
      r.complete ? "" : el("strong", { class: "sampled" }, " · not all: counts are of the runs that were made"),
      r.claim ? " · " + r.claim : ""),
    r.nondeterminism && el("pre", { class: "report" }, r.nondeterminism),
    el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "outcomes" }, el("table", { class: "outcomes" },
      el("thead", {}, el("tr", {}, ["", "What it shows", noun === "run" ? "Runs" : noun + "s", "Result", "Shortest schedule", ""].map((t) => t ? el("th", { scope: "col" }, t) : el("td", {})))),
      el("tbody", {}, r.outcomes.map((o, i) => (shown.has(i) ? el("tr", { "data-outcome": o.letter, hidden: !first.has(i) },
        el("th", { scope: "row" }, letter(o)),
        el("td", { class: "shows" }, shape(o.text)),
        el("td", { class: "share" }, el("span", {}, `${o.runs.toLocaleString("en-US")} of ${r.runs.toLocaleString("en-US")}`), bar(o.share, o.failed), el("span", { class: "percent" }, percent(o.share))),
        el("td", {}, el("span", { class: o.failed ? "fails" : "passes" }, o.failed ? "✗ fails" : "✓ passes")),
        el("td", { class: "schedule" }, el("code", {}, o.schedule), copier(o.again || o.schedule, o.again ? "the command that repeats it" : "the schedule")),
        el("td", {}, button("Show", () => show(i), { "aria-label": `Show the run of outcome ${o.letter}` }))) : null)))),
    shown.size > first.size && more,
    r.outcomes.length > shown.size && el("p", { class: "note" }, count(r.outcomes.length - shown.size, "further outcome")),
    r.others && el("p", { class: "note" }, count(r.others, "run") + " with still others, which were not told apart")));
  return section;
}

// pick says which outcomes have a row, and which of them are shown at once: those that
// fail are, and some of the others.
function pick(outcomes) {
  const shown = new Set(), first = new Set();
  const passing = outcomes.length <= 8 ? 8 : 4;
  let failed = 0, passed = 0;
  outcomes.forEach((o, i) => {
    const n = o.failed ? ++failed : ++passed;
    if (n <= 100) shown.add(i);
    if (n <= (o.failed ? 8 : passing)) first.add(i);
  });
  return { shown, first };
}

// letter draws the letter of an outcome, with its result told by shape as well.
export function letter(o) {
  return el("span", { class: "letter " + (o.failed ? "bad" : "good") }, o.letter);
}

function shape(text) {
  const lines = text.replace(/\n+$/, "").split("\n");
  if (text.trim() === "") return el("span", { class: "note" }, "(nothing printed)");
  if (lines.length <= 8) return el("samp", {}, lines.join("\n"));
  return el("details", {}, el("summary", {}, el("samp", {}, lines.slice(0, 3).join("\n")), ` … ${lines.length - 3} more lines`), el("samp", {}, lines.slice(3).join("\n")));
}

function bar(share, failed) {
  const fill = el("i", { class: failed ? "bad" : "good" });
  fill.style.width = Math.max(2, 100 * share) + "%";
  return el("span", { class: "bar", "aria-hidden": "true" }, fill);
}

export function percent(share) {
  const p = 100 * share;
  if (share > 0 && p < 1) return "<1%";
  if (share < 1 && p > 99) return ">99%";
  return Math.round(p) + "%";
}
