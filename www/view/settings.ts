/** The rarer settings, behind "more…". Their names, ranges and explanations come from the catalogue. */
import { html, type TemplateResult } from 'lit';
import type { Option } from '../control/menu';
import {
  dataCard,
  field,
  kindOf,
  kindsOf,
  numberAt,
  type RulePath,
  withKind,
  withLoss,
  withNumber,
  withOutput,
} from '../engine/experiment';
import type { Experiment, Field, RuleCard, RuleParam } from '../engine/types';
import type { Actions, Model } from './model';

export function more(model: Model, act: Actions): TemplateResult {
  const { catalogue, experiment } = model;
  const fields = (part: string) =>
    catalogue.fields.filter(({ path }) => path.startsWith(`${part}.`)).map((one) => number(model, act, one));
  return html`<button class="menu quiet" type="button" popovertarget="more" aria-haspopup="dialog">more…</button>
    <span id="more" class="panel" popover="auto" role="dialog" aria-label="More settings" @toggle=${placeUnderButton}>
      ${modules(model, act)}
      ${kind(model, act, 'init', 'initial weights')}
      ${row(
        'output',
        menu('output', 'output', model.menus.curved, experiment.output, (id) =>
          act.change(withOutput(experiment, id, catalogue)),
        ),
        'Activation after the output layer; any but Linear goes with a loss that compares numbers.',
      )}
      ${kind(model, act, 'loss', 'loss', (card) => withLoss(experiment, card, catalogue))}
      ${testShare(model, act)}
      ${defaults(model, act)}
      ${section('Training')}
      ${numbers(model, act, 'optimizer', kindOf(catalogue, experiment, 'optimizer'))}
      ${kind(model, act, 'schedule', 'schedule')}
      ${section('Regularisation')}
      ${fields('regularization')}
      ${section('Stop')}
      ${fields('stop')}
    </span>`;
}

/** Whether a number is either off or on. */
export function isSwitch({ min, max, whole }: RuleParam): boolean {
  return whole && min === 0 && max === 1;
}

const SWITCH: readonly Option[] = [
  { id: '0', label: 'off' },
  { id: '1', label: 'on' },
];

function section(title: string): TemplateResult {
  return html`<span class="section" role="heading" aria-level="3">${title}</span>`;
}

function row(label: string, control: TemplateResult, help: string): TemplateResult {
  return html`<span class="label">${label}</span>${control}<span class="help">${help}</span>`;
}

function menu(
  label: string,
  path: string,
  options: readonly Option[],
  value: string,
  choose: (id: string) => void,
): TemplateResult {
  return html`<ap-menu look="token" label=${label} .options=${options} .value=${value} data-path=${path}
    @choose=${(event: CustomEvent<string>) => choose(event.detail)}></ap-menu>`;
}

/** A choice among kinds, and the numbers of the kind that is chosen. */
function kind(
  model: Model,
  act: Actions,
  path: RulePath,
  label: string,
  change = (card: RuleCard) => withKind(model.experiment, path, card),
): TemplateResult {
  const { catalogue, experiment } = model;
  const kinds = kindsOf(catalogue, path);
  const chosen = kindOf(catalogue, experiment, path);
  const choose = (id: string) => {
    const card = kinds.find((one) => one.id === id);
    if (card) act.change(change(card));
  };
  return html`${row(label, menu(label, path, kinds, experiment[path].kind, choose), chosen?.help ?? '')}
    ${numbers(model, act, path, chosen)}`;
}

function numbers(model: Model, act: Actions, path: RulePath, card: RuleCard | undefined): TemplateResult[] {
  return (card?.params ?? []).map((param) => {
    const place = `${path}.${param.name}`;
    const value = numberAt(model.experiment, place) ?? param.default;
    const set = (next: number) => act.change(withNumber(model.experiment, place, next));
    if (isSwitch(param))
      return row(
        param.label,
        menu(param.label, place, SWITCH, String(value), (id) => set(Number(id))),
        param.help,
      );
    return numberRow({ ...param, path: place }, value, param.default, set);
  });
}

/** Characters of a line of modules. */
const MODULES_LINE = 34;

/** What stands before the layers, written as a link has it. */
function modules({ answers, catalogue, experiment }: Model, act: Actions): TemplateResult {
  const text = answers.hold('modules', 'modulesText', experiment) ?? '';
  const kinds = catalogue.modules.map(({ id, help }) => `${id}: ${help}`).join('\n');
  return row(
    'modules',
    html`<textarea class="text" rows=${Math.min(5, 1 + Math.ceil(text.length / MODULES_LINE))} aria-label="modules" data-path="modules" spellcheck="false" autocomplete="off"
      placeholder="none" title=${kinds} .value=${text} @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        (event.currentTarget as HTMLElement).dispatchEvent(new Event('change'));
      }}
      @change=${async (event: Event) => {
        const field = event.currentTarget as HTMLTextAreaElement;
        field.setAttribute('aria-invalid', String(!(await act.readModules(field.value))));
      }}></textarea>`,
    'What stands before the layers, such as conv2d(channels=16);maxPool or embedding;lstm.',
  );
}

/** A numeric setting of the description. */
function number({ catalogue, experiment }: Model, act: Actions, one: Field): TemplateResult {
  const standard = numberAt(catalogue.standard, one.path) ?? one.min;
  const value = numberAt(experiment, one.path) ?? standard;
  return numberRow(one, value, standard, (next) => act.change(withNumber(experiment, one.path, next)));
}

function numberRow(
  { path, label, help, min, max, whole }: Field,
  value: number,
  standard: number,
  set: (value: number) => void,
): TemplateResult {
  return row(
    label,
    html`<ap-number label=${label} .value=${value} .standard=${standard} .min=${min} .max=${max} .whole=${whole} data-path=${path}
      @set=${(event: CustomEvent<number>) => set(event.detail)}></ap-number>`,
    help,
  );
}

/** Left to the data set until it is changed. */
function testShare({ catalogue, experiment }: Model, act: Actions): TemplateResult {
  const share = field(catalogue, 'data.testShare');
  const own = dataCard(catalogue, experiment)?.testShare ?? share.min;
  const change = (value: number): Experiment => withNumber(experiment, share.path, value === own ? null : value);
  return numberRow(share, experiment.data.testShare ?? own, own, (value) => act.change(change(value)));
}

function defaults({ catalogue }: Model, act: Actions): TemplateResult {
  return row(
    'defaults of',
    html`<ap-menu look="token" label="defaults of" text="choose" .options=${catalogue.frameworks} data-path="preset"
      @choose=${(event: CustomEvent<string>) => {
        const chosen = catalogue.frameworks.find(({ id }) => id === event.detail);
        if (chosen) act.takeDefaults(chosen);
      }}></ap-menu>`,
    'Takes over what a framework would use for this activation, optimiser and start.',
  );
}

function placeUnderButton(event: ToggleEvent): void {
  const panel = event.currentTarget as HTMLElement;
  const button = panel.previousElementSibling;
  if (event.newState !== 'open' || !button) return;
  const box = button.getBoundingClientRect();
  panel.style.left = `${Math.max(8, Math.min(box.left - 8, window.innerWidth - panel.offsetWidth - 8))}px`;
  panel.style.top = `${Math.max(8, Math.min(box.bottom + 6, window.innerHeight - panel.offsetHeight - 8))}px`;
}
