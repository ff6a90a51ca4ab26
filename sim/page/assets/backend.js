// What runs the orders that a reader chooses: the tree of orders in the page, the engine
// in the page, or the server. All have one interface:
//
//	program(name)         what there is to show of a program
//	run(name, schedule)   the run of a schedule
//	swaps(name, schedule) what may be swapped in it
//
// Each returns a promise.
import { turnsOf, scheduleOf } from "./address.js";

// EmbeddedBackend has the orders that are in the page, and no others.
export class EmbeddedBackend {
  constructor(data) {
    this.data = data ?? {};
    this.words = "the orders in this file";
  }

  async program(name) {
    const program = this.data[name];
    if (!program) throw new Error(`${name} is not in this file`);
    return program;
  }

  // run follows a schedule through the tree, as a replay does: a turn is taken at the
  // first decision that it fits, and all others go the default way.
  async run(name, schedule) {
    const program = await this.program(name);
    const turns = turnsOf(schedule);
    const run = { schedule: scheduleOf(turns), events: [], decisions: [] };
    let node = program.tree.root;
    while (true) {
      if (!node || !node.recorded) {
        throw new Error(`this order is not in the file: it holds ${program.tree.complete ? "not every run with all of its events" : "the runs that the report speaks of, and what is one decision away from them"}; "weft serve" runs any order`);
      }
      for (const e of node.events ?? []) run.events.push(e);
      if (node.leaf) break;
      let taken = 0;
      if (turns.length > 0) {
        const found = node.alternatives.findIndex((a) => a.turn === turns[0]);
        if (found >= 0) {
          taken = found;
          turns.shift();
        }
      }
      run.decisions.push({ kind: node.kind, key: node.key, alternatives: node.alternatives, taken, more: node.more ?? 0 });
      node = node.kids[taken];
    }
    if (turns.length > 0) throw new Error(`the schedule does not fit: no decision of this run takes ${turns[0]}`);
    const { hash, end, failed, elapsed_ns, outcome, text } = node.leaf;
    const known = program.report.outcomes[outcome];
    return { ...run, hash, end, failed: !!failed, elapsed_ns, outcome: text || (known?.text ?? ""), key: known?.key };
  }

  async swaps(name, schedule) {
    return (await this.program(name)).swaps[schedule] ?? null;
  }
}

// HTTPBackend asks the server that the page comes from.
export class HTTPBackend {
  constructor() {
    this.words = "this computer, at native speed";
  }

  async ask(what, parameters) {
    const answer = await fetch("api/" + what + "?" + new URLSearchParams(parameters), { headers: { "X-Weft": "1" } });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  program(name) { return this.ask("program", { name }); }
  run(name, schedule) { return this.ask("run", { name, schedule }); }
  swaps(name, schedule) { return this.ask("swaps", { name, schedule }); }
}

// WasmBackend has a worker with the engine, compiled to WebAssembly.
export class WasmBackend {
  constructor(engine) {
    this.engine = engine;
    this.words = "the engine in this file (WebAssembly)";
  }

  // start resolves when the engine is ready, and rejects where it cannot be.
  start() {
    const code = atob(this.engine.glue) + "\n" + workerSource;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const worker = (this.worker = new Worker(url));
    this.waiting = new Map();
    this.last = 0;
    this.ready = new Promise((resolve, reject) => {
      worker.onerror = (e) => reject(new Error(e.message || "the worker could not be started"));
      worker.onmessage = ({ data }) => {
        if (data.ready) return resolve();
        if (data.failed) return reject(new Error(data.failed));
        const waiting = this.waiting.get(data.id);
        this.waiting.delete(data.id);
        if (data.error) waiting.reject(new Error(data.error));
        else waiting.resolve(JSON.parse(data.answer));
      };
      worker.postMessage({ module: this.engine.module });
    });
    return this.ready;
  }

  async ask(what, parameters) {
    await this.ready;
    return new Promise((resolve, reject) => {
      const id = ++this.last;
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, what, parameters: JSON.stringify(parameters) });
    });
  }

  // program gives up what the engine is at: whoever goes on to another program does not
  // wait for the one before.
  async program(name) {
    if (this.waiting.size > 0) {
      this.worker.terminate();
      for (const { reject } of this.waiting.values()) reject(new Error("given up for another program"));
      this.start();
    }
    return this.ask("program", { name });
  }

  run(name, schedule) { return this.ask("run", { name, schedule }); }
  swaps(name, schedule) { return this.ask("swaps", { name, schedule }); }
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
export class FallbackBackend {
  constructor(first, second) {
    this.first = first;
    this.second = second;
    this.words = first.words;
  }

  async either(what, ...parameters) {
    try {
      return await this.first[what](...parameters);
    } catch (e) {
      try {
        return await this.second[what](...parameters);
      } catch {
        throw e;
      }
    }
  }

  program(name) { return this.either("program", name); }
  run(name, schedule) { return this.either("run", name, schedule); }
  swaps(name, schedule) { return this.either("swaps", name, schedule); }
}
