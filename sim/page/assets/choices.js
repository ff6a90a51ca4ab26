// The next decision: what may happen next, as buttons, and what may not, with the reason.
import { el, fill, button, span } from "./dom.js";
import { taskOf, statusWords } from "./state.js";
import { colour } from "./lanes.js";

export class Choices {
  // choose is called with the index of a decision and that of an alternative; go with the
  // index of an event.
  constructor({ choose, go }) {
    this.choose = choose;
    this.go = go;
    this.body = el("div", {});
    this.title = el("h3", {}, "What may happen next");
    this.element = el("section", { class: "panel choices" }, this.title, this.body);
  }

  // show is about the first decision at or behind event i. kept, if there is one, says
  // which outcomes each alternative can still lead to.
  show(history, i, { veil, kept }) {
    const { run } = history, decision = history.decisionAt(i);
    this.decision = decision;
    this.count = 0;
    if (decision < 0) {
      const end = run.events[run.events.length - 1];
      fill(this.body, el("p", { class: "note" }, run.decisions.length === 0 ? "In this run there was never more than one thing that could happen next."
        : "There are no more decisions on this way: from here on, one thing alone can happen next."),
        veil && run.failed ? el("p", { class: "note" }, end.text) : null);
      return;
    }
    const at = history.decides[decision], event = run.events[at], d = run.decisions[decision];
    this.count = d.alternatives.length;
    const state = history.at(at);
    const ready = new Set(d.alternatives.map((a) => a.task || taskOf(a.name)));
    const barred = [...state.tasks].filter(([name, t]) => !ready.has(name) && t.status !== "done" && t.status !== "failed");
    fill(this.body,
      el("p", { class: "note" }, `Decision ${decision + 1} of ${run.decisions.length}${veil ? " or so" : ""}, at ${span(event.at_ns)}: ${question(d)}`,
        at !== i ? [" ", button("go there", () => this.go(at), { class: "link" })] : []),
      el("ul", { class: "alternatives" }, d.alternatives.map((a, k) => el("li", { hidden: k >= shownMost && k !== d.taken },
        button([
          el("kbd", { "aria-hidden": "true" }, k + 1), " ",
          el("b", { class: `c${colour(history.tasks.indexOf(a.task || taskOf(a.name)) + 1)}` }, a.name),
          el("span", { class: "does" }, " " + does(d, a)),
          k === 0 ? el("span", { class: "tag" }, "default") : null,
          !veil && k === d.taken ? el("span", { class: "tag taken" }, "taken here") : null,
          !veil && kept ? el("span", { class: "kept" }, kept(decision, k)) : null,
        ], () => this.choose(decision, k), { class: "alternative", "aria-pressed": !veil && k === d.taken ? "true" : "false" })))),
      d.alternatives.length > shownMost ? button(`All ${d.alternatives.length}`, (e) => {
        for (const li of this.body.querySelectorAll("li[hidden]")) li.hidden = false;
        e.target.remove();
      }, { class: "quiet" }) : null,
      d.more ? el("p", { class: "note" }, `and ${d.more.toLocaleString("en-US")} more, which are not listed`) : null,
      d.kind === "choose" ? null : el("ul", { class: "barred" }, barred.slice(0, shownMost).map(([name, t]) => el("li", {},
        el("button", { type: "button", disabled: true, class: "alternative" }, el("b", {}, name), el("span", { class: "does" }, " may not: " + reason(name, t, state)))))),
      d.kind !== "choose" && barred.length > shownMost ? el("p", { class: "note" }, `and ${barred.length - shownMost} more that may not`) : null,
    );
  }
}

const shownMost = 9; // alternatives that are shown at once: as many as there are keys for

function question(d) {
  if (d.kind === "timer") return "several timers are due. Which is delivered first?";
  if (d.kind === "ready") return "several tasks are ready. Who goes on?";
  if (d.key.endsWith("/select")) return "several cases of a select are ready. Which is taken?";
  return `the program asks for ${d.key}.`;
}

function does(d, a) {
  const object = a.object ? ` ${a.object}` : "";
  switch (d.kind === "choose" ? "" : a.op) {
    case "start": return "starts";
    case "fire": return a.task ? `timer: its${object || " timer"} is over` : "timer fires";
    case "resume": return object && a.object !== "yield" ? `goes on: its ${a.object === "sleep" ? "sleep" : "wait for" + object} is over` : "goes on";
    case "call": return "is called";
    case "stop": return "the loop stops";
    case "": case undefined: return d.kind === "ready" ? "goes on" : "";
  }
  return a.op + object;
}

function reason(name, t, state) {
  if (t.status === "waiting") {
    const holders = (state.locks.get(t.on) ?? []).filter((h) => h !== name);
    return `it waits for ${t.on}` + (holders.length ? `, held by ${holders.join(", ")}` : "");
  }
  if (t.status === "sleeping") return "it sleeps" + (t.detail ? " for " + t.detail : "");
  if (t.status === "ready" || t.status === "new") return "its turn comes later in this loop";
  return "it is " + statusWords[t.status];
}
