/** Single-key shortcuts. They rest while somebody types, and with Ctrl, Alt or Meta held. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { activationsOf, chosenActivation, stripOf, withActivation } from './engine/experiment';
import type { Catalogue, Experiment } from './engine/types';
import { store, stored } from './storage';
import { type Actions, SCREENS } from './view/model';

/** Where it is remembered that they are off. */
const KEY = 'ap.shortcuts';

/** What the keys act on. */
interface Board {
  actions(): Actions;
  experiment(): Experiment | null;
  catalogue(): Catalogue | null;
  speak(): void;
  tiles(): void;
  /** So many steps on under the microscope; whether it is on screen. */
  phase(by: number): boolean;
}

export class Keys implements ReactiveController {
  on = stored(KEY) !== 'off';

  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement & { readonly renderRoot: ParentNode },
    private readonly board: Board,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('keydown', this.#onKey);
  }

  hostDisconnected(): void {
    window.removeEventListener('keydown', this.#onKey);
  }

  switch(on: boolean): void {
    this.on = on;
    store(KEY, on ? null : 'off');
    this.host.requestUpdate();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const target = event.target as Node | null;
    const ours = target === document.body || target === this.host;
    if (!ours) return;
    const act = this.board.actions();
    // With Ctrl held they are no single keys: they are always on, but in a text they are the text's.
    const back = (event.ctrlKey || event.metaKey) && !event.altKey && !isTyping(event) && undoing(event);
    if (back) {
      act[back]();
      event.preventDefault();
      return;
    }
    if (!this.on && event.key !== '?') return;
    const done = press(event, {
      ...act,
      step: (epoch) => act.step(epoch ? 'epoch' : 'batch'),
      describe: () => this.board.speak(),
      screen: (at) => {
        const screen = SCREENS[at];
        if (screen) act.go(screen.id);
        return screen !== undefined;
      },
      choose: (at) => this.#pick(at),
      move: (by) => this.#choose((current, count) => (current + by + count) % count),
      lens: () => this.host.renderRoot.querySelector<HTMLElement>('.lens .dot')?.focus(),
      gallery: () => act.browse({ open: true }),
      tiles: () => this.board.tiles(),
      phase: (by) => this.board.phase(by),
    });
    if (done) event.preventDefault();
  };

  #pick(at: number): void {
    const catalogue = this.board.catalogue();
    const card = catalogue && stripOf(catalogue)[at];
    if (card) this.board.actions().choose(card.id);
  }

  /** An activation of the strip, by a number that depends on the present one. */
  #choose(which: (current: number, count: number) => number): void {
    const catalogue = this.board.catalogue();
    const experiment = this.board.experiment();
    if (!catalogue || !experiment || !activationsOf(experiment).length) return;
    const cards = stripOf(catalogue);
    const common = chosenActivation(experiment);
    const card =
      cards[
        which(
          cards.findIndex(({ id }) => id === common),
          cards.length,
        )
      ];
    if (card) this.board.actions().change(withActivation(experiment, card.id));
  }
}

/** What keys do. */
interface KeyActions {
  toggle(): void;
  step(epoch: boolean): void;
  reset(): void;
  newSeed(): void;
  share(): void;
  describe(): void;
  help(): void;
  /** To the dot of the lens. */
  lens(): void;
  gallery(): void;
  /** Maps or curves in the tiles of units. */
  tiles(): void;
  phase(by: number): boolean;
  /** A screen by its number from 0; whether there is one. */
  screen(at: number): boolean;
  /** Number in the strip, from 0. */
  choose(at: number): void;
  /** So many places on in the strip. */
  move(by: number): void;
}

/** Does what the key says; whether it said anything. */
function press(event: KeyboardEvent, act: KeyActions): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTyping(event)) return false;
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  if (digit !== undefined && event.shiftKey) return act.screen(Number(digit) - 1);
  if (digit !== undefined) act.choose((Number(digit) + 9) % 10);
  else if (event.key === '?') act.help();
  else if (event.code === 'Period') act.step(event.shiftKey);
  else if (event.key === '[') act.move(-1);
  else if (event.key === ']') act.move(1);
  else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft')
    return act.phase(event.key === 'ArrowRight' ? 1 : -1);
  else if (event.shiftKey) return false;
  else {
    const action = {
      ' ': act.toggle,
      k: act.toggle,
      r: act.reset,
      n: act.newSeed,
      s: act.share,
      d: act.describe,
      l: act.lens,
      a: act.gallery,
      t: act.tiles,
    }[event.key];
    if (!action) return false;
    action();
  }
  return true;
}

/** Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y. */
function undoing({ key, shiftKey }: KeyboardEvent): 'undo' | 'redo' | null {
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' ? 'redo' : null;
}

/** A text box takes every key; a button takes the space bar. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog, [popover]') || target.isContentEditable) return true;
  if (target.matches('input, textarea, select')) return true;
  return event.key === ' ' && target.matches('button, [role=radio], summary');
}
