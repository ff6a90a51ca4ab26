// The tree of orders: a row a decision, a block an alternative, as wide as the share of
// the orders behind it. A branch all of whose orders show the same is folded into one
// block with the letter of that outcome.
import { el, fill, button, count } from "./dom.js";
import { scheduleOf } from "./address.js";

const blockHeight = 26;
const least = 5; // pixels; what is narrower is drawn as one
const easy = 16; // pixels that are easy to hit

export class Orders {
  // go is called with the schedule of the simplest run through a block.
  constructor({ go }) {
    this.go = go;
    this.note = el("p", { class: "note" });
    this.tools = el("p", { class: "tools" });
    this.map = el("div", { class: "map", role: "group", "aria-label": "the tree of orders" });
    this.scroller = el("div", { class: "map-scroll" }, this.map);
    this.element = el("section", { class: "block", id: "orders", "aria-labelledby": "orders-title" },
      el("h2", { id: "orders-title" }, "All orders"), this.note, this.tools, this.scroller);
    this.map.addEventListener("keydown", (e) => this.move(e));
    new ResizeObserver(() => this.draw()).observe(this.scroller);
  }

  show(program) {
    this.program = program;
    this.top = program.tree.root;
    this.zoomed = []; // turns that lead to the top
    this.unfolded = new Set();
    this.path = [];
    kinds(program.tree.root);
    const { tree, report } = program;
    this.element.querySelector("h2").textContent = tree.complete ? "All orders" : "Some orders";
    const traces = new Set();
    leaves(tree.root, (leaf) => leaf.trace && traces.add(leaf.trace));
    this.note.textContent = tree.complete
      ? `${count(tree.root.orders, "order")}. The wider a block, the more orders lie behind it; a block with a letter is where all of them show that outcome.`
        + (traces.size > 1 && traces.size < tree.root.orders ? ` They are ${count(traces.size, "trace")}: the others differ only in steps that do not affect each other.` : "")
      : `Only some of the orders are in this tree: the ${count(tree.root.orders, "run")} that the report speaks of, and what is one decision away from them. It says nothing about how many there are of each.`;
    this.element.hidden = tree.root.orders < 2;
    void report;
  }

  // follow marks the way of a run.
  follow(run) {
    this.path = run.decisions.map((d) => d.taken);
    this.draw();
  }

  draw() {
    const width = this.scroller.clientWidth;
    if (!this.program || width === 0 || this.element.hidden) return;
    const blocks = [];
    let depth = 0;
    const add = (block) => {
      depth = Math.max(depth, block.level);
      blocks.push(block);
    };
    const below = (node, x, w, level, turns, own, parent) => {
      if (node.leaf || !node.kids) return;
      // Wide by the number of orders, but as long as there is room, wide enough to be hit.
      const kids = node.kids.filter(Boolean), room = w - kids.length * easy;
      const widthOf = (kid) => (room > 0 ? easy + (room * kid.orders) / node.orders : (w * kid.orders) / node.orders);
      let at = x, rest = 0, orders = 0, bad = 0;
      const flush = (level) => {
        if (rest > 0) add({ x: at - rest, w: rest, level, rest: true, orders, bad, parent });
        rest = orders = bad = 0;
      };
      node.kids.forEach((kid, k) => {
        if (!kid) return;
        const kw = widthOf(kid);
        const turn = node.alternatives[k].turn;
        const here = turn ? [...turns, turn] : turns;
        const ownKid = own && this.path[level] === k;
        if (kw < least && !ownKid) {
          rest += kw;
          at += kw;
          orders += kid.orders;
          bad += kid.failing ?? 0;
          return;
        }
        flush(level);
        const folded = kid.same !== undefined && !this.unfolded.has(kid);
        const block = { x: at, w: kw, level, node: kid, name: node.alternatives[k].name, turns: here, own: ownKid, folded };
        add(block);
        if (!folded) below(kid, at, kw, level + 1, here, ownKid, block);
        at += kw;
      });
      flush(level);
    };
    const base = this.zoomed.length;
    below(this.top, 0, width, base, this.turnsToTop(), this.zoomed.every((k, i) => this.path[i] === k));
    this.map.style.height = (depth - base + 1) * blockHeight + "px";
    this.blocks = blocks;
    const focused = this.map.contains(document.activeElement);
    fill(this.map, blocks.map((b) => this.block(b, base)));
    const last = blocks.findLastIndex((b) => b.own);
    this.focus(Math.max(0, last), focused);
    this.drawTools();
  }

  turnsToTop() {
    const turns = [];
    let node = this.program.tree.root;
    for (const k of this.zoomed) {
      if (node.alternatives[k].turn) turns.push(node.alternatives[k].turn);
      node = node.kids[k];
    }
    return turns;
  }

  block(b, base) {
    const report = this.program.report;
    const outcome = b.node && (b.folded || b.node.leaf) ? report.outcomes[b.node.same] : null;
    const made = b.rest ? el("button", { type: "button", tabindex: "-1", class: "few " + (b.bad ? "bad" : ""), title: this.restWords(b), "aria-label": this.restWords(b), on: { click: () => b.parent && this.zoom(b.parent) } })
      : el("button", {
        type: "button", tabindex: "-1",
        class: ["blk", b.own ? "own" : "", outcome ? (outcome.failed ? "bad" : "good") : ""].join(" "),
        title: this.words(b, outcome),
        on: {
          click: () => this.go(scheduleOf(b.turns)),
          dblclick: () => this.zoom(b),
        },
      }, outcome && b.w > 12 ? el("b", {}, outcome.letter) : null, b.w > 46 ? el("span", {}, b.name) : null,
      outcome && b.node.orders > 1 && b.w > 90 ? el("small", {}, "×" + b.node.orders) : null,
      !outcome && b.node.failing && b.w > 46 ? failing(b.node) : null,
      el("span", { class: "offscreen" }, "; " + this.words(b, outcome)));
    made.style.left = b.x + "px";
    made.style.width = Math.max(1, b.w - 1) + "px";
    made.style.top = (b.level - base) * blockHeight + "px";
    return made;
  }

  words(b, outcome) {
    const n = count(b.node.orders, "order");
    return `decision ${b.level + 1}: ${b.name}; ${n}` + (outcome ? `, outcome ${outcome.letter}, ${outcome.failed ? "fails" : "passes"}` : b.node.failing ? `, ${b.node.failing} fail` : ", none fails") + (b.own ? "; on your way" : "");
  }

  restWords(b) {
    return `${count(b.orders, "order")} in narrow branches, ${b.bad ? b.bad + " fail" : "none fails"}; zoom in to see them`;
  }

  focus(i, really) {
    const all = [...this.map.children];
    all[this.at]?.setAttribute("tabindex", "-1");
    this.at = i;
    const block = all[i];
    if (!block || this.blocks[i]?.rest) return;
    block.setAttribute("tabindex", "0");
    if (really) block.focus();
  }

  // move follows the arrow keys from block to block.
  move(e) {
    const b = this.blocks[this.at];
    if (!b) return;
    const middle = b.x + b.w / 2;
    const pick = (test) => this.blocks.map((o, i) => [o, i]).filter(([o]) => !o.rest && test(o)).sort((p, q) => Math.abs(p[0].x + p[0].w / 2 - middle) - Math.abs(q[0].x + q[0].w / 2 - middle))[0]?.[1];
    const to = {
      ArrowLeft: () => pick((o) => o.level === b.level && o.x < b.x),
      ArrowRight: () => pick((o) => o.level === b.level && o.x > b.x),
      ArrowUp: () => pick((o) => o.level === b.level - 1),
      ArrowDown: () => pick((o) => o.level === b.level + 1 && o.x >= b.x - 1 && o.x < b.x + b.w),
    }[e.key];
    if (to) {
      e.preventDefault();
      e.stopPropagation();
      const i = to();
      if (i !== undefined) this.focus(i, true);
    } else if (e.key === "z") {
      e.stopPropagation();
      this.zoom(b);
    } else if (e.key === "Z" || e.key === "Escape") {
      e.stopPropagation();
      this.zoomOut();
    }
  }

  // zoom shows one branch over the whole width; a folded one is unfolded.
  zoom(b) {
    if (!b.node || b.node.leaf) return;
    this.unfolded.add(b.node);
    const way = [];
    const find = (node) => node === b.node || (node.kids ?? []).some((kid, k) => {
      if (!kid) return false;
      way.push(k);
      if (find(kid)) return true;
      way.pop();
      return false;
    });
    find(this.program.tree.root);
    this.zoomed = way;
    this.top = b.node;
    this.draw();
  }

  zoomOut() {
    this.zoomed = this.zoomed.slice(0, -1);
    this.top = this.zoomed.reduce((node, k) => node.kids[k], this.program.tree.root);
    this.draw();
  }

  drawTools() {
    const b = this.blocks[this.at];
    fill(this.tools,
      b?.node?.kids ? button("Zoom into your branch", () => this.zoom(b), { class: "quiet" }) : null, " ",
      this.zoomed.length ? button("Zoom out", () => this.zoomOut(), { class: "quiet" }) : null);
  }

  // outcomesBehind returns the letters of the outcomes that can still come of an
  // alternative of a run's decision, or null if the tree does not have it.
  outcomesBehind(path, alternative) {
    let node = this.program.tree.root;
    for (const k of [...path, alternative]) {
      node = node.kids?.[k];
      if (!node) return null;
    }
    return { letters: [...node.outcomes].sort((a, b) => a - b).map((o) => this.program.report.outcomes[o]?.letter ?? "?"), orders: node.orders, failing: node.failing ?? 0 };
  }
}

function failing(node) {
  return el("small", { class: "fails" }, `${node.failing}/${node.orders}`);
}

// kinds notes at each node which outcomes lie behind it, and whether it is one.
function kinds(node) {
  node.outcomes = new Set(node.leaf ? [node.leaf.outcome] : []);
  for (const kid of node.kids ?? []) {
    if (!kid) continue;
    kinds(kid);
    for (const o of kid.outcomes) node.outcomes.add(o);
  }
  if (node.outcomes.size === 1) node.same = [...node.outcomes][0];
}

function leaves(node, f) {
  if (node.leaf) f(node.leaf);
  for (const kid of node.kids ?? []) if (kid) leaves(kid, f);
}
