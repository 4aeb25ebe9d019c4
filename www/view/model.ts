/** What the views draw, and what they can ask for. Views are functions of the first and call the second. */
import type { Option } from '../control/menu';
import type { DepthLook } from '../depth-desk';
import type { CodeOrder, Frame, Opened, Unit, WeightAt } from '../engine/messages';
import type {
  Catalogue,
  Choice,
  Experiment,
  Framework,
  OutputReading,
  OutputSpec,
  Problem,
  RaceSpec,
  Rounding,
  StackProfile,
  StackSpec,
  Stride,
} from '../engine/types';
import type { MicroDesk } from '../micro-desk';
import type { Ghost, History, Speed } from '../player';
import type { RaceTrack } from '../race';
import type { RaceLook } from '../race-desk';
import type { Theme } from '../theme/theme';
import type { Answers } from './answers';
import type { Curves } from './curves';
import type { FileKind } from './save';

/** A message at the foot of the page. */
export interface Toast {
  readonly title: string;
  readonly problems: readonly Problem[];
  /** Whether it goes by itself after a while. */
  readonly passing?: boolean;
  /** Whether it tells of a change refused, and goes with the next one accepted. */
  readonly refusal?: boolean;
  /** A text to be copied by hand. */
  readonly text?: string;
}

/** How the lens is looked through. */
export interface LensView {
  /** A layer by number from 0, the output layer last; or all hidden layers together. */
  readonly scope: number | 'all';
  /** The stretch of z that is shown; `null` where the data are. */
  readonly window: { readonly low: number; readonly high: number } | null;
  /** Where the dot is. */
  readonly probe: number;
  readonly bend: boolean;
  /** |f| on a logarithmic axis. */
  readonly log: boolean;
  readonly format: Rounding;
  /** Activations drawn for comparison. */
  readonly compared: readonly string[];
  /** What the sliders say for the formulas among them, by formula. */
  readonly numbers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly table: boolean;
  /** A change goes on from the weights as they are, instead of learning from the start. */
  readonly keepWeights: boolean;
  /** Whether the field for a formula is open. */
  readonly composing: boolean;
}

export const LENS_START: LensView = {
  scope: 'all',
  window: null,
  probe: 1.4,
  bend: false,
  log: false,
  format: 'f32',
  compared: [],
  numbers: {},
  table: false,
  keepWeights: false,
  composing: false,
};

/** What the pointer does on the map: points of class 1 or 0, or takes points away. */
export type Brush = 'off' | 'one' | 'zero' | 'erase';

/** x₁, x₂ and the class. */
export type DrawnPoint = readonly [number, number, number];

/** How the network and its output are looked at. */
export interface NetView {
  /** What the tiles of units show. */
  readonly tiles: 'maps' | 'curves';
  /** The unit under the pointer. */
  readonly hover: Unit | null;
  /** The unit that stays looked at. */
  readonly pinned: Unit | null;
  /** The weight that is looked at. */
  readonly link: WeightAt | null;
  /** Whether the output map shows only which side is which. */
  readonly discrete: boolean;
  readonly testPoints: boolean;
  /** Whether points that are put on the wrong side are marked. */
  readonly errors: boolean;
  readonly brush: Brush;
  /** Points being drawn, until the network learns from them. */
  readonly strokes: readonly DrawnPoint[] | null;
}

export const NET_START: NetView = {
  tiles: 'maps',
  hover: null,
  pinned: null,
  link: null,
  discrete: false,
  testPoints: true,
  errors: false,
  brush: 'off',
  strokes: null,
};

/** More curves than this cannot be told apart. */
export const MOST_COMPARED = 6;

/** What the gallery shows. */
export interface GalleryView {
  readonly open: boolean;
  readonly sought: string;
  readonly as: 'pictures' | 'table';
  /** The column the table is sorted by. */
  readonly sort: string;
  readonly down: boolean;
  /** Whether the cost of each has been asked for. */
  readonly measured: boolean;
}

export const GALLERY_START: GalleryView = {
  open: false,
  sought: '',
  as: 'pictures',
  sort: '',
  down: false,
  measured: false,
};

/** A formula that is being typed. */
export interface Draft {
  readonly text: string;
  /** The last text that made sense: its curve stays. */
  readonly valid: string;
  readonly params: Readonly<Record<string, number>>;
  /** It is not read until it is changed. */
  readonly unread: boolean;
}

/** The screens there are, as a link names them. */
export const SCREENS = [
  { id: 'stage', label: 'Stage', help: 'What the activation does to a network' },
  { id: 'race', label: 'Race', help: 'Which one does best here' },
  { id: 'microscope', label: 'Microscope', help: 'One sample, one operation at a time' },
  { id: 'depth', label: 'Depth', help: 'Why deep networks of some learn nothing' },
  { id: 'output', label: 'Output', help: 'Which output and loss fit which task' },
] as const;

export type Screen = (typeof SCREENS)[number]['id'];

/** A deep stack, and what is known of it. */
export interface DepthLab {
  readonly spec: StackSpec;
  readonly profiles: readonly StackProfile[];
  readonly problems: readonly Problem[];
  readonly look: DepthLook;
}

export interface Model {
  readonly screen: Screen;
  readonly output: {
    readonly spec: OutputSpec;
    readonly reading: OutputReading | null;
    readonly problems: readonly Problem[];
  };
  readonly micro: MicroDesk;
  readonly depth: DepthLab;
  readonly race: {
    readonly spec: RaceSpec;
    readonly track: RaceTrack;
    readonly look: RaceLook;
    name(value: string): string;
  };
  readonly catalogue: Catalogue;
  readonly experiment: Experiment;
  readonly opened: Opened | null;
  readonly frame: Frame | null;
  readonly history: History;
  /** Where the run has been beyond the present moment. */
  readonly ahead: History;
  readonly ghost: Ghost | null;
  readonly playing: boolean;
  readonly speed: Speed;
  /** Whether a network is being built, and that has taken a while. */
  readonly building: boolean;
  readonly replay: { readonly done: number; readonly total: number } | null;
  readonly theme: Theme;
  readonly dark: boolean;
  /** Width and height of the network's drawing. */
  readonly networkSize: { readonly width: number; readonly height: number };
  readonly curves: Curves;
  readonly answers: Answers;
  readonly lens: LensView;
  readonly net: NetView;
  readonly gallery: GalleryView;
  readonly draft: Draft;
  /** Entries of the menus that stand on the page several times. */
  readonly menus: {
    readonly activations: readonly Option[];
    readonly curved: readonly Option[];
    readonly data: readonly Option[];
  };
  /** Points of the generated data sets, by name. */
  readonly shapes: ReadonlyMap<string, Float32Array>;
  /** Of which rows the answers are shown. */
  readonly rowsShown: 'train' | 'test';
  /** On a phone: whether the whole sentence is shown. */
  readonly editing: boolean;
  /** The engine broke: what it said. */
  readonly stopped: string | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export interface Actions {
  go(screen: Screen): void;
  /** An activation: for all hidden layers, or as a racer where there is a race. */
  choose(activation: string): void;
  /** Another sample, step or unit under the microscope. */
  magnify(what: { row?: number; phase?: number; unit?: Unit }): void;
  /** Another output layer. */
  output(spec: OutputSpec): void;
  /** Another stack. */
  stack(spec: StackSpec): void;
  lookAtStack(look: Partial<DepthLook>): void;
  /** Another race. */
  race(spec: RaceSpec): void;
  lookAtRace(look: Partial<RaceLook>): void;
  raceAgain(): void;
  cancelRace(): void;
  saveRace(as: 'csv' | 'png'): void;
  /** A racer onto the stage. */
  takeRacer(racer: number): void;
  change(experiment: Experiment): void;
  look(change: Partial<LensView>): void;
  watch(change: Partial<NetView>): void;
  setWeight(which: WeightAt, value: number): void;
  browse(change: Partial<GalleryView>): void;
  write(change: Partial<Draft>): void;
  toggle(): void;
  step(stride: Stride): void;
  reset(): void;
  newSeed(): void;
  setSpeed(id: string): void;
  showRows(set: 'train' | 'test'): void;
  edit(): void;
  takeDefaults(framework: Choice<Framework>): void;
  /** Other modules, written as a link has them; whether they were understood. */
  readModules(text: string): Promise<boolean>;
  /** A table of the user's own. */
  useTable(table: Blob): void;
  /** Without the stop condition at this path. */
  goOn(path: string): void;
  /** To an epoch the run has been at. */
  scrub(epoch: number): void;
  rewindAt(rate: number): void;
  restart(): void;
  stopReplay(): void;
  /** Something as a file. */
  save(kind: FileKind): void;
  /** A run that was saved. */
  openRun(file: Blob): void;
  undo(): void;
  redo(): void;
  share(): void;
  /** `values` says where the numbers are from, if not from the experiment. */
  copyCode(order: CodeOrder, values?: string): void;
  toggleTheme(): void;
  help(): void;
}
