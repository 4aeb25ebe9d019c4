/** How things are looked at: the state of the lens, the gallery and the formula that is typed. No part of the experiment. */
import { store, stored } from './storage';
import type { Answers } from './view/answers';
import { type Draft, GALLERY_START, type GalleryView, LENS_START, type LensView, type Model } from './view/model';

const KEEP = 'ap.keep-weights';

export class Views {
  lens: LensView = { ...LENS_START, keepWeights: stored(KEEP) === 'yes' };
  gallery: GalleryView = GALLERY_START;
  draft: Draft = { text: '', valid: '', params: {} };

  constructor(private readonly changed: () => void) {}

  readonly look = (change: Partial<LensView>): void => {
    this.lens = { ...this.lens, ...change };
    if (change.keepWeights !== undefined) store(KEEP, change.keepWeights ? 'yes' : null);
    this.changed();
  };

  readonly browse = (change: Partial<GalleryView>): void => {
    this.gallery = { ...this.gallery, ...change };
    this.changed();
  };

  readonly write = (change: Partial<Draft>): void => {
    this.draft = { ...this.draft, ...change };
    this.changed();
  };

  /** Whether the lens shows the values of a layer; the output layer is the last of so many. */
  looksAt(layer: number, count: number): boolean {
    const { scope } = this.lens;
    if (scope === 'all') return layer < Math.max(1, count - 1);
    return layer === Math.min(scope, count - 1);
  }

  /** What was typed becomes the valid formula as soon as the engine has understood it. */
  settled(answers: Answers): Pick<Model, 'lens' | 'gallery' | 'draft'> {
    const { text, valid } = this.draft;
    if (text !== valid && text.trim() && answers.peek('reading', text)?.text != null)
      this.draft = { ...this.draft, valid: text };
    else if (valid && !text.trim()) this.draft = { ...this.draft, valid: '' };
    return { lens: this.lens, gallery: this.gallery, draft: this.draft };
  }
}
