// What holds at the event that is looked at: tasks, variables, locks, queues, output.
import type { ComponentChildren } from "preact";
import { statusWords, waitsFor, cycleOf, type History, type State, type Task, type Wait } from "./state";
import { colour } from "./view";
import { WaitGraph } from "./WaitGraph";

export function Facts({ history, at }: { history: History; at: number }) {
  const state = history.at(at), now = history.events[at]!.seq;
  const waits = waitsFor(state), cycle = cycleOf(waits);
  const colourOf = (task: string) => `c${colour(history.tasks.indexOf(task) + 1)}`;
  return <section class="panel facts"><h3>State</h3><div>
    {cycle && <Cycle cycle={cycle} waits={waits} />}
    <WaitGraph waits={waits} cycle={cycle} locks={state.locks} colourOf={colourOf} />
    <Table title="Tasks" rows={[...state.tasks].map(([name, t]) => [
      <span class={colourOf(name) + " name"}>{name}</span>,
      <span class="status"><i class={`band s-${t.status} ${colourOf(name)}`} aria-hidden="true" />{doing(name, t, state)}</span>,
    ])} />
    <Table title="Variables" rows={[...state.values].map(([name, v]) => {
      const changed = v.seq === now;
      return [name.replace(/^var /, ""),
        <span class={changed ? "changed" : ""}>{changed && v.was !== null ? [<del>{v.was}</del>, " → "] : null}<b>{v.text === "" ? '""' : v.text}</b>{changed ? <span class="offscreen"> (just now)</span> : null}</span>];
    })} />
    <Table title="Locks" rows={[...state.locks].map(([name, holders]) => [name, holders.length ? <span>held by <b>{holders.join(", ")}</b></span> : "free"])} />
    <Table title="Queues" rows={[...state.queues].map(([name, items]) => [name, items.length ? items.map((i) => i || "an item").join(", ") : "empty"])} />
    <Table title="Printed" rows={state.output.slice(-6).map((line, k) => [String(Math.max(0, state.output.length - 6) + k + 1), <samp>{line}</samp>])} />
  </div></section>;
}

function Table({ title, rows }: { title: string; rows: ComponentChildren[][] }) {
  if (rows.length === 0) return null;
  return <table><caption>{title}</caption><tbody>{rows.map(([name, value]) => <tr><th scope="row">{name}</th><td>{value}</td></tr>)}</tbody></table>;
}

// doing says what a task does.
function doing(name: string, t: Task, state: State): string {
  if (t.status === "sleeping") return statusWords.sleeping + (t.detail ? ", " + t.detail : "");
  if (t.status === "waiting") {
    const holders = (state.locks.get(t.on) ?? []).filter((h) => h !== name);
    return `waits for ${t.on}` + (holders.length ? `, held by ${holders.join(", ")}` : "");
  }
  if (t.status === "failed") return t.on + (t.detail ? ": " + t.detail : "");
  return statusWords[t.status];
}

// Cycle says who waits for whom in a deadlock, round to the first.
function Cycle({ cycle, waits }: { cycle: string[]; waits: Wait[] }) {
  const on = (task: string) => waits.find((w) => w.task === task)?.on;
  return <div class="cycle" role="note">
    <p><b>Deadlock: </b>each waits for what the next one holds.</p>
    <ol>{cycle.map((task, i) => <li><b>{task}</b>{` waits for ${on(task)}, held by `}<b>{cycle[(i + 1) % cycle.length]}</b>{i === cycle.length - 1 ? " ↺" : ""}</li>)}</ol>
  </div>;
}
