/**
 * What the page and the worker say to each other. The page asks, the worker answers: every question has a number and
 * gets one answer. Bulk numbers travel in typed arrays that are handed over, never copied.
 */
import type {
  Catalogue,
  Experiment,
  ExportTarget,
  FormulaReading,
  Framework,
  FromLink,
  Goal,
  Histogram,
  Info,
  Measure,
  Microscope,
  OutputFromLink,
  OutputReading,
  OutputSpec,
  Preset,
  Problem,
  Progress,
  RaceFromLink,
  RaceRun,
  RaceSpec,
  Report,
  Rounding,
  StackFromLink,
  StackProfile,
  StackSpec,
  Standing,
  Stride,
  Verdict,
} from './types';

/** A curve of an activation: evenly spaced points from `low` to `high`, both included. */
export interface CurveRequest {
  readonly activation: string;
  readonly params: Record<string, number>;
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Whether f″ is wanted too. */
  readonly bend?: boolean;
  /** A number format in which f is wanted too. */
  readonly format?: Rounding;
  /** Other parameters for which f is wanted too. */
  readonly units?: readonly Record<string, number>[];
}

/** f and f′ at the points of a {@link CurveRequest}; what else it has is empty unless it was asked for. */
export interface Curve {
  readonly value: Float32Array;
  readonly slope: Float32Array;
  readonly bend: Float32Array;
  readonly rounded: Float32Array;
  /** f for each of the other parameters, one after the other. */
  readonly units: Float32Array;
}

/** An activation with the parameters that differ from its defaults. */
export interface Applied {
  readonly activation: string;
  readonly params: Record<string, number>;
}

/** An activation to be written as code, and for what. */
export interface CodeOrder extends Applied {
  readonly target: ExportTarget;
}

/** Nanoseconds for one number, measured here: f alone, and f with f′. */
export interface Cost {
  readonly forward: number;
  readonly both: number;
  /** Whether `both` is only known to be no less: f alone took as long. */
  readonly bounded: boolean;
  /** By how much the median of the rounds exceeds the shortest, as a share of it. */
  readonly spread: number;
}

/** A moment of a run. */
export interface Place {
  readonly epoch: number;
  readonly step: number;
  readonly sample: number;
}

/** What to build, and how far to train it before answering. */
export interface Order {
  readonly experiment: Experiment;
  readonly replay: Place | null;
}

/** A session that was built. */
export interface Opened {
  readonly info: Info;
  /** x₁, x₂, target and whether it is a test point, of every row; `null` where the inputs are not a plane. */
  readonly points: Float32Array | null;
  /** Half the side of the output map, in units of the inputs. */
  readonly extent: number;
  /** What the network sees of the plane: a small map of each feature, one after the other; empty where there is no plane. */
  readonly features: Float32Array;
}

/** Cells along a side of the small maps of features and units. */
export const TILE_CELLS = 24;

/** A unit of a layer, the output layer being last. */
export interface Unit {
  readonly layer: number;
  readonly unit: number;
}

/** A weight of a unit; its bias where `input` is the number of inputs. */
export interface WeightAt extends Unit {
  readonly input: number;
}

/** A moment of the run that was returned to. */
export interface Rewound {
  readonly info: Info;
  readonly experiment: Experiment;
  /** Epoch, training loss and test loss where the run has been beyond it, one after the other. */
  readonly ahead: Float64Array;
}

/** A run that goes on from where another was, by another description. */
export interface Branched extends Opened {
  /** Names of the parameters that had no counterpart and start anew. */
  readonly fresh: readonly string[];
}

/** A session that was read from a file. */
export interface Loaded extends Opened {
  readonly experiment: Experiment;
  /** The user's own table it came with; empty if there was none. */
  readonly table: Uint8Array;
}

/** How far to train: so many strides, or for as long as the budget lasts. */
export interface Pace {
  readonly stride: Stride;
  readonly count: number;
  readonly budgetMs: number;
}

/** What is on screen and therefore has to be computed. */
export interface Want {
  /** A buffer of size × size numbers for the output map; it comes back filled. */
  readonly map: Float32Array | null;
  /** Whether small maps of all hidden units are wanted. */
  readonly units: boolean;
  /** Whether the weights of all layers are wanted. */
  readonly weights: boolean;
  /** The unit whose map is wanted, as large as that of the output. */
  readonly unit: Unit | null;
  readonly histograms: readonly number[];
  readonly bins: number;
  readonly confusion: 'train' | 'test' | null;
  /** Of a regression: which rows' targets and predictions. */
  readonly predictions: 'train' | 'test' | null;
  /** How many points of the loss history the page has, and of which revision. */
  readonly history: { readonly length: number; readonly revision: number };
}

/** Points of the loss history from number `from` on. */
export interface HistoryPart {
  readonly from: number;
  readonly revision: number;
  readonly epochs: Float64Array;
  readonly train: Float64Array;
  readonly test: Float64Array;
}

/** The answer to a {@link Want}. */
export interface Frame {
  readonly progress: Progress;
  readonly map: Float32Array | null;
  /** Small maps of all hidden units, layer after layer. */
  readonly units: Float32Array | null;
  /** Of each layer, `[units, inputs]` and then the biases. */
  readonly weights: readonly Float32Array[] | null;
  /** The map of the unit that was asked for. */
  readonly unit: Float32Array | null;
  readonly histograms: readonly { readonly layer: number; readonly histogram: Histogram }[];
  readonly confusion: Uint32Array | null;
  /** Target and prediction, row after row. */
  readonly predictions: Float32Array | null;
  readonly history: HistoryPart;
}

/** The part of a race that one worker runs: runs `first` up to `end`, seed by seed and racer by racer. */
export interface RaceOrder {
  readonly racers: readonly Experiment[];
  readonly seeds: number;
  readonly first: number;
  readonly end: number;
  /** Whether what a run answers can be drawn as a map, and how many rows its data have. */
  readonly isPlane: boolean;
  readonly rows: number;
}

/** What a part of a race has shown so far. */
export interface RaceRuns {
  readonly epoch: number;
  readonly runs: readonly RaceRun[];
}

/** Runs of all workers, to be judged. */
export interface RaceTrial {
  readonly runs: readonly RaceRun[];
  readonly goal: Goal;
  /** What they are ordered and compared by. */
  readonly by: Measure;
  /** What the racers are called. */
  readonly names: readonly string[];
}

/** Racers, the best first, and whether the seeds settle that it is ahead of each of the others. */
export interface RaceJudged {
  readonly standings: readonly Standing[];
  readonly verdicts: readonly Verdict[];
}

/** The map of a run, and its data as {@link Opened} has them. */
export interface RacePicture {
  readonly map: Float32Array;
  readonly points: Float32Array;
}

/** Every question and its answer. */
export interface Calls {
  start(argument: null): Catalogue;
  fromLink(link: string): FromLink;
  /** The modules of an experiment as a link writes them. */
  modulesText(experiment: Experiment): string;
  toLink(experiment: Experiment): string;
  check(experiment: Experiment): readonly Problem[];
  curve(request: CurveRequest): Curve;
  report(which: Applied): Report;
  code(order: CodeOrder): string;
  reading(text: string): FormulaReading;
  mathml(id: string): string | null;
  cost(which: Applied): Cost;
  shape(name: string): Float32Array;
  /** What the session is with other activations and the same weights; `null` where that cannot be. */
  swap(experiment: Experiment): Info | null;
  /** The user's own table, for the next session of their own data. */
  table(contents: Uint8Array): void;
  open(order: Order): Opened;
  frame(argument: { readonly pace: Pace | null; readonly want: Want }): Frame;
  reset(argument: null): void;
  setWeight(which: WeightAt & { readonly value: number }): void;
  /** Goes to the moment after an update, back or ahead; the description is the one in force then. */
  rewind(step: number): Rewound;
  /** Goes to the moment after an epoch, or as near to it as the run has been. */
  rewindTo(epoch: number): Rewound;
  /** Goes on from here by another description, of the same data and seed. */
  branch(experiment: Experiment): Branched;
  /** The session as a file. */
  save(argument: null): Uint8Array;
  /** Goes on with the session of a file; what was open stays if it is none. */
  load(saved: Uint8Array): Loaded;
  /** Takes over numbers of the training; whether that could be done. */
  retune(experiment: Experiment): boolean;
  preset(wanted: { readonly experiment: Experiment; readonly framework: Framework }): Preset;
  fingerprint(argument: null): string;
  raceFromLink(link: string): RaceFromLink;
  raceToLink(race: RaceSpec): string;
  racers(wanted: { readonly race: RaceSpec; readonly experiment: Experiment }): readonly Experiment[];
  raceStart(order: RaceOrder): void;
  /** So many epochs on; whether no run of this part can go on. */
  raceAdvance(epochs: number): boolean;
  raceRuns(argument: null): RaceRuns;
  raceJudge(trial: RaceTrial): RaceJudged;
  /** `run` counts from the first of this part. */
  racePicture(wanted: { readonly run: number; readonly size: number }): RacePicture;
  /** One sample through the network, back, and what it would change. */
  microscope(row: number): Microscope;
  outputFromLink(link: string): OutputFromLink;
  outputToLink(output: OutputSpec): string;
  /** What an output layer makes of its logits, and a loss of that. */
  readOutput(output: OutputSpec): OutputReading;
  stackFromLink(link: string): StackFromLink;
  stackToLink(stack: StackSpec): string;
  /** What each activation of a deep stack makes of a signal and of its gradient. */
  stackProfiles(stack: StackSpec): readonly StackProfile[];
  /** Microseconds for an update. */
  raceCost(experiment: Experiment): number;
}

export type CallName = keyof Calls;
export type Argument<K extends CallName> = Parameters<Calls[K]>[0];
export type Answer<K extends CallName> = ReturnType<Calls[K]>;

/** From the page. `stopReplay` is not queued: it ends the replay that is running. */
export type ToWorker =
  | { [K in CallName]: { readonly id: number; readonly call: K; readonly argument: Argument<K> } }[CallName]
  | { readonly call: 'stopReplay' };

/** Why a call failed. */
export interface Failure {
  readonly message: string;
  /** What the engine did not accept; empty if it was something else. */
  readonly problems: readonly Problem[];
  /** The engine itself broke: nothing it says can be trusted any more. */
  readonly fatal: boolean;
}

/** From the worker. */
export type FromWorker =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly replay: { readonly done: number; readonly total: number } };
