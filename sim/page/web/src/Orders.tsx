// The tree of orders as a map. A branch all of whose orders show the same is folded into one
// block with the letter of that outcome.
import { Component, createRef } from "preact";
import type { Outcome, Program, Run } from "./format";
import { scheduleOf } from "./address";
import { layOut, traces, type Block, type Branch } from "./tree";
import { Button } from "./view";
import { count } from "./text";

const blockHeight = 26;

export interface OrdersProps {
  program: Program;
  root: Branch;
  run: Run;
  // go is called with the schedule of the simplest run through a block.
  go: (schedule: string) => void;
}

interface View {
  width: number;
  ways: number[];        // to the branch that is zoomed into
  unfolded: Set<Branch>;
  firsts: boolean;       // only one order of each trace
  at: number | null;     // the block that keys have come to; null: the last one on the way
}

export class Orders extends Component<OrdersProps, View> {
  state: View = { width: 0, ways: [], unfolded: new Set(), firsts: false, at: null };
  element = createRef<HTMLElement>();
  private scroller = createRef<HTMLDivElement>();
  private map = createRef<HTMLDivElement>();
  private observer?: ResizeObserver;
  private blocks: Block[] = [];
  private at = 0;

  componentDidMount(): void {
    const measure = () => this.setState({ width: this.scroller.current?.clientWidth ?? 0 });
    this.observer = new ResizeObserver(measure);
    if (this.scroller.current) this.observer.observe(this.scroller.current);
    measure();
  }

  componentWillUnmount(): void {
    this.observer?.disconnect();
  }

  componentDidUpdate(before: OrdersProps): void {
    if (before.root !== this.props.root) this.setState({ ways: [], unfolded: new Set(), firsts: false, at: null });
    else if (before.run !== this.props.run) this.setState({ at: null });
  }

  // enter brings the keys to the map.
  enter(): void {
    this.element.current?.scrollIntoView();
    this.focus(this.at);
  }

  private focus(i: number): void {
    this.setState({ at: i }, () => (this.map.current?.children[i] as HTMLElement | undefined)?.focus());
  }

  // move follows the arrow keys from block to block.
  private move(e: KeyboardEvent): void {
    const b = this.blocks[this.at];
    if (!b) return;
    const middle = (o: Block) => o.x + o.w / 2;
    const pick = (test: (o: Block) => boolean) => {
      let best = -1;
      this.blocks.forEach((o, i) => {
        if (o.branch && test(o) && (best < 0 || Math.abs(middle(o) - middle(b)) < Math.abs(middle(this.blocks[best]!) - middle(b)))) best = i;
      });
      return best;
    };
    const tests: Record<string, (o: Block) => boolean> = {
      ArrowLeft: (o) => o.level === b.level && o.x < b.x,
      ArrowRight: (o) => o.level === b.level && o.x > b.x,
      ArrowUp: (o) => o.level === b.level - 1,
      ArrowDown: (o) => o.level === b.level + 1 && o.x >= b.x - 1 && o.x < b.x + b.w,
    };
    const test = tests[e.key];
    if (test) {
      e.preventDefault();
      e.stopPropagation();
      const i = pick(test);
      if (i >= 0) this.focus(i);
    } else if (e.key === "z") {
      e.stopPropagation();
      this.zoom(b);
    } else if (e.key === "Z" || e.key === "Escape") {
      e.stopPropagation();
      this.zoomOut();
    }
  }

  // zoom shows one branch over the whole width; a folded one is unfolded.
  private zoom(b: Block | undefined): void {
    if (!b?.branch || b.branch.node.leaf) return;
    this.setState({ ways: b.way, unfolded: new Set([...this.state.unfolded, b.branch]), at: null });
  }

  private zoomOut(): void {
    this.setState({ ways: this.state.ways.slice(0, -1), at: null });
  }

  render({ program, root, run, go }: OrdersProps, { width, ways, unfolded, firsts, at }: View) {
    const { tree, report } = program, different = traces(tree.root);
    const foldable = tree.complete && different > 1 && different < tree.root.orders;
    const path = run.decisions.map((d) => d.taken);
    const { blocks, depth } = layOut(root, { ways, path, width, unfolded, firsts: firsts && foldable });
    this.blocks = blocks;
    this.at = at ?? Math.max(0, blocks.findLastIndex((b) => b.own));
    const note = tree.complete
      ? `${count(tree.root.orders, "order")}. The wider a block, the more ${firsts ? "traces" : "orders"} lie behind it; a block with a letter is where all of them show that outcome.`
        + (foldable ? ` They are ${count(different, "trace")}: the others differ only in steps that do not affect each other.` : "")
      : `Only some of the orders are in this tree: the ${count(tree.root.orders, "run")} that the report speaks of, and what is one decision away from them. It says nothing about how many there are of each.`;
    return <section class="block" id="orders" aria-labelledby="orders-title" ref={this.element} hidden={tree.root.orders < 2}>
      <h2 id="orders-title">{tree.complete ? "All orders" : "Some orders"}</h2>
      <p class="note">{note}</p>
      <p class="tools">
        {foldable ? <Button action={() => this.setState({ firsts: !firsts, at: null })} class="quiet" aria-pressed={String(firsts)}>One order of each trace</Button> : null}
        {blocks[this.at]?.branch?.node.kids ? <Button action={() => this.zoom(blocks[this.at])} class="quiet">Zoom into your branch</Button> : null}
        {ways.length > 0 ? <Button action={() => this.zoomOut()} class="quiet">Zoom out</Button> : null}
      </p>
      <div class="map-scroll" ref={this.scroller}>
        <div class="map" role="group" aria-label="the tree of orders" ref={this.map} onKeyDown={(e) => this.move(e)} style={{ height: (depth - ways.length + 1) * blockHeight + "px" }}>
          {blocks.map((b, i) => <BlockView block={b} base={ways.length} outcome={b.branch && (b.folded || b.branch.node.leaf) ? report.outcomes[b.branch.same!] : undefined}
            here={i === this.at} open={() => (b.branch ? go(scheduleOf(b.turns)) : this.zoom(b.parent))} zoom={() => this.zoom(b)} />)}
        </div>
      </div>
    </section>;
  }
}

function BlockView({ block: b, base, outcome, here, open, zoom }: { block: Block; base: number; outcome: Outcome | undefined; here: boolean; open: () => void; zoom: () => void }) {
  const style = { left: b.x + "px", width: Math.max(1, b.w - 1) + "px", top: (b.level - base) * blockHeight + "px" };
  if (!b.branch) {
    const text = `${count(b.orders, "order")} in narrow branches, ${b.failing ? b.failing + " fail" : "none fails"}; zoom in to see them`;
    return <button type="button" tabIndex={-1} class={"few " + (b.failing ? "bad" : "")} title={text} aria-label={text} style={style} onClick={open} />;
  }
  const text = `decision ${b.level + 1}: ${b.name}; ${count(b.orders, "order")}`
    + (outcome ? `, outcome ${outcome.letter}, ${outcome.failed ? "fails" : "passes"}` : b.failing ? `, ${b.failing} fail` : ", none fails") + (b.own ? "; on your way" : "");
  return <button type="button" tabIndex={here ? 0 : -1} class={["blk", b.own ? "own" : "", outcome ? (outcome.failed ? "bad" : "good") : ""].join(" ")} title={text} style={style} onClick={open} onDblClick={zoom}>
    {outcome && b.w > 12 ? <b>{outcome.letter}</b> : null}{b.w > 46 ? <span>{b.name}</span> : null}
    {outcome && b.orders > 1 && b.w > 90 ? <small>{"×" + b.orders}</small> : null}
    {!outcome && b.failing && b.w > 46 ? <small class="fails">{`${b.failing}/${b.orders}`}</small> : null}
    <span class="offscreen">{"; " + text}</span>
  </button>;
}
