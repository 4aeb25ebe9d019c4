/** The lens: an activation with the network's own numbers on it, and how each layer fares with it. */
import { html, nothing, type TemplateResult } from 'lit';
import { faceOf, hasCurve } from '../engine/experiment';
import { accentOf } from '../theme/theme';
import { activationCard } from './card';
import { field } from './formula';
import { health } from './health';
import { canSeeAll, type Looked, lookAt } from './lens-data';
import { curveTable, summary } from './lens-table';
import { tools } from './lens-tools';
import type { Actions, Model } from './model';
import { overflow } from './overflow';
import { parameters } from './parameters';
import { rover } from './rover';
import { typeset } from './typeset';
import { figure, fixed } from './words';

/** Bars of a histogram. */
export const BINS = 40;

export function lens(model: Model, act: Actions): TemplateResult {
  const looked = lookAt(model);
  const { layer } = looked;
  const face = layer && faceOf(model.catalogue, layer.activation);
  return html`<section class="lens" tabindex="0" aria-label="Lens" data-accent=${face ? accentOf(face) : 1}>
    <div class="glass">
      <header><h2>Lens <span>${scopeName(looked)}</span></h2>${scopes(model, act, looked)}</header>
      ${layer && face ? about(model, act, looked, layer.activation) : html`<p class="plainly">Logits: what the output layer hands to the loss. No activation acts on them here.</p>`}
      ${plot(model, act, looked)}
    </div>
    <div class="below">
      ${health(model)}
      ${onChange(model, act)}
      ${layer ? activationCard(model, act, layer, looked.histogram?.trained) : nothing}
    </div>
  </section>`;
}

function about(model: Model, act: Actions, { scope, layer, histogram }: Looked, activation: string): TemplateResult {
  const only = scope === 'all' ? null : scope;
  return html`<div class="identity">
      <div class="formula" tabindex="0" role="group" aria-label="Formula" title=${activation} ${overflow()}><i class="math">f(z) =</i> ${typeset(model, activation)}</div>
      <button class="menu quiet" type="button" data-do="compose" aria-expanded=${model.lens.composing}
        @click=${() => act.look({ composing: !model.lens.composing })}>your own…</button>
    </div>
    ${model.lens.composing ? field(model, act, 'lens', only) : nothing}
    ${layer ? parameters(model, act, layer, only, histogram?.trained) : nothing}`;
}

function plot(model: Model, act: Actions, looked: Looked): TemplateResult {
  const { layer, data } = looked;
  const curved = layer !== null && hasCurve(model.catalogue, layer.activation);
  const probe = (event: CustomEvent<number>) => {
    const z = event.detail;
    const out = z < data.low || z > data.high;
    const shift = z < data.low ? z - data.low : z - data.high;
    act.look({ probe: z, ...(out && { window: { low: data.low + shift, high: data.high + shift } }) });
  };
  const text = summary(model, looked);
  return html`<ap-lens-chart class=${curved ? '' : 'low'} .data=${data} .theme=${themed(model, layer?.activation)} label=${text} .valueText=${probeText(looked)}
      @probe=${probe} @window=${(event: CustomEvent) => act.look({ window: event.detail })}></ap-lens-chart>
    ${curved ? tools(model, act, looked) : nothing}
    ${curved ? readouts(looked) : vectorNote(layer !== null)}
    ${model.lens.table ? curveTable(model, looked) : nothing}`;
}

/** The colours, with the accent of what is drawn. */
function themed({ theme, catalogue }: Model, activation: string | undefined): Model['theme'] {
  if (activation === undefined) return theme;
  const number = accentOf(faceOf(catalogue, activation)) - 1;
  const accent = theme.accents[number] ?? theme.accent;
  return accent === theme.accent ? theme : { ...theme, accent, accentText: accent };
}

function vectorNote(hasActivation: boolean): TemplateResult | typeof nothing {
  if (!hasActivation) return nothing;
  return html`<p class="plainly">It acts on all units of the layer together, so it has no curve of one number. The bars are what it gets.</p>`;
}

function readouts({ data: { probe } }: Looked): TemplateResult {
  const value = (what: number | undefined, decimals = 3) => (what === undefined ? '–' : figure(what, decimals));
  return html`<dl class="readouts">
    <div><dt class="math">z</dt><dd data-read="z">${value(probe?.z, 2)}</dd></div>
    <div><dt class="math">f(z)</dt><dd data-read="value">${probe?.values ? between(probe.values) : value(probe?.value)}</dd></div>
    <div><dt class="math">f′(z)</dt><dd data-read="slope" title=${probe?.values ? 'Differs from layer to layer: look at one of them' : nothing}>${probe?.values ? '–' : value(probe?.slope)}</dd></div>
  </dl>`;
}

function probeText({ data: { probe } }: Looked): string {
  if (probe?.values) return `z ${fixed(probe.z)}, f ${between(probe.values)} from layer to layer`;
  return probe ? `z ${fixed(probe.z)}, f ${figure(probe.value, 3)}, slope ${figure(probe.slope, 3)}` : '';
}

/** "0.12 to 0.30" */
function between(values: readonly number[]): string {
  const known = values.filter((value) => !Number.isNaN(value));
  if (!known.length) return figure(Number.NaN);
  const [low, high] = [Math.min(...known), Math.max(...known)].map((value) => fixed(value));
  return low === high ? `${low}` : `${low} to ${high}`;
}

function scopeName({ scope, layer }: Looked): string {
  if (scope === 'all') return 'all hidden units';
  return layer ? `layer ${scope + 1}` : 'output layer';
}

/** Which layer is looked at. */
function scopes(model: Model, act: Actions, { scope }: Looked): TemplateResult | typeof nothing {
  const { layers } = model.experiment;
  const numbers = layers.map((_, at) => ({ id: at as number | 'all', text: `${at + 1}`, name: `layer ${at + 1}` }));
  const all =
    canSeeAll(model) && layers.length > 1 ? [{ id: 'all' as const, text: 'all', name: 'all hidden layers' }] : [];
  const entries = [...all, ...numbers, { id: layers.length, text: 'out', name: 'output layer' }];
  // A single hidden layer is all hidden layers.
  const chosen = scope === 'all' && !all.length ? 0 : scope;
  if (entries.length < 2) return nothing;
  const one = (
    entry: (typeof entries)[number],
  ) => html`<button type="button" role="radio" aria-checked=${entry.id === chosen}
    tabindex=${entry.id === chosen ? 0 : -1} aria-label=${entry.name} data-scope=${entry.id}
    @click=${() => act.look({ scope: entry.id, window: null })}>${entry.text}</button>`;
  return html`<span class="segment scopes" role="radiogroup" aria-label="Layers looked at" @keydown=${rover('button')}>${entries.map(one)}</span>`;
}

/** What becomes of the weights when something is changed. */
function onChange({ lens }: Model, act: Actions): TemplateResult {
  const one = (keep: boolean, text: string, help: string) => html`<button type="button" role="radio" title=${help}
    aria-checked=${lens.keepWeights === keep} tabindex=${lens.keepWeights === keep ? 0 : -1} data-keep=${keep}
    @click=${() => act.look({ keepWeights: keep })}>${text}</button>`;
  return html`<div class="on-change"><span id="on-change">On change</span>
    <span class="segment" role="radiogroup" aria-labelledby="on-change" @keydown=${rover('button')}>
      ${one(false, 'replay', 'Whatever is changed starts from the beginning; another activation learns up to the same step')}
      ${one(true, 'keep weights', 'Whatever is changed goes on from here: with the weights as they are')}</span></div>`;
}
