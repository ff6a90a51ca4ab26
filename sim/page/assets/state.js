// What a program's state is at an event of a run: what each task does, what variables
// hold, who has which lock. It is folded from the events, and says what they say.

// The states of a task. Each has a word and, in the style sheet, a pattern.
export const statusWords = {
  new: "not started", ready: "ready", running: "running", sleeping: "sleeping", waiting: "waiting",
  done: "finished", failed: "failed",
};

// History is what a run's events come to, for all of its events: states(i) is the state
// right after event i. Snapshots are kept so that going to any event is quick.
export class History {
  constructor(run) {
    this.run = run;
    this.events = run.events;
    this.index = new Map(); // from Seq to index
    this.wakes = new Map(); // from Seq to the tasks that the event makes ready
    this.tasks = [];        // names, in the order in which they came
    const seen = new Set();
    const meet = (name) => {
      if (name && !seen.has(name)) {
        seen.add(name);
        this.tasks.push(name);
      }
    };
    this.decides = []; // indices of the events of decisions
    this.events.forEach((e, i) => {
      this.index.set(e.seq, i);
      meet(e.task);
      if (e.kind === "spawn") meet(e.object);
      if (e.kind === "decide") this.decides.push(i);
      if (e.kind === "resume" && e.cause) {
        if (!this.wakes.has(e.cause)) this.wakes.set(e.cause, []);
        this.wakes.get(e.cause).push(e.task);
      }
    });
    this.snapshots = [];
  }

  // at returns the state after event i.
  at(i) {
    const every = 256;
    const from = Math.min(Math.floor(i / every), this.snapshots.length - 1);
    let state = from >= 0 ? clone(this.snapshots[from]) : initial();
    let next = from >= 0 ? from * every + 1 : 0;
    for (; next <= i; next++) {
      step(state, this.events[next], this);
      if (next % every === 0 && next / every === this.snapshots.length) this.snapshots.push(clone(state));
    }
    return state;
  }

  // statuses returns the status of each task after each event from..to, by rows.
  statuses(from, to) {
    const rows = [];
    if (to < from) return rows;
    const state = this.at(from);
    for (let i = from; ; i++) {
      rows.push(this.tasks.map((t) => state.tasks.get(t)?.status ?? ""));
      if (i >= to) return rows;
      step(state, this.events[i + 1], this);
    }
  }

  // decisionAt returns the index of the first decision at or after event i, or -1.
  decisionAt(i) {
    return this.decides.findIndex((at) => at >= i);
  }
}

function initial() {
  return { tasks: new Map(), values: new Map(), locks: new Map(), queues: new Map(), output: [], running: null };
}

function clone(s) {
  const copy = (map) => new Map([...map].map(([k, v]) => [k, Array.isArray(v) ? [...v] : { ...v }]));
  return { tasks: copy(s.tasks), values: copy(s.values), locks: copy(s.locks), queues: copy(s.queues), output: [...s.output], running: s.running };
}

// taskOf returns the task that an alternative such as "alice.2" is a step of.
export function taskOf(name) {
  return name.startsWith("+") ? "" : name.replace(/\.\d+$/, "");
}

function step(s, e, history) {
  const set = (task, status, on = "", detail = "") => s.tasks.set(task, { status, on, detail, seq: e.seq, at: e.at_ns });
  const value = (object, text) => {
    const old = s.values.get(object);
    s.values.set(object, { text, was: old && old.text !== text ? old.text : null, seq: old && old.text === text ? old.seq : e.seq });
  };
  // A task that does something has control; who had it before is still ready.
  if (e.task && e.kind !== "fire" && s.running !== e.task) {
    if (s.running !== null && s.tasks.get(s.running)?.status === "running") set(s.running, "ready");
    s.running = e.task;
    set(e.task, "running");
  }
  switch (e.kind) {
    case "spawn": set(e.object, "new"); break;
    case "wait":
      if (e.object === "yield" || e.object === "its turn") set(e.task, "ready");
      else set(e.task, e.object === "sleep" ? "sleeping" : "waiting", e.object, e.detail);
      s.running = null;
      break;
    case "finish": set(e.task, e.object === "returned" ? "done" : "failed", e.object, e.detail); s.running = null; break;
    case "read": value(e.object, e.detail ?? ""); break;
    case "write": value(e.object, e.detail ?? ""); break;
    case "set":
      // How many a wait group waits for is not in the events.
      if (e.detail || !e.object.startsWith("wait group")) value(e.object, e.detail || "set");
      break;
    case "clear": value(e.object, "clear"); break;
    case "acquire": s.locks.set(e.object, [...(s.locks.get(e.object) ?? []), e.task]); break;
    case "release": {
      const holders = [...(s.locks.get(e.object) ?? [])];
      const at = holders.indexOf(e.task);
      holders.splice(at >= 0 ? at : 0, 1);
      s.locks.set(e.object, holders);
      break;
    }
    case "put": s.queues.set(e.object, [...(s.queues.get(e.object) ?? []), e.detail ?? ""]); break;
    case "get": {
      const items = [...(s.queues.get(e.object) ?? [])];
      const at = items.indexOf(e.detail ?? "");
      items.splice(at >= 0 ? at : 0, 1);
      s.queues.set(e.object, items);
      break;
    }
    case "print": s.output.push(e.detail ?? ""); break;
    case "decide":
      if (!e.object?.startsWith("ready:")) break;
      for (const { name } of history.run.decisions[history.decides.indexOf(history.index.get(e.seq))]?.alternatives ?? []) {
        const task = taskOf(name), known = s.tasks.get(task);
        if (known && known.status !== "ready" && known.status !== "new" && known.status !== "done") set(task, "ready", known.on);
      }
  }
  for (const task of history.wakes.get(e.seq) ?? []) {
    const known = s.tasks.get(task);
    if (known && (known.status === "sleeping" || known.status === "waiting")) set(task, "ready", known.on);
  }
}

// words returns what an event says, or the first line of it: the error of a run that ends
// has many.
export function words(e) {
  return e.kind === "end" || e.kind === "finish" ? e.text.split("\\n", 1)[0] : e.text;
}

// waitsFor returns who waits for whom: the task, the object, and who holds that.
export function waitsFor(state) {
  const edges = [];
  for (const [task, t] of state.tasks) {
    if (t.status === "waiting") edges.push({ task, on: t.on, holders: (state.locks.get(t.on) ?? []).filter((h) => h !== task) });
  }
  return edges;
}

// cycleOf returns tasks each of which waits for the next one, the last one for the first,
// or null.
export function cycleOf(edges) {
  const next = new Map(edges.filter((e) => e.holders.length > 0).map((e) => [e.task, e.holders[0]]));
  for (const start of next.keys()) {
    const path = [];
    for (let task = start; task !== undefined && !path.includes(task); task = next.get(task)) path.push(task);
    const last = next.get(path[path.length - 1]);
    if (last === start) return path;
  }
  return null;
}
