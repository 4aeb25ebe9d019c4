/** Single-key shortcuts. They rest while somebody types, and with Ctrl, Alt or Meta held. */

/** What keys do. */
export interface KeyActions {
  toggle(): void;
  step(epoch: boolean): void;
  reset(): void;
  newSeed(): void;
  share(): void;
  describe(): void;
  help(): void;
  /** Number in the strip, from 0. */
  choose(at: number): void;
  /** So many places on in the strip. */
  move(by: number): void;
}

/** Does what the key says; whether it said anything. */
export function press(event: KeyboardEvent, act: KeyActions): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTyping(event)) return false;
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  if (digit !== undefined && !event.shiftKey) act.choose((Number(digit) + 9) % 10);
  else if (event.key === '?') act.help();
  else if (event.code === 'Period') act.step(event.shiftKey);
  else if (event.key === '[') act.move(-1);
  else if (event.key === ']') act.move(1);
  else if (event.shiftKey) return false;
  else {
    const action = { ' ': act.toggle, k: act.toggle, r: act.reset, n: act.newSeed, s: act.share, d: act.describe }[
      event.key
    ];
    if (!action) return false;
    action();
  }
  return true;
}

/** A text box takes every key; a button takes the space bar. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog, [popover]') || target.isContentEditable) return true;
  if (target.matches('input, textarea, select')) return true;
  return event.key === ' ' && target.matches('button, [role=radio], summary');
}
