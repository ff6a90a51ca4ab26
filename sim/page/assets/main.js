// The page: it puts the parts together and holds what they are about, which is a program,
// a run of it, and an event of that run.
import { el, fill, button, copier, count, visible } from "./dom.js";
import { parseAddress, formatAddress, choosing } from "./address.js";
import { EmbeddedBackend, HTTPBackend, WasmBackend, FallbackBackend } from "./backend.js";
import { History, words } from "./state.js";
import { Lanes, legend, sentence } from "./lanes.js";
import { SourceView } from "./source.js";
import { Facts } from "./facts.js";
import { Choices } from "./choices.js";
import { verdictView, letter } from "./outcomes.js";
import { compareView } from "./compare.js";
import { Orders } from "./orders.js";
import { handOvers, eventWords, prospectsView, failWords } from "./why.js";
import { listen, helpDialog } from "./keys.js";

class Page {
  constructor(data, backend) {
    this.data = data;
    this.backend = backend;
    this.past = []; // runs before a choice, for undo
    this.veil = false;
    this.build();
    listen(this);
    window.addEventListener("hashchange", () => this.visit());
  }

  build() {
    this.title = el("h1", {}, "");
    this.lead = el("p", { class: "lead" });
    this.story = el("p", { class: "story" });
    this.twins = el("p", { class: "twins" });
    this.verdict = el("div", {});
    this.lanes = new Lanes({ label: "events of the run", select: (i) => this.go(i) });
    this.source = new SourceView();
    this.facts = new Facts();
    this.choices = new Choices({ choose: (d, k) => this.take(d, k), go: (i) => this.go(i) });
    this.orders = new Orders({ go: (schedule) => this.open(schedule, null) });
    this.swapList = el("div", {});
    this.swapPanel = el("section", { class: "panel swaps" }, el("h3", {}, "What may be swapped here"), this.swapList);
    this.compare = el("section", { class: "block", id: "compare", "aria-labelledby": "compare-title", hidden: true });
    this.live = el("p", { class: "offscreen", role: "status", "aria-live": "polite" });
    this.message = el("p", { class: "message", role: "alert", hidden: true });
    this.now = el("p", { class: "now" });
    this.runTitle = el("h2", { id: "run-title" }, "The run");
    this.runLine = el("p", { class: "run-line" });
    this.slider = el("input", { type: "range", min: "0", value: "0", "aria-label": "event", on: { input: () => this.go(Number(this.slider.value)) } });
    this.undoButton = button("Undo", () => this.undo(), { class: "quiet", title: "undo a choice (u)" });
    this.failureButton = button("Failure", () => this.failure(), { title: "jump to the failure (f)" });
    this.veilButton = button("Hide what comes later", () => this.toggleVeil(), { class: "quiet", "aria-pressed": "false", title: "hide or show what comes later (h)" });
    const tools = el("div", { class: "toolbar", role: "group", "aria-label": "steps through the run" },
      el("div", { class: "steps" },
        button(icon("first"), () => this.home(), { "aria-label": "beginning of the run", title: "beginning (Home)" }),
        button(icon("back"), () => this.back(), { "aria-label": "event before", title: "event before (←)", id: "step-back" }),
        button(icon("next"), () => this.next(), { "aria-label": "next event", title: "next event (→)", id: "step" }),
        button(icon("last"), () => this.end(), { "aria-label": "end of the run", title: "end (End)" }),
        button("Next decision", () => this.nextDecision(), { title: "next decision (n)" }),
        this.failureButton),
      this.slider,
      el("div", { class: "steps" }, this.veilButton, this.undoButton,
        button("Default order", () => this.defaultOrder(), { class: "quiet", title: "default order (d)" })));
    this.help_ = helpDialog();
    const chooser = this.data.programs.length > 1
      ? el("label", { class: "chooser" }, el("span", {}, "Program "), this.select = el("select", { on: { change: () => this.load(this.select.value, null, null) } }, groups(this.data.programs)))
      : null;
    fill(document.getElementById("page"),
      el("header", { class: "masthead" },
        el("div", { class: "top" }, el("p", { class: "brand" }, "weft"), chooser, button("Keys ?", () => this.help(), { class: "quiet", "aria-haspopup": "dialog" })),
        this.title, this.lead, this.story, this.twins),
      this.message, this.verdict,
      el("section", { class: "block stage", id: "run", "aria-labelledby": "run-title" },
        el("div", { class: "stage-head" }, this.runTitle, this.runLine),
        tools, this.now,
        el("div", { class: "bench" },
          el("div", { class: "left" }, this.lanes.element, legend(), this.swapPanel),
          el("aside", { class: "right", "aria-label": "beside the run" }, this.choices.element, this.source.element, this.facts.element))),
      this.compare, this.orders.element,
      el("footer", { class: "foot" }, el("p", {}, `Runs are made by ${this.backend.words}. `, this.data.note ?? "")),
      this.live);
    document.body.classList.add("scripted");
  }

  // visit goes to what the address says.
  async visit() {
    if (location.hash === this.written) return;
    const { schedule, at, program } = parseAddress(location.hash);
    this.visiting = true;
    await this.load(program ?? this.program?.name ?? this.data.programs[0].name, schedule, at);
    this.visiting = false;
  }

  // load shows a program, and of it the run of a schedule: if none is given, the simplest
  // failing one or else the default order.
  async load(name, schedule, at) {
    const ticket = (this.loading = (this.loading ?? 0) + 1);
    this.working(1);
    try {
      if (this.program?.name !== name) {
        const program = await this.backend.program(name);
        if (ticket !== this.loading) return;
        this.program = program;
        this.past = [];
        this.showProgram();
      }
      await this.open(schedule ?? this.program.failure?.schedule ?? "w1", at, { keepPast: true });
    } catch (e) {
      if (ticket === this.loading) this.say(e.message);
    } finally {
      this.working(-1);
    }
  }

  showProgram() {
    const p = this.program;
    document.title = visible(`${p.name} · weft`);
    fill(this.title, p.name);
    fill(this.lead, p.title ?? "");
    fill(this.story, p.story ?? "");
    const twin = (name, words) => (this.data.programs.some((o) => o.name === name) ? button(words, () => this.load(name, null, null), { class: "link" }) : null);
    const repair = this.data.programs.find((o) => o.fixes === p.name);
    fill(this.twins, p.fixes ? twin(p.fixes, `What it repairs: ${p.fixes}`) : null, repair ? twin(repair.name, `Its repair: ${repair.name}`) : null);
    if (this.select) this.select.value = p.name;
    fill(this.verdict, verdictView(p, (i) => this.open(p.report.outcomes[i].schedule, null)));
    this.source.show(p.sources);
    this.orders.show(p);
  }

  // open makes the run of a schedule and shows it. at is the Seq of an event, or null for
  // where it is worth looking: the failure, or else the first decision.
  async open(schedule, at, { keepPast = false, index = null, before = null } = {}) {
    const ticket = (this.ticket = (this.ticket ?? 0) + 1);
    this.working(1);
    try {
      const run = await this.backend.run(this.program.name, schedule);
      if (ticket !== this.ticket) return;
      if (this.run && !keepPast) this.past.push({ schedule: this.run.schedule, index: this.index });
      this.say("");
      this.before = before;
      this.run = run;
      this.history = new History(run);
      this.swaps = null;
      this.index = index ?? (at !== null ? this.history.index.get(at) : undefined) ?? this.worthIt();
      this.showRun();
      this.backend.swaps(this.program.name, run.schedule).then((swaps) => {
        if (ticket !== this.ticket) return;
        this.swaps = swaps;
        this.showLanes();
        this.showSwaps();
        this.showCompare();
      }, (e) => {
        if (ticket === this.ticket) this.say(e.message);
      });
    } catch (e) {
      if (ticket === this.ticket) this.say(e.message);
    } finally {
      this.working(-1);
    }
  }

  // worthIt is where it is worth looking first: at the decision with which it went wrong, or
  // else at the first one.
  worthIt() {
    const failure = this.program.failure, swap = failure?.schedule === this.run.schedule ? failure.swap : null;
    const last = failure?.schedule === this.run.schedule ? this.run.decisions.findLastIndex((d) => d.taken > 0) : 0;
    return this.history.decides[swap?.decision ?? Math.max(0, last)] ?? 0;
  }

  outcome(run = this.run) {
    return this.program.report.outcomes.find((o) => o.key === run.key);
  }

  // last is the index of the last event that is shown.
  get last() {
    if (!this.veil) return this.run.events.length - 1;
    const decision = this.history.decisionAt(this.index);
    return decision < 0 ? this.run.events.length - 1 : this.history.decides[decision];
  }

  showRun() {
    const outcome = this.outcome();
    fill(this.runTitle, this.veil && this.last < this.run.events.length - 1 ? "A run, and you choose"
      : [outcome ? [letter(outcome), " "] : [], this.run.failed ? "A run that fails" : "A run that passes"]);
    fill(this.runLine, el("code", {}, this.run.schedule), " ", copier(this.run.schedule, "the schedule of this run"),
      this.run.schedule === "w1" ? el("span", { class: "note" }, " the default order") : null);
    this.undoButton.disabled = this.past.length === 0;
    this.failureButton.hidden = !this.run.failed || this.veil;
    this.orders.follow(this.run);
    this.showLanes();
    this.showSwaps();
    this.showCompare();
    this.go(this.index, true);
  }

  // tell says what happened in an event. What a decision took, a reader who chooses does not
  // see before.
  tell(e) {
    return this.veil && e.kind === "decide" && this.history.index.get(e.seq) === this.last ? "a decision: what happens next?" : words(e);
  }

  marks() {
    const marks = new Map();
    for (const s of this.swaps ?? []) {
      if (s.permitted) for (const seq of handOvers(s, this.run)) marks.set(seq, "⇄");
    }
    const failure = this.program.failure;
    if (failure?.schedule === this.run.schedule && !this.veil) for (const e of failure.explanation.race?.events ?? []) marks.set(e.seq, "✱");
    return marks;
  }

  showLanes() {
    this.lanes.show(this.history, { last: this.last, marks: this.marks(), tell: (e) => this.tell(e), where: (e) => this.source.short(e.pos) });
    this.slider.max = String(this.last);
  }

  // go looks at the event with index i.
  go(i, anew = false) {
    if (!this.run) return;
    const shownBefore = this.last;
    this.index = Math.max(0, Math.min(i, this.run.events.length - 1));
    if (this.veil && (this.last !== shownBefore || anew)) this.showLanes();
    this.index = Math.min(this.index, this.last);
    const e = this.run.events[this.index];
    this.slider.value = String(this.index);
    const said = sentence(e, this.tell(e));
    this.slider.setAttribute("aria-valuetext", visible(said));
    this.lanes.choose(this.index);
    this.source.mark(this.run.events, this.index);
    this.facts.show(this.history, this.index);
    this.choices.show(this.history, this.index, { veil: this.veil, kept: this.program.tree.complete ? (d, k) => this.keptWords(d, k) : null });
    this.showSwaps();
    fill(this.now, el("b", {}, `Event ${e.number}`), ` · ${said.replace(/^[^,]*, /, "")}`, e.pos && this.source.knows(e.pos) ? el("span", { class: "pos" }, e.pos) : null);
    fill(this.live, said);
    const address = formatAddress({ schedule: this.run.schedule, at: e.seq, program: this.data.programs.length > 1 ? this.program.name : null });
    // Each run has its place in the browser's history; an event of it has none.
    const run = this.run.schedule + " " + this.program.name;
    if (location.hash !== address) {
      if (this.addressed && this.addressed !== run && !this.visiting) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    }
    this.written = location.hash;
    this.addressed = run;
  }

  keptWords(decision, k) {
    const behind = this.orders.outcomesBehind(this.run.decisions.slice(0, decision).map((d) => d.taken), k);
    if (!behind) return "";
    return `leads to ${behind.letters.join(", ")}` + (behind.failing ? ` · ${failWords(behind.failing, behind.orders)}` : "");
  }

  // showSwaps lists what may be swapped in the run, what concerns this event first.
  showSwaps() {
    if (!this.run) return;
    const seq = this.run.events[this.index].seq, decision = this.history.decisionAt(this.index);
    const all = (this.swaps ?? []).filter((s) => !this.veil || this.history.decides[s.decision] <= this.last);
    const here = (s) => handOvers(s, this.run).includes(seq) || s.seqs.includes(seq) || s.decision === decision;
    const sorted = [...all.filter(here), ...all.filter((s) => !here(s))];
    this.nextSwap = sorted.find((s) => s.permitted);
    this.swapPanel.hidden = this.veil;
    fill(this.swapList,
      this.swaps === null ? el("p", { class: "note" }, "Not known for this run in this file.") : null,
      this.swaps && sorted.length === 0 ? el("p", { class: "note" }, this.run.decisions.length === 0 ? "Nothing: there was never more than one thing that could happen next."
        : "No two neighbours can be exchanged with all else as it was. At a decision, another choice leads to another run.") : null,
      el("ul", {}, sorted.slice(0, 12).map((s) => el("li", { class: here(s) ? "here" : "" },
        el("p", {}, s.text),
        s.permitted ? button("Swap them", () => this.swap(s), { "aria-label": "Swap them: " + s.text }) : null))),
      sorted.length > 12 ? el("p", { class: "note" }, `and ${sorted.length - 12} more in this run`) : null);
  }

  showCompare() {
    if (!this.run) return;
    const failure = this.program.failure;
    if (this.before && this.before.schedule !== this.run.schedule) {
      const was = new History(this.before), outcome = this.outcome(), old = this.outcome(this.before);
      fill(this.compare, el("h2", { id: "compare-title" }, "What the swap changes"),
        el("p", {}, outcome && outcome === old ? `Nothing that shows: both runs have outcome ${outcome.letter}.` : ["The outcome: ", old ? letter(old) : "another one", " becomes ", outcome ? letter(outcome) : "another one", "."]),
        compareView(
          { title: "Before", run: this.before, history: was, marks: this.beforeMarks, go: (seq) => this.open(this.before.schedule, seq, { before: this.run }) },
          { title: "After", run: this.run, history: this.history, marks: this.marks(), go: (seq) => this.go(this.history.index.get(seq)) }));
      this.compare.hidden = false;
      return;
    }
    if (!failure || failure.passing === null || this.veil) {
      this.compare.hidden = true;
      return;
    }
    const ticket = (this.compareTicket = (this.compareTicket ?? 0) + 1);
    Promise.all([failure.schedule, failure.passing].map((s) => this.backend.run(this.program.name, s))).then(([failing, passing]) => {
      if (ticket !== this.compareTicket) return;
      const left = new Map(), right = new Map();
      if (failure.swap) {
        for (const seq of handOvers(failure.swap, failing)) left.set(seq, "⇄");
        const ids = failure.swap.ids;
        for (const e of passing.events) if (ids.includes(e.id) && ["start", "resume", "callback", "fire"].includes(e.kind)) right.set(e.seq, "⇄");
      }
      const { race, headline } = failure.explanation;
      for (const e of race?.events ?? []) left.set(e.seq, "✱");
      fill(this.compare, el("h2", { id: "compare-title" }, "Why it fails"),
        el("p", { class: "headline" }, headline),
        race ? el("p", { class: "race" }, eventWords(race.text, failing, (seq) => this.open(failure.schedule, seq)), ".") : null,
        failure.swap ? el("p", {}, "The smallest swap that mends it: ", failure.swap.text, " ", button("Swap them", async () => {
          if (this.run.schedule !== failure.schedule) await this.open(failure.schedule, null);
          this.swap(failure.swap);
        })) : null,
        compareView(
          { title: "The failing run", run: failing, history: new History(failing), marks: left, go: (seq) => this.open(failure.schedule, seq) },
          { title: "The nearest passing run", run: passing, history: new History(passing), marks: right, go: (seq) => this.open(failure.passing, seq) }),
        prospectsView(failure),
        el("details", {}, el("summary", {}, "The report as text"), el("pre", { class: "report", tabindex: "0" }, failure.report)));
      this.compare.hidden = false;
    }, () => { this.compare.hidden = true; });
  }

  say(text) {
    this.message.hidden = !text;
    fill(this.message, text);
  }

  // working counts what the page waits for.
  working(more) {
    this.jobs = (this.jobs ?? 0) + more;
    document.body.setAttribute("aria-busy", this.jobs > 0 ? "true" : "false");
  }

  // What keys and buttons do.
  next() { this.go(this.index + 1); }
  back() { this.go(this.index - 1); }
  home() { this.go(0); }
  end() { this.go(this.run.events.length - 1); }
  nextDecision() {
    const at = this.history.decides.find((i) => i > this.index);
    this.go(at ?? this.run.events.length - 1);
  }
  lastDecision() { this.go(this.history.decides.findLast((i) => i < this.index) ?? 0); }
  failure() {
    const events = this.run.events;
    // After a deadlock, the tasks are taken down: it was there with the last wait.
    const at = this.run.end === "deadlock" ? events.findLastIndex((e) => e.kind === "wait")
      : events.findIndex((e) => e.kind === "finish" && ["failed", "panicked"].includes(e.object));
    this.go(at >= 0 ? at : events.length - 1);
  }
  choose(key) {
    const k = Number(key) - 1;
    if (this.choices.decision >= 0 && k < this.choices.count) this.take(this.choices.decision, k);
  }
  // take takes an alternative of a decision; the run goes on in the default order.
  async take(decision, alternative) {
    const at = this.history.decides[decision];
    const schedule = choosing(this.run, decision, alternative);
    await this.open(schedule, null, { index: at + 1 });
    document.getElementById("step")?.focus({ preventScroll: true });
  }
  swapHere() { if (this.nextSwap && !this.veil) this.swap(this.nextSwap); }
  async swap(s) {
    const before = this.run;
    this.beforeMarks = new Map(handOvers(s, before).map((seq) => [seq, "⇄"]));
    await this.open(s.schedule, null, { before, index: this.history.decides[s.decision] });
  }
  undo() {
    const last = this.past.pop();
    if (last) this.open(last.schedule, null, { keepPast: true, index: last.index });
  }
  toggleVeil() {
    this.veil = !this.veil;
    this.veilButton.setAttribute("aria-pressed", String(this.veil));
    this.veilButton.textContent = this.veil ? "Show what comes later" : "Hide what comes later";
    document.body.classList.toggle("veiled", this.veil);
    this.showRun();
  }
  defaultOrder() { this.open("w1", null, { index: this.veil ? 0 : null }); }
  focusLanes() { this.lanes.list.focus(); }
  focusOrders() {
    this.orders.element.scrollIntoView();
    this.orders.focus(this.orders.at, true);
  }
  help() { this.help_.showModal(); }
}

// icon draws what a button does.
function icon(name) {
  const paths = { first: "M2 2h2v10H2z M12 2v10L5 7z", back: "M10 2v10L3 7z", next: "M4 2v10l7-5z", last: "M10 2h2v10h-2z M2 2v10l7-5z" };
  return el("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, el("path", { d: paths[name] }));
}

function groups(programs) {
  const topics = new Map();
  for (const p of programs) {
    if (!topics.has(p.topic ?? "")) topics.set(p.topic ?? "", []);
    topics.get(p.topic ?? "").push(el("option", { value: p.name }, `${p.name}: ${p.title ?? ""}`));
  }
  return [...topics].map(([topic, options]) => (topic ? el("optgroup", { label: topic }, options) : options));
}

// plain returns what stands in one of the page's data elements; text is gzipped data.
async function plain(id) {
  const found = document.getElementById(id);
  if (!found) return null;
  const data = JSON.parse(found.textContent);
  if (typeof data !== "string") return data;
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

async function main() {
  const data = await plain("weft-data");
  const embedded = new EmbeddedBackend(data.data);
  let backend = embedded;
  if (data.backend === "http") backend = new HTTPBackend();
  if (data.backend === "wasm") {
    try {
      const engine = new WasmBackend(await plain("weft-engine"));
      await engine.start();
      backend = new FallbackBackend(engine, embedded);
    } catch (e) {
      data.note = `The engine in this file could not be started (${e.message}), so only the orders in it can be shown.`;
    }
  }
  const page = new Page(data, backend);
  globalThis.weftPage = page; // for the console
  await page.visit();
  performance.mark("ready");
  document.body.dataset.ready = "true";
}

main();
