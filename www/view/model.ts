/** What the views draw, and what they can ask for. Views are functions of the first and call the second. */
import type { Option } from '../control/menu';
import type { Frame, Opened } from '../engine/messages';
import type { Catalogue, Experiment, Problem, Stride } from '../engine/types';
import type { Ghost, History, Speed } from '../player';
import type { Theme } from '../theme/theme';
import type { Curves } from './curves';

/** A message at the foot of the page. */
export interface Toast {
  readonly title: string;
  readonly problems: readonly Problem[];
}

export interface Model {
  readonly catalogue: Catalogue;
  readonly experiment: Experiment;
  readonly opened: Opened | null;
  readonly frame: Frame | null;
  readonly history: History;
  readonly ghost: Ghost | null;
  readonly playing: boolean;
  readonly speed: Speed;
  readonly replay: { readonly done: number; readonly total: number } | null;
  readonly theme: Theme;
  readonly dark: boolean;
  /** Width and height of the network's drawing. */
  readonly networkSize: { readonly width: number; readonly height: number };
  readonly curves: Curves;
  /** Entries of the menus that stand on the page several times. */
  readonly menus: { readonly activations: readonly Option[]; readonly data: readonly Option[] };
  /** Points of the generated data sets, by name. */
  readonly shapes: ReadonlyMap<string, Float32Array>;
  /** Which rows the confusion matrix counts. */
  readonly confusionOf: 'train' | 'test';
  /** On a phone: whether the whole sentence is shown. */
  readonly editing: boolean;
  /** The engine broke: what it said. */
  readonly stopped: string | null;
}

export interface Actions {
  change(experiment: Experiment): void;
  toggle(): void;
  step(stride: Stride): void;
  reset(): void;
  newSeed(): void;
  setSpeed(id: string): void;
  showConfusionOf(set: 'train' | 'test'): void;
  edit(): void;
  rewindAt(rate: number): void;
  restart(): void;
  stopReplay(): void;
  share(): void;
  toggleTheme(): void;
  help(): void;
}
