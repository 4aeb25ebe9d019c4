/** The output lab: which output and which loss fit which task, and what goes wrong with the others. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { withData } from '../engine/experiment';
import type { Experiment, Fit, OutputCell, OutputReading, OutputSpec } from '../engine/types';
import * as icons from '../theme/icons';
import type { Actions, Model } from './model';
import { rover } from './rover';
import { fixed, loss as saidLoss } from './words';

/** How far a logit can be set here. */
const REACH = 10;
const HOTTEST = 20;
const COLDEST = 0.05;

export function outputLab(model: Model, act: Actions): TemplateResult {
  const { reading } = model.output;
  return html`<div class="main lab-output">
    <div class="stage">
      ${tasks(model, act)}
      <div class="pair">
        ${matrix(model, act, reading)}
        ${bench(model, act, reading)}
      </div>
    </div>
  </div>`;
}

function tasks({ catalogue, output }: Model, act: Actions): TemplateResult {
  const { spec } = output;
  const choose = (task: OutputSpec['task']) => {
    const usual = catalogue.outputs.find((one) => one.task === task);
    if (usual) act.output(usual);
  };
  return html`<section class="recipe task" aria-label="The task"><h2>What is asked?
    <span class="segment" role="radiogroup" aria-label="Task" @keydown=${rover('button')}>${catalogue.outputTasks.map(
      ({ value, label, help }) =>
        html`<button type="button" role="radio" aria-checked=${spec.task === value} tabindex=${spec.task === value ? 0 : -1} data-task=${value} title=${help} @click=${() => choose(value)}>${label}</button>`,
    )}</span></h2></section>`;
}

const FITS: Readonly<Record<Fit, { readonly sign: TemplateResult; readonly word: string }>> = {
  good: { sign: icons.check, word: 'fits' },
  poor: { sign: html`<b aria-hidden="true">!</b>`, word: 'works, less well' },
  wrong: { sign: icons.close, word: 'does not fit' },
};

/** Every output with every loss, as the gradient of the right logit. */
function matrix({ catalogue, output }: Model, act: Actions, reading: OutputReading | null): TemplateResult {
  const { spec } = output;
  const cell = ({
    output: kind,
    loss,
    fit,
    words,
    curve,
  }: OutputCell) => html`<td><button type="button" class="cell ${fit}" aria-pressed=${spec.output === kind && spec.loss === loss}
    data-cell="${kind}.${loss}" title=${words} @click=${() => act.output({ ...spec, output: kind, loss })}>
    ${spark(curve)}<span class="fit">${FITS[fit].sign}<span>${FITS[fit].word}</span></span></button></td>`;
  return html`<section class="matrix-of" aria-label="Outputs and losses">
    <h2>Output and loss <span>curves: gradient of the right logit, from −8 to 8</span></h2>
    <table><thead><tr><td></td>${catalogue.outputLosses.map(({ label, help }) => html`<th scope="col" title=${help}>${label}</th>`)}</tr></thead>
    <tbody>${catalogue.outputKinds.map(
      ({ value, label, help }) =>
        html`<tr><th scope="row" title=${help}>${label}</th>${(reading?.cells ?? []).filter((one) => one.output === value).map(cell)}</tr>`,
    )}</tbody></table>
  </section>`;
}

/** The gradient over the logit; where there is none the line is broken. */
function spark(curve: readonly (number | null)[]): TemplateResult {
  const reach = Math.max(0.25, ...curve.map((value) => Math.min(4, Math.abs(value ?? 0))));
  const x = (at: number) => (100 * at) / (curve.length - 1);
  const y = (value: number) => 20 - 17 * Math.max(-1, Math.min(1, value / reach));
  let path = '';
  let on = false;
  curve.forEach((value, at) => {
    if (value !== null) path += `${on ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    on = value !== null;
  });
  return html`<svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">${svg`<path class="axis" d="M0 20H100M50 0V40" /><path class="curve" d=${path} />`}</svg>`;
}

/** The logits, what is made of them, and the gradient under each. */
function bench(model: Model, act: Actions, reading: OutputReading | null): TemplateResult {
  const { catalogue, output } = model;
  const { spec, problems } = output;
  if (problems.length)
    return html`<section class="bench-of"><div class="overlay" role="alert" data-state="refused">${icons.warning}<h3>This cannot be</h3><ul>${problems.map(({ field, value, accepted }) => html`<li><b>${field}</b> is ${value}; accepted: ${accepted}</li>`)}</ul></div></section>`;
  const kind = catalogue.outputKinds.find(({ value }) => value === spec.output)?.label;
  const loss = catalogue.outputLosses.find(({ value }) => value === spec.loss)?.label;
  return html`<section class="bench-of" aria-label="What comes out">
    <h2>${kind}, ${loss} <span>drag a logit</span></h2>
    ${banner(model, act, reading)}
    <div class="logits">${spec.logits.map((logit, at) => column(model, act, reading, logit, at))}</div>
    <dl class="sums">
      <div><dt>sum of the outputs</dt><dd data-read="sum">${reading ? fixed(reading.sum, 3) : '–'}</dd></div>
      <div><dt>loss</dt><dd data-read="loss">${reading ? (reading.loss === null ? 'has no value' : saidLoss(reading.loss)) : '–'}</dd></div>
      <div><dt>temperature</dt><dd><ap-number label="temperature" help="What the logits are divided by: hot makes all outputs alike, cold the largest take all" .value=${spec.temperature} .standard=${1} .min=${COLDEST} .max=${HOTTEST}
        data-path="output.temperature" @set=${(event: CustomEvent<number>) => act.output({ ...spec, temperature: event.detail })}></ap-number></dd></div>
      <div><dt>right answer</dt><dd>${target(spec, act)}</dd></div>
    </dl>
    <div class="acts"><button class="button" type="button" data-do="add-five" @click=${() => act.output({ ...spec, logits: spec.logits.map((logit) => logit + 5) })}>add 5 to ${spec.logits.length > 1 ? 'all logits' : 'the logit'}</button>
    <button class="button" type="button" data-do="train-output" @click=${() => act.change(trained(model))}>train it on the stage</button></div>
  </section>`;
}

function column(
  { output }: Model,
  act: Actions,
  reading: OutputReading | null,
  logit: number,
  at: number,
): TemplateResult {
  const { spec } = output;
  const value = reading?.outputs[at];
  const gradient = reading?.gradients[at];
  const right = spec.task === 'classes' ? spec.target === at : true;
  const set = (next: number) =>
    act.output({ ...spec, logits: spec.logits.map((one, index) => (index === at ? next : one)) });
  const share =
    spec.output === 'linear' ? Math.max(0, Math.min(1, ((value ?? 0) + REACH) / (2 * REACH))) : (value ?? 0);
  return html`<div class="logit ${right && spec.task === 'classes' ? 'right' : ''}" data-logit=${at}>
    <div class="tube" aria-hidden="true"><i style="height: ${100 * share}%"></i>${spec.output === 'linear' ? html`<u></u>` : nothing}</div>
    <p class="value"><b>${value === undefined ? '–' : fixed(value, 3)}</b></p>
    <input type="range" min=${-REACH} max=${REACH} step="0.1" .value=${String(Math.max(-REACH, Math.min(REACH, logit)))} aria-label="logit ${at + 1}" @input=${(event: Event) => set(Number((event.target as HTMLInputElement).value))} />
    <p><i>z</i> <ap-number label="logit ${at + 1}" .value=${Number(logit.toPrecision(5))} .standard=${0} .min=${-10000} .max=${10000} data-path="output.logits[${at}]" @set=${(event: CustomEvent<number>) => set(event.detail)}></ap-number></p>
    <p class="gradient"><i>∂L/∂z</i> ${gradient === undefined ? '–' : gradient === null ? 'none' : fixed(gradient, Math.abs(gradient) < 0.01 ? 4 : 3)}</p>
    ${spec.task === 'classes' ? html`<button type="button" class="button small-text" aria-pressed=${right} @click=${() => act.output({ ...spec, target: at })}>${right ? 'right class' : 'make right'}</button>` : nothing}
  </div>`;
}

function target(spec: OutputSpec, act: Actions): TemplateResult {
  if (spec.task === 'number')
    return html`<ap-number label="target" .value=${spec.target} .standard=${3} .min=${-100} .max=${100} data-path="output.target" @set=${(event: CustomEvent<number>) => act.output({ ...spec, target: event.detail })}></ap-number>`;
  if (spec.task === 'classes') return html`class ${spec.target + 1}`;
  return html`<span class="segment" role="radiogroup" aria-label="Right answer" @keydown=${rover('button')}>${[
    1, 0,
  ].map(
    (value) =>
      html`<button type="button" role="radio" aria-checked=${spec.target === value} tabindex=${spec.target === value ? 0 : -1} data-target=${value} @click=${() => act.output({ ...spec, target: value })}>${value ? 'yes' : 'no'}</button>`,
  )}</span>`;
}

function banner(
  { catalogue, output }: Model,
  act: Actions,
  reading: OutputReading | null,
): TemplateResult | typeof nothing {
  if (!reading) return nothing;
  const { spec } = output;
  const usual = catalogue.outputs.find((one) => one.task === spec.task);
  const words = reading.words.charAt(0).toUpperCase() + reading.words.slice(1);
  return html`<div class="banner ${reading.fit}" role="status"><span class="fit">${FITS[reading.fit].sign}</span><p>${words}.</p>
    ${reading.fit !== 'good' && usual ? html`<button class="button" type="button" data-do="fix" @click=${() => act.output({ ...spec, output: usual.output, loss: usual.loss })}>Fix it</button>` : nothing}</div>`;
}

/** A network for the stage that ends so, on data that ask for it. */
function trained({ catalogue, experiment, output }: Model): Experiment {
  const { spec } = output;
  const data = { binary: 'circle', classes: 'iris', number: 'hills' }[spec.task];
  const base = withData({ ...catalogue.standard, seed: experiment.seed, learningRate: 0.03 }, data, catalogue);
  const kind = { squared: 'mse', binary: 'bce', categorical: 'ce' }[spec.loss];
  const loss = catalogue.losses.find(({ id }) => id === kind);
  const numbers = Object.fromEntries((loss?.params ?? []).map(({ name, default: usual }) => [name, usual]));
  // Losses of probabilities bring their own output.
  const own = spec.loss === 'squared' && spec.output === 'sigmoid' ? 'sigmoid' : 'linear';
  const fits = spec.loss === 'squared' || spec.task !== 'number';
  return fits && loss ? { ...base, output: own, loss: { kind: loss.id, ...numbers } as Experiment['loss'] } : base;
}
