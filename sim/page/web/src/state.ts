// What a program's state is at an event of a run: what each task does, what variables
// hold, who has which lock. It is folded from the events, and says what they say.
import type { Event, Run } from "./format";

export type Status = "new" | "ready" | "running" | "sleeping" | "waiting" | "done" | "failed";

// The states of a task. Each has a word and, in the style sheet, a pattern.
export const statusWords: Record<Status, string> = {
  new: "not started", ready: "ready", running: "running", sleeping: "sleeping", waiting: "waiting",
  done: "finished", failed: "failed",
};

export interface Task { status: Status; on: string; detail: string; }
export interface Value { text: string; was: string | null; seq: number; }

export interface State {
  tasks: Map<string, Task>;
  values: Map<string, Value>;
  locks: Map<string, string[]>;  // who holds each
  queues: Map<string, string[]>; // what is in each
  output: string[];
  running: string | null;
}

// History is what a run's events come to, for all of its events. Snapshots are kept so that
// going to any event is quick.
export class History {
  events: Event[];
  index = new Map<number, number>();   // from Seq to index
  wakes = new Map<number, string[]>(); // from Seq to the tasks that the event makes ready
  tasks: string[] = [];                // names, in the order in which they came
  decides: number[] = [];              // indices of the events of decisions
  private snapshots: State[] = [];

  constructor(public run: Run) {
    this.events = run.events;
    const seen = new Set<string>();
    const meet = (name: string | undefined) => {
      if (name && !seen.has(name)) {
        seen.add(name);
        this.tasks.push(name);
      }
    };
    this.events.forEach((e, i) => {
      this.index.set(e.seq, i);
      meet(e.task);
      if (e.kind === "spawn") meet(e.object);
      if (e.kind === "decide") this.decides.push(i);
      if (e.kind === "resume" && e.cause && e.task) {
        if (!this.wakes.has(e.cause)) this.wakes.set(e.cause, []);
        this.wakes.get(e.cause)!.push(e.task);
      }
    });
  }

  // at returns the state after event i.
  at(i: number): State {
    const every = 256;
    const from = Math.min(Math.floor(i / every), this.snapshots.length - 1);
    const state = from >= 0 ? clone(this.snapshots[from]!) : initial();
    let next = from >= 0 ? from * every + 1 : 0;
    for (; next <= i; next++) {
      step(state, this.events[next]!, this);
      if (next % every === 0 && next / every === this.snapshots.length) this.snapshots.push(clone(state));
    }
    return state;
  }

  // statuses returns the status of each task after each event from..to, by rows.
  statuses(from: number, to: number): (Status | "")[][] {
    const rows: (Status | "")[][] = [];
    if (to < from) return rows;
    const state = this.at(from);
    for (let i = from; ; i++) {
      rows.push(this.tasks.map((t) => state.tasks.get(t)?.status ?? ""));
      if (i >= to) return rows;
      step(state, this.events[i + 1]!, this);
    }
  }

  // decisionAt returns the index of the first decision at or after event i, or -1.
  decisionAt(i: number): number {
    return this.decides.findIndex((at) => at >= i);
  }
}

function initial(): State {
  return { tasks: new Map(), values: new Map(), locks: new Map(), queues: new Map(), output: [], running: null };
}

function clone(s: State): State {
  const lists = (map: Map<string, string[]>) => new Map([...map].map(([k, v]) => [k, [...v]]));
  return {
    tasks: new Map([...s.tasks].map(([k, v]) => [k, { ...v }])), values: new Map([...s.values].map(([k, v]) => [k, { ...v }])),
    locks: lists(s.locks), queues: lists(s.queues), output: [...s.output], running: s.running,
  };
}

// taskOf returns the task that an alternative such as "alice.2" is a step of.
export function taskOf(name: string): string {
  return name.startsWith("+") ? "" : name.replace(/\.\d+$/, "");
}

function step(s: State, e: Event, history: History): void {
  const set = (task: string, status: Status, on = "", detail = "") => s.tasks.set(task, { status, on, detail });
  const value = (object: string, text: string) => {
    const old = s.values.get(object);
    s.values.set(object, { text, was: old && old.text !== text ? old.text : null, seq: old && old.text === text ? old.seq : e.seq });
  };
  const take = (from: Map<string, string[]>, item: string) => {
    const items = [...(from.get(object) ?? [])];
    const at = items.indexOf(item);
    items.splice(at >= 0 ? at : 0, 1);
    from.set(object, items);
  };
  const task = e.task ?? "", object = e.object ?? "", detail = e.detail ?? "";
  // A task that does something has control; who had it before is still ready.
  if (task && e.kind !== "fire" && s.running !== task) {
    if (s.running !== null && s.tasks.get(s.running)?.status === "running") set(s.running, "ready");
    s.running = task;
    set(task, "running");
  }
  switch (e.kind) {
    case "spawn": set(object, "new"); break;
    case "wait":
      if (object === "yield" || object === "its turn") set(task, "ready");
      else set(task, object === "sleep" ? "sleeping" : "waiting", object, detail);
      s.running = null;
      break;
    case "finish": set(task, object === "returned" ? "done" : "failed", object, detail); s.running = null; break;
    case "read": case "write": value(object, detail); break;
    case "set":
      // How many a wait group waits for is not in the events.
      if (detail || !object.startsWith("wait group")) value(object, detail || "set");
      break;
    case "clear": value(object, "clear"); break;
    case "acquire": s.locks.set(object, [...(s.locks.get(object) ?? []), task]); break;
    case "release": take(s.locks, task); break;
    case "put": s.queues.set(object, [...(s.queues.get(object) ?? []), detail]); break;
    case "get": take(s.queues, detail); break;
    case "print": s.output.push(detail); break;
    case "decide":
      if (!object.startsWith("ready:")) break;
      for (const { name } of history.run.decisions[history.decides.indexOf(history.index.get(e.seq)!)]?.alternatives ?? []) {
        const other = taskOf(name), known = s.tasks.get(other);
        if (known && known.status !== "ready" && known.status !== "new" && known.status !== "done") set(other, "ready", known.on);
      }
  }
  for (const woken of history.wakes.get(e.seq) ?? []) {
    const known = s.tasks.get(woken);
    if (known && (known.status === "sleeping" || known.status === "waiting")) set(woken, "ready", known.on);
  }
}

// words returns what an event says, or the first line of it: the error of a run that ends
// has many.
export function words(e: Event): string {
  return e.kind === "end" || e.kind === "finish" ? (e.text.split("\\n", 1)[0] ?? "") : e.text;
}

// Wait is one who waits: for what, and who holds that.
export interface Wait { task: string; on: string; holders: string[]; }

// waitsFor returns who waits for whom.
export function waitsFor(state: State): Wait[] {
  const waits: Wait[] = [];
  for (const [task, t] of state.tasks) {
    if (t.status === "waiting") waits.push({ task, on: t.on, holders: (state.locks.get(t.on) ?? []).filter((h) => h !== task) });
  }
  return waits;
}

// cycleOf returns tasks each of which waits for the next one, the last one for the first,
// or null.
export function cycleOf(waits: Wait[]): string[] | null {
  const next = new Map(waits.filter((e) => e.holders.length > 0).map((e) => [e.task, e.holders[0]!]));
  for (const start of next.keys()) {
    const path: string[] = [];
    for (let task: string | undefined = start; task !== undefined && !path.includes(task); task = next.get(task)) path.push(task);
    if (next.get(path[path.length - 1]!) === start) return path;
  }
  return null;
}
