/** What can be saved, and opened again. */
import { html, type TemplateResult } from 'lit';
import type { History } from '../player';
import type { Actions } from './model';

/** Everything that can be had as a file. */
export const FILES = [
  { id: 'run', label: 'This run', help: 'its settings, weights and losses: it can be opened again', group: 'run' },
  { id: 'open', label: 'Open a run…', help: 'a file that was saved here', group: 'run' },
  { id: 'losses', label: 'Losses', help: 'CSV: epoch, training loss, test loss', group: 'numbers' },
  { id: 'map', label: 'Output', help: 'PNG', group: 'pictures' },
  { id: 'network', label: 'Network', help: 'SVG', group: 'pictures' },
  { id: 'lens', label: 'Lens', help: 'PNG', group: 'pictures' },
  { id: 'chart', label: 'Loss chart', help: 'PNG', group: 'pictures' },
] as const;

export type FileKind = (typeof FILES)[number]['id'];

export function saveMenu(act: Actions): TemplateResult {
  const choose = ({ detail, currentTarget }: CustomEvent<string>) => {
    const kind = FILES.find(({ id }) => id === detail)?.id;
    if (kind === 'open')
      (currentTarget as HTMLElement).parentElement?.querySelector<HTMLElement>('[data-do=open-run]')?.click();
    else if (kind) act.save(kind);
  };
  const take = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) act.openRun(file);
    input.value = '';
  };
  return html`<span class="save"><ap-menu look="boxed" label="Save" text="Save" .options=${FILES} @choose=${choose}></ap-menu>
    <input class="unseen" type="file" tabindex="-1" aria-label="A run that was saved" data-do="open-run" @change=${take} /></span>`;
}

/** The losses over the epochs. */
export function lossesCsv({ epochs, train, test }: History): string {
  const lines = Array.from(epochs, (epoch, at) => `${epoch},${train[at]},${test[at]}`);
  return `${['epoch,train_loss,test_loss', ...lines].join('\n')}\n`;
}
