/** A field in which an activation can be typed. The engine reads it at every key and says where it stops making sense. */
import { html, nothing, type TemplateResult } from 'lit';
import { curvePicture } from '../chart/curve';
import { withActivation, withParam } from '../engine/experiment';
import type { Experiment, FormulaError, FormulaReading } from '../engine/types';
import { paramsOf } from './facts';
import { toggled } from './lens-tools';
import type { Actions, Model } from './model';
import { overflow } from './overflow';
import { sliders } from './parameters';
import { reportList } from './report';
import { mathml } from './typeset';

/** Longer derivatives are folded. */
const LONG = 90;

/** `place` tells several fields on a page apart; `only` is the layer it is for, or all. */
export function field(model: Model, act: Actions, place: string, only: number | null): TemplateResult {
  const { draft, answers } = model;
  const reading = draft.text.trim() && !draft.unread ? answers.get('reading', draft.text) : null;
  const error = reading?.error ?? null;
  const usable = reading?.text != null;
  const id = `formula-${place}`;
  const use = () => {
    if (!usable) return;
    act.change(usedIn(model, reading?.text ?? draft.text, only));
    act.browse({ open: false });
  };
  const compare = () => {
    const text = reading?.text ?? draft.text;
    act.look({
      compared: toggled(model.lens.compared, text),
      numbers: { ...model.lens.numbers, [text]: numbersFor(model, draft.text) },
    });
  };
  const acts = () => html`<div class="acts">
      <button class="primary" type="button" data-do="use-formula" ?disabled=${!usable} @click=${use}>Use it${only === null ? '' : ` in layer ${only + 1}`}</button>
      <button class="button" type="button" data-do="compare-formula" ?disabled=${!usable}
        @click=${compare}>Compare</button>
    </div>`;
  return html`<div class="compose" role="group" aria-label="Your own formula">
    <label for=${id}>your own: <i class="math">f(z) =</i></label>
    <div class="typed ${error ? 'wrong' : ''}">
      <div class="mirror" aria-hidden="true">${marked(draft.text, error)}</div>
      <input id=${id} type="text" spellcheck="false" autocomplete="off" autocapitalize="off" placeholder="z * tanh(softplus(a*z))"
        .value=${draft.text} aria-invalid=${error ? 'true' : 'false'} aria-describedby="${id}-said"
        @input=${(event: Event) => act.write({ text: (event.target as HTMLInputElement).value })}
        @scroll=${follow} @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && use()} />
    </div>
    <p class="said-of" id="${id}-said" role="status">${draft.unread ? 'Not read again since the engine stopped. Any change has it read.' : said(error, draft.text, reading)}</p>
    ${draft.valid ? preview(model, act, place, error === null) : nothing}
    ${draft.text.trim() ? acts() : nothing}
  </div>`;
}

/** The formula in all layers or in one, with the numbers its sliders show. */
function usedIn({ experiment, draft }: Model, text: string, only: number | null): Experiment {
  let next = withActivation(experiment, text, only);
  for (const [id, value] of Object.entries(draft.params)) next = withParam(next, text, id, value, only);
  return next;
}

/** What the sliders say, as far as a formula has the letters. */
function numbersFor(model: Model, formula: string): Record<string, number> {
  const { params } = model.draft;
  const known = paramsOf(model, formula).map(({ id }) => [id, params[id]] as const);
  return Object.fromEntries(known.filter((entry): entry is [string, number] => entry[1] !== undefined));
}

/** The text, with what is wrong in it underlined. */
function marked(text: string, error: FormulaError | null): unknown {
  if (!error) return text;
  const letters = [...text];
  const end = Math.max(error.end, error.start + 1);
  const inside = letters.slice(error.start, end).join('') || '\u00a0';
  return html`${letters.slice(0, error.start).join('')}<mark>${inside}</mark>${letters.slice(end).join('')}`;
}

function follow(event: Event): void {
  const input = event.target as HTMLInputElement;
  const mirror = input.previousElementSibling;
  if (mirror) mirror.scrollLeft = input.scrollLeft;
}

function said(error: FormulaError | null, text: string, reading?: FormulaReading | null): unknown {
  if (!text.trim()) return html`z is the input; any other letter becomes a slider.`;
  if (reading?.name) return html`This is <b>${reading.name}</b> of the gallery.`;
  if (reading?.note) return html`Your formula ${reading.note}.`;
  if (!error) return nothing;
  const end = /[.?!]$/.test(error.message) ? '' : '.';
  return html`<b>${coded(error.message)}${end}</b>${error.accepted ? html` Accepted: ${coded(error.accepted)}` : nothing}`;
}

/** What stands between backticks is code. */
function coded(text: string): unknown {
  return text.split('`').map((part, at) => (at % 2 ? html`<code>${part}</code>` : part));
}

/** What was understood last: its curve goes pale while the text has a mistake. */
function preview(model: Model, act: Actions, place: string, fresh: boolean): TemplateResult {
  const { draft, answers, curves } = model;
  const reading = answers.peek('reading', draft.valid);
  const understood = reading?.activation ?? draft.valid;
  const params = paramsOf(model, understood);
  const known = numbersFor(model, understood);
  const held = curves.hold('draft', {
    activation: understood,
    params: known,
    low: -4,
    high: 4,
    count: 161,
  });
  const text = reading?.text ?? draft.valid;
  const set = (id: string, value: number) => {
    act.write({ params: { ...draft.params, [id]: value } });
    if (model.lens.compared.includes(text))
      act.look({ numbers: { ...model.lens.numbers, [text]: { ...known, [id]: value } } });
  };
  return html`<div class="understood ${fresh ? '' : 'stale'}">
    <svg viewBox="0 0 80 34" preserveAspectRatio="none" aria-hidden="true">${curvePicture(held?.curve.value)}</svg>
    <div class="lines" tabindex="0" role="group" aria-label="Formula and derivative" ${overflow()}>
      ${reading?.mathml ? html`<p class="typeset" data-read="formula"><i class="math">f(z) =</i> ${mathml(reading.mathml)}</p>` : nothing}
      ${reading ? derivative(reading) : nothing}
    </div>
    ${sliders(params, draft.params, set, `draft-${place}`)}
    ${fresh ? html`<details class="found"><summary>What is known of it</summary>${reportList(model, understood, known)}</details>` : nothing}
  </div>`;
}

function derivative({ derivative: text, derivativeMathml }: FormulaReading): TemplateResult | typeof nothing {
  if (!text) return nothing;
  const set = derivativeMathml ? mathml(derivativeMathml) : html`<code>${text}</code>`;
  const line = html`<p class="typeset derivative" data-read="derivative" title=${text}><i class="math">f′(z) =</i> ${set}</p>`;
  return text.length > LONG ? html`<details class="found"><summary>Derivative</summary>${line}</details>` : line;
}
