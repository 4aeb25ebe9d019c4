/** How things are looked at: the state of the lens, the gallery and the formula that is typed. No part of the experiment. */
import { store, stored, storedHere, storeHere } from './storage';
import type { Answers } from './view/answers';
import {
  type Draft,
  GALLERY_START,
  type GalleryView,
  LENS_START,
  type LensView,
  type Model,
  NET_START,
  type NetView,
} from './view/model';

const KEEP = 'ap.keep-weights';
const TILES = 'ap.tiles';
const DRAFT = 'ap.draft';

export class Views {
  lens: LensView = { ...LENS_START, keepWeights: stored(KEEP) === 'yes' };
  net: NetView = { ...NET_START, tiles: stored(TILES) === 'curves' ? 'curves' : 'maps' };
  gallery: GalleryView = GALLERY_START;
  draft: Draft = keptDraft();

  constructor(private readonly changed: () => void) {}

  readonly look = (change: Partial<LensView>): void => {
    this.lens = { ...this.lens, ...change };
    if (change.keepWeights !== undefined) store(KEEP, change.keepWeights ? 'yes' : null);
    this.changed();
  };

  readonly watch = (change: Partial<NetView>): void => {
    this.net = { ...this.net, ...change };
    if (change.tiles) store(TILES, change.tiles === 'curves' ? 'curves' : null);
    this.changed();
  };

  readonly browse = (change: Partial<GalleryView>): void => {
    this.gallery = { ...this.gallery, ...change };
    this.changed();
  };

  readonly write = (change: Partial<Draft>): void => {
    this.draft = { ...this.draft, ...change, unread: false };
    const { text, params } = this.draft;
    storeHere(DRAFT, text ? JSON.stringify({ text, params }) : null);
    this.changed();
  };

  /** What was typed may be what broke the engine: it stays in the field, but is read only once it is changed. */
  distrust(known: (activation: string) => boolean): void {
    this.draft = { ...this.draft, valid: '', unread: true };
    storeHere(DRAFT, null);
    this.lens = { ...this.lens, compared: this.lens.compared.filter(known) };
  }

  /** Whether the lens shows the values of a layer; the output layer is the last of so many. */
  looksAt(layer: number, count: number): boolean {
    const { scope } = this.lens;
    if (scope === 'all') return layer < Math.max(1, count - 1);
    return layer === Math.min(scope, count - 1);
  }

  /** What was typed becomes the valid formula as soon as the engine has understood it. */
  settled(answers: Answers): Pick<Model, 'lens' | 'net' | 'gallery' | 'draft'> {
    const { text, valid, unread } = this.draft;
    if (!unread && text !== valid && text.trim() && answers.peek('reading', text)?.text != null)
      this.draft = { ...this.draft, valid: text };
    else if (valid && !text.trim()) this.draft = { ...this.draft, valid: '' };
    return { lens: this.lens, net: this.net, gallery: this.gallery, draft: this.draft };
  }
}

/** The formula that was being typed before the page was loaded anew. */
function keptDraft(): Draft {
  const none: Draft = { text: '', valid: '', params: {}, unread: false };
  try {
    const { text, params } = JSON.parse(storedHere(DRAFT) ?? '{}') as Partial<Draft>;
    const numbers = Object.entries(params ?? {}).filter(([, value]) => Number.isFinite(value));
    return typeof text === 'string' ? { ...none, text, params: Object.fromEntries(numbers) } : none;
  } catch {
    return none;
  }
}
