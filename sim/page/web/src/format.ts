// What the page is given and asks for, as package page writes it. Made from the types in Go
// by go test ./sim/page -run TestFormat -update.

export interface Contents {
  weft_page: number;
  backend: string;
  title: string;
  programs: Summary[];
  data?: Record<string, Program>;
  lessons?: Lesson[];
  watch?: boolean;
}

export interface Run {
  weft_page: number;
  schedule: string;
  hash: string;
  end: string;
  failed: boolean;
  elapsed_ns: number;
  outcome: string;
  key: string;
  events: Event[];
  decisions: Decision[];
}

export interface Status {
  weft_status: number;
  name: string;
  program?: string;
  policy?: string;
  strategy?: string;
  at: string;
  ended?: string;
  runs: number;
  total?: number;
  share?: number;
  elapsed_ns: number;
  rate?: number;
  left_ns?: number;
  units?: number;
  outcomes: number;
  failed?: boolean;
  shown?: OutcomeSeen[];
}

export interface Summary {
  name: string;
  title?: string;
  topic?: string;
  story?: string;
  claim?: string;
  fixes?: string;
}

export interface Program {
  weft_page: number;
  name: string;
  title?: string;
  topic?: string;
  story?: string;
  claim?: string;
  fixes?: string;
  policy: string;
  host: string;
  report: Report;
  tree: Tree;
  failure?: Failure;
  swaps: Record<string, Swap[]>;
  sources?: Record<string, string>;
}

export interface Lesson {
  id: string;
  title: string;
  program: string;
  code: string;
  text: string;
  question: Question;
  challenge?: Challenge;
  repair?: Repair;
  claims?: string[];
  notes: Notes;
}

export interface Event {
  seq: number;
  at_ns: number;
  task?: string;
  kind: string;
  object?: string;
  detail?: string;
  n?: number;
  alternatives?: string[];
  pos?: string;
  cause?: number;
  number: string;
  id?: string;
  text: string;
}

export interface Decision {
  kind: string;
  key: string;
  alternatives: Alternative[];
  taken: number;
  more?: number;
}

export interface OutcomeSeen {
  key: string;
  text: string;
  end: string;
  failed: boolean;
  runs: number;
  schedule: string;
}

export interface Report {
  verdict: string;
  summary: string;
  coverage: string;
  complete: boolean;
  claim?: string;
  strategy: string;
  why?: string;
  stopped?: string;
  runs: number;
  size?: Estimate;
  outcomes: Outcome[];
  others?: number;
  untracked?: string[];
  nondeterminism?: string;
}

export interface Tree {
  root: Node;
  complete: boolean;
}

export interface Failure {
  schedule: string;
  passing: string | null;
  explanation: Explanation;
  report: string;
  swap?: Swap;
  prospects?: Prospect[];
}

export interface Swap {
  decision: number;
  kind: string;
  ids: string[];
  seqs: number[];
  transfers: number[];
  numbers: string[];
  text: string;
  reason: string;
  permitted: boolean;
  schedule: string;
  same: boolean;
  fails: boolean;
}

export interface Question {
  ask: string;
  choices: Choice[];
  why: string;
}

export interface Challenge {
  ask: string;
  end?: string;
  shows?: string;
  schedule: string;
}

export interface Repair {
  program: string;
  text: string;
  proof: string;
}

export interface Notes {
  mistake?: string;
  ask?: string;
  minutes?: number;
}

export interface Alternative {
  name: string;
  task?: string;
  op?: string;
  object?: string;
  turn?: string;
}

export interface Estimate {
  orders: number;
  error: number;
  probes: number;
}

export interface Outcome {
  letter: string;
  key: string;
  text: string;
  end: string;
  failed: boolean;
  runs: number;
  share: number;
  schedule: string;
  switches: number;
  again?: string;
}

export interface Node {
  recorded?: boolean;
  events?: Event[];
  kind?: string;
  key?: string;
  alternatives?: Alternative[];
  kids?: (Node | null)[];
  more?: number;
  leaf?: Leaf;
  orders: number;
  failing?: number;
}

export interface Prospect {
  decision: number;
  failing: number;
  exact: boolean;
  orders?: number;
  failures?: number;
}

export interface Choice {
  text: string;
  right: boolean;
}

export interface Leaf {
  hash?: string;
  end: string;
  failed?: boolean;
  elapsed_ns: number;
  outcome: number;
  text?: string;
  trace?: number;
}

export interface Explanation {
  headline: string;
  race?: { text: string; events: { seq: number }[] };
}
