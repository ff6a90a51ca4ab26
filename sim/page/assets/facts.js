// What holds at the event that is looked at: tasks, variables, locks, queues, output.
import { el, fill } from "./dom.js";
import { statusWords, waitsFor, cycleOf } from "./state.js";
import { colour } from "./lanes.js";

export class Facts {
  constructor() {
    this.body = el("div", {});
    this.element = el("section", { class: "panel facts" }, el("h3", {}, "State"), this.body);
  }

  show(history, i) {
    const state = history.at(i), now = history.events[i].seq;
    const edges = waitsFor(state), cycle = cycleOf(edges);
    fill(this.body,
      cycle && cycleView(cycle, edges),
      table("Tasks", [...state.tasks].map(([name, t]) => [
        el("span", { class: `c${colour(history.tasks.indexOf(name) + 1)} name` }, name),
        el("span", { class: "status" }, el("i", { class: `band s-${t.status} c${colour(history.tasks.indexOf(name) + 1)}`, "aria-hidden": "true" }), doing(name, t, state)),
      ])),
      table("Variables", [...state.values].map(([name, v]) => [
        name.replace(/^var /, ""),
        el("span", { class: v.seq === now ? "changed" : "" }, v.seq === now && v.was !== null ? [el("del", {}, v.was), " → "] : [], el("b", {}, v.text === "" ? '""' : v.text), v.seq === now ? el("span", { class: "offscreen" }, " (just now)") : []),
      ])),
      table("Locks", [...state.locks].map(([name, holders]) => [
        name, holders.length ? el("span", {}, "held by ", el("b", {}, holders.join(", "))) : "free",
      ])),
      table("Queues", [...state.queues].map(([name, items]) => [name, items.length ? items.map((i) => i || "an item").join(", ") : "empty"])),
      table("Printed", state.output.slice(-6).map((line, k) => [
        String(Math.max(0, state.output.length - 6) + k + 1), el("samp", {}, line),
      ])),
    );
  }
}

function table(title, rows) {
  if (rows.length === 0) return null;
  return el("table", {}, el("caption", {}, title), el("tbody", {}, rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value)))));
}

// doing says what a task does.
function doing(name, t, state) {
  const words = statusWords[t.status];
  if (t.status === "sleeping") return words + (t.detail ? ", " + t.detail : "");
  if (t.status === "waiting") {
    const holders = (state.locks.get(t.on) ?? []).filter((h) => h !== name);
    return `waits for ${t.on}` + (holders.length ? `, held by ${holders.join(", ")}` : "");
  }
  if (t.status === "failed") return t.on + (t.detail ? ": " + t.detail : "");
  return words;
}

// cycleView shows who waits for whom in a deadlock, round to the first.
function cycleView(cycle, edges) {
  const on = (task) => edges.find((e) => e.task === task).on;
  return el("div", { class: "cycle", role: "note" }, el("p", {}, el("b", {}, "Deadlock: "), "each waits for what the next one holds."),
    el("ol", {}, cycle.map((task, i) => el("li", {}, el("b", {}, task), ` waits for ${on(task)}, held by `, el("b", {}, cycle[(i + 1) % cycle.length]), i === cycle.length - 1 ? " ↺" : ""))));
}
