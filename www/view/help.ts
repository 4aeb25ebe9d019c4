/** The list of keys. */
import { html, type TemplateResult } from 'lit';
import * as icons from '../theme/icons';

const KEYS: readonly (readonly [string, string])[] = [
  ['Space  K', 'play, pause'],
  ['.', 'one batch'],
  ['Shift  .', 'one epoch'],
  ['R', 'back to the same start'],
  ['N', 'new seed'],
  ['1 … 9  0', 'activation of the strip'],
  ['[  ]', 'previous, next activation'],
  ['A', 'all activations'],
  ['T', 'maps or curves in the units'],
  ['L', 'to the dot of the lens: arrows, Shift, + −'],
  ['S', 'copy link'],
  ['Shift  1 … 5', 'screens'],
  ['←  →', 'steps of the microscope'],
  ['Ctrl  Z', 'undo; with Shift redo'],
  ['D', 'describe the state now'],
  ['?', 'this list'],
];

export function help(shortcuts: boolean, setShortcuts: (on: boolean) => void): TemplateResult {
  const close = (event: Event) => (event.currentTarget as HTMLElement).closest('dialog')?.close();
  return html`<dialog class="help" aria-labelledby="help-title" @click=${(event: MouseEvent) => {
    if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close();
  }}>
    <header><h2 id="help-title">Keys</h2><button class="button square" type="button" aria-label="Close" @click=${close}>${icons.close}</button></header>
    <dl>${KEYS.map(([keys, what]) => html`<dt>${keys.split('  ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd>`)}</dl>
    <p>Numbers in the sentence: drag sideways, arrow keys, or type. Double click for the default.</p>
    <label><input type="checkbox" .checked=${shortcuts} @change=${(event: Event) => setShortcuts((event.target as HTMLInputElement).checked)} />
      Single-key shortcuts</label>
  </dialog>`;
}
