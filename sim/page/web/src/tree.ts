// The tree of orders, and where its blocks stand: a row a decision, a block an alternative,
// as wide as the share of the orders behind it.
import type { Node, Program } from "./format";

export const least = 5; // pixels; what is narrower is drawn as one
const easy = 16; // pixels that are easy to hit

// Branch is a node of the tree with what is known of the orders behind it.
export interface Branch {
  node: Node;
  kids: (Branch | null)[];
  outcomes: Set<number>;
  same: number | null; // the outcome of all of them, or null
  traces: number;      // those of which the first order lies behind it
}

// branches looks through a tree. An order is the first of its trace if no order before it, in
// the order of alternatives, differs from it only in steps that do not affect each other.
export function branches(root: Node): Branch {
  const seen = new Set<number>();
  const visit = (node: Node): Branch => {
    const b: Branch = { node, kids: (node.kids ?? []).map((kid) => (kid ? visit(kid) : null)), outcomes: new Set(), same: null, traces: 0 };
    if (node.leaf) {
      b.outcomes.add(node.leaf.outcome);
      const trace = node.leaf.trace ?? 0;
      if (trace === 0 || !seen.has(trace)) b.traces = 1;
      seen.add(trace);
    }
    for (const kid of b.kids) {
      if (!kid) continue;
      for (const o of kid.outcomes) b.outcomes.add(o);
      b.traces += kid.traces;
    }
    if (b.outcomes.size === 1) b.same = [...b.outcomes][0]!;
    return b;
  };
  return visit(root);
}

// Block is what is drawn of a branch, or of several that are too narrow.
export interface Block {
  x: number;
  w: number;
  level: number;
  own: boolean;    // the run that is shown goes there
  branch?: Branch; // or several
  name: string;
  way: number[];   // alternatives from the root
  turns: string[]; // of the schedule that leads there
  folded: boolean;
  orders: number;
  failing: number;
  parent?: Block;
}

export interface Layout { blocks: Block[]; depth: number; }

// layOut lays out the branch that ways leads to over a width. path are the alternatives that
// the run took. With firsts, only orders that are the first of their trace have room.
export function layOut(root: Branch, { ways, path, width, unfolded, firsts }: { ways: number[]; path: number[]; width: number; unfolded: Set<Branch>; firsts: boolean }): Layout {
  const blocks: Block[] = [];
  const size = (b: Branch) => (firsts ? b.traces : b.node.orders);
  let depth = ways.length;
  const below = (branch: Branch, x: number, w: number, level: number, way: number[], turns: string[], own: boolean, parent?: Block): void => {
    if (branch.node.leaf || branch.kids.length === 0) return;
    // Wide by the number of orders, but as long as there is room, wide enough to be hit.
    const kids = branch.kids.filter((k): k is Branch => k !== null && size(k) > 0), room = w - kids.length * easy;
    const widthOf = (kid: Branch) => (size(kid) === 0 ? 0 : room > 0 ? easy + (room * size(kid)) / size(branch) : (w * size(kid)) / size(branch));
    let at = x, rest = 0, orders = 0, failing = 0;
    const flush = () => {
      if (rest > 0) blocks.push({ x: at - rest, w: rest, level, own: false, name: "", way, turns, folded: false, orders, failing, parent });
      rest = orders = failing = 0;
    };
    branch.kids.forEach((kid, k) => {
      if (!kid) return;
      const kw = widthOf(kid), ownKid = own && path[level] === k;
      if (kw < least && !ownKid) {
        rest += kw;
        at += kw;
        orders += kid.node.orders;
        failing += kid.node.failing ?? 0;
        return;
      }
      flush();
      const a = branch.node.alternatives![k]!;
      const block: Block = {
        x: at, w: kw, level, own: ownKid, branch: kid, name: a.name, way: [...way, k], turns: a.turn ? [...turns, a.turn] : turns,
        folded: kid.same !== null && !unfolded.has(kid), orders: kid.node.orders, failing: kid.node.failing ?? 0, parent,
      };
      blocks.push(block);
      depth = Math.max(depth, level);
      if (!block.folded) below(kid, at, kw, level + 1, block.way, block.turns, ownKid, block);
      at += kw;
    });
    flush();
  };
  let top = root;
  const turns: string[] = [];
  for (const k of ways) {
    const turn = top.node.alternatives?.[k]?.turn;
    if (turn) turns.push(turn);
    top = top.kids[k]!;
  }
  below(top, 0, width, ways.length, ways, turns, ways.every((k, i) => path[i] === k));
  return { blocks, depth };
}

// behind says what can still come of an alternative, by the tree, or null if it is not there.
export function behind(root: Branch, program: Program, way: number[]): { letters: string[]; orders: number; failing: number } | null {
  let b: Branch | null | undefined = root;
  for (const k of way) b = b?.kids[k];
  if (!b) return null;
  const letters = [...b.outcomes].sort((x, y) => x - y).map((o) => program.report.outcomes[o]?.letter ?? "?");
  return { letters, orders: b.node.orders, failing: b.node.failing ?? 0 };
}

// traces counts the traces of a tree, or 0 if they are not known.
export function traces(root: Node): number {
  const seen = new Set<number>();
  const visit = (node: Node) => {
    if (node.leaf) seen.add(node.leaf.trace ?? 0);
    for (const kid of node.kids ?? []) if (kid) visit(kid);
  };
  visit(root);
  return seen.has(0) ? 0 : seen.size;
}
