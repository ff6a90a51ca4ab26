// What runs the orders that a reader chooses: the tree of orders in the page, the engine
// in the page, or the server. All have one interface.
import type { Node, Program, Run, Status, Swap } from "./format";
import { turnsOf, scheduleOf } from "./address";

export interface Backend {
  words: string; // who makes the runs
  program(name: string): Promise<Program>;
  // run makes the run of a schedule.
  run(name: string, schedule: string): Promise<Run>;
  // swaps says what may be swapped in it; null if that is not known.
  swaps(name: string, schedule: string): Promise<Swap[] | null>;
}

// EmbeddedBackend has the orders that are in the page, and no others.
export class EmbeddedBackend implements Backend {
  words = "the orders in this file";
  constructor(private data: Record<string, Program>) {}

  async program(name: string): Promise<Program> {
    const program = this.data[name];
    if (!program) throw new Error(`${name} is not in this file`);
    return program;
  }

  // run follows a schedule through the tree, as a replay does: a turn is taken at the
  // first decision that it fits, and all others go the default way.
  async run(name: string, schedule: string): Promise<Run> {
    const program = await this.program(name);
    const turns = turnsOf(schedule);
    const run: Pick<Run, "schedule" | "events" | "decisions"> = { schedule: scheduleOf(turns), events: [], decisions: [] };
    let node: Node | null | undefined = program.tree.root;
    while (true) {
      if (!node || !node.recorded) {
        throw new Error(`this order is not in the file: it holds ${program.tree.complete ? "not every run with all of its events" : "the runs that the report speaks of, and what is one decision away from them"}; "weft serve" runs any order`);
      }
      for (const e of node.events ?? []) run.events.push(e);
      if (node.leaf) break;
      const alternatives = node.alternatives ?? [];
      let taken = 0;
      if (turns.length > 0) {
        const found = alternatives.findIndex((a) => a.turn === turns[0]);
        if (found >= 0) {
          taken = found;
          turns.shift();
        }
      }
      run.decisions.push({ kind: node.kind ?? "", key: node.key ?? "", alternatives, taken, more: node.more ?? 0 });
      node = node.kids?.[taken];
    }
    if (turns.length > 0) throw new Error(`the schedule does not fit: no decision of this run takes ${turns[0]}`);
    const { hash, end, failed, elapsed_ns, outcome, text } = node.leaf;
    const known = program.report.outcomes[outcome];
    return { ...run, weft_page: program.weft_page, hash: hash ?? "", end, failed: !!failed, elapsed_ns, outcome: text || (known?.text ?? ""), key: known?.key ?? "" };
  }

  async swaps(name: string, schedule: string): Promise<Swap[] | null> {
    return (await this.program(name)).swaps[schedule] ?? null;
  }
}

// HTTPBackend asks the server that the page comes from.
export class HTTPBackend implements Backend {
  words = "this computer, at native speed";

  async ask<T>(what: string, parameters: Record<string, string>): Promise<T> {
    const answer = await fetch("api/" + what + "?" + new URLSearchParams(parameters), { headers: { "X-Weft": "1" } });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  program(name: string) { return this.ask<Program>("program", { name }); }
  run(name: string, schedule: string) { return this.ask<Run>("run", { name, schedule }); }
  swaps(name: string, schedule: string) { return this.ask<Swap[] | null>("swaps", { name, schedule }); }
  // status says how far an exploration is that goes on somewhere.
  status() { return this.ask<Status>("status", {}); }
}

// EngineData is the engine as it stands in the page.
export interface EngineData {
  glue: string; // base64
  module: string; // base64 of gzip
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(why: Error): void;
}

// WasmBackend has a worker with the engine, compiled to WebAssembly.
export class WasmBackend implements Backend {
  words = "the engine in this file (WebAssembly)";
  private worker!: Worker;
  private ready!: Promise<void>;
  private waiting = new Map<number, Waiting>();
  private last = 0;
  constructor(private engine: EngineData) {}

  // start resolves when the engine is ready, and rejects where it cannot be.
  start(): Promise<void> {
    const code = atob(this.engine.glue) + "\n" + workerSource;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const worker = (this.worker = new Worker(url));
    this.waiting = new Map();
    this.ready = new Promise((resolve, reject) => {
      worker.onerror = (e) => reject(new Error(e.message || "the worker could not be started"));
      worker.onmessage = ({ data }) => {
        if (data.ready) return resolve();
        if (data.failed) return reject(new Error(data.failed));
        const waiting = this.waiting.get(data.id);
        this.waiting.delete(data.id);
        if (data.error) waiting?.reject(new Error(data.error));
        else waiting?.resolve(JSON.parse(data.answer));
      };
      worker.postMessage({ module: this.engine.module });
    });
    return this.ready;
  }

  private async ask<T>(what: string, parameters: Record<string, string>): Promise<T> {
    await this.ready;
    return new Promise<T>((resolve, reject) => {
      const id = ++this.last;
      this.waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.worker.postMessage({ id, what, parameters: JSON.stringify(parameters) });
    });
  }

  // program gives up what the engine is at: whoever goes on to another program does not
  // wait for the one before.
  async program(name: string): Promise<Program> {
    if (this.waiting.size > 0) {
      this.worker.terminate();
      for (const { reject } of this.waiting.values()) reject(new Error("given up for another program"));
      this.start();
    }
    return this.ask("program", { name });
  }

  run(name: string, schedule: string) { return this.ask<Run>("run", { name, schedule }); }
  swaps(name: string, schedule: string) { return this.ask<Swap[] | null>("swaps", { name, schedule }); }
}

// workerSource stands behind the glue of the Go distribution in the worker. The engine
// puts a function weftCall there when it has started.
const workerSource = `
onmessage = async ({ data }) => {
  if (data.module) {
    try {
      const bytes = Uint8Array.from(atob(data.module), (c) => c.charCodeAt(0));
      const plain = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
      const go = new Go();
      globalThis.weftReady = () => postMessage({ ready: true });
      const { instance } = await WebAssembly.instantiate(await plain.arrayBuffer(), go.importObject);
      go.run(instance);
    } catch (e) {
      postMessage({ failed: String(e) });
    }
    return;
  }
  weftCall(data.what, data.parameters, (error, answer) => postMessage({ id: data.id, error, answer }));
};`;

// FallbackBackend asks one backend, and another one where that cannot be had.
export class FallbackBackend implements Backend {
  words: string;
  constructor(private first: Backend, private second: Backend) {
    this.words = first.words;
  }

  private async either<T>(ask: (backend: Backend) => Promise<T>): Promise<T> {
    try {
      return await ask(this.first);
    } catch (e) {
      try {
        return await ask(this.second);
      } catch {
        throw e;
      }
    }
  }

  program(name: string) { return this.either((b) => b.program(name)); }
  run(name: string, schedule: string) { return this.either((b) => b.run(name, schedule)); }
  swaps(name: string, schedule: string) { return this.either((b) => b.swaps(name, schedule)); }
}
