/** The unit or weight that is looked at, with its numbers: each can be changed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { WeightAt } from '../engine/messages';
import * as icons from '../theme/icons';
import type { Actions, Model } from './model';

/** Incoming weights that are listed. */
const LISTED = 8;
/** How far a weight can be set. */
const FARTHEST = 1000;

export function inspector(model: Model, act: Actions): TemplateResult | typeof nothing {
  const { net, frame } = model;
  const close = () => act.watch({ pinned: null, link: null });
  if (net.link && frame?.weights)
    return card(
      html`${weight(model, act, net.link, wayOf(model, net.link), `weight from ${wayOf(model, net.link)}`)}`,
      close,
    );
  const { pinned } = net;
  const weights = pinned && frame?.weights?.[pinned.layer];
  if (!pinned || !weights) return nothing;
  const inputs = inputsOf(model, pinned.layer);
  const own = Array.from({ length: inputs }, (_, input) => ({
    ...pinned,
    input,
    size: Math.abs(weights[pinned.unit * inputs + input] ?? 0),
  }));
  const listed =
    own.length > LISTED
      ? [...own]
          .sort((a, b) => b.size - a.size)
          .slice(0, LISTED)
          .sort((a, b) => a.input - b.input)
      : own;
  return card(
    html`<b>${nameOf(model, pinned.layer, pinned.unit)}</b>
      ${weight(model, act, { ...pinned, input: inputs }, 'bias', 'bias')}
      ${listed.map((at) => weight(model, act, at, shortOf(model, at), `weight from ${sourceOf(model, at)}`))}
      ${own.length > LISTED ? html`<span>the strongest ${LISTED} of ${own.length}</span>` : nothing}`,
    close,
  );
}

function card(content: TemplateResult, close: () => void): TemplateResult {
  return html`<div class="inspector" role="group" aria-label="Weights looked at">${content}
    <button class="button square small" type="button" data-do="close-inspector" aria-label="Close" @click=${close}>${icons.close}</button></div>`;
}

function weight(model: Model, act: Actions, at: WeightAt, label: string, name: string): TemplateResult {
  const { frame, opened } = model;
  const inputs = inputsOf(model, at.layer);
  const units = opened?.info.layers[at.layer]?.units ?? 0;
  const place = at.input === inputs ? units * inputs + at.unit : at.unit * inputs + at.input;
  const value = Number((frame?.weights?.[at.layer]?.[place] ?? 0).toPrecision(3));
  return html`<label class="weight">${label} <ap-number label=${name} .value=${value} .standard=${value} .min=${-FARTHEST} .max=${FARTHEST}
    data-weight="${at.layer}.${at.unit}.${at.input}" @set=${(event: CustomEvent<number>) => act.setWeight(at, event.detail)}></ap-number></label>`;
}

function inputsOf({ opened }: Model, layer: number): number {
  return opened?.info.layers[layer]?.fanIn ?? 0;
}

/** "w₃", or the name of the input. */
function shortOf(model: Model, at: WeightAt): string {
  const digits = [...String(at.input + 1)].map((digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]).join('');
  return at.layer > 0 ? `w${digits}` : sourceOf(model, at);
}

function wayOf(model: Model, at: WeightAt): string {
  return `${sourceOf(model, at)} → ${nameOf(model, at.layer, at.unit)}`;
}

function sourceOf(model: Model, { layer, input }: WeightAt): string {
  if (layer > 0) return nameOf(model, layer - 1, input);
  return model.opened?.info.features[input] ?? `input ${input + 1}`;
}

export function nameOf({ experiment, opened }: Model, layer: number, unit: number): string {
  if (layer < experiment.layers.length) return `layer ${layer + 1}, unit ${unit + 1}`;
  const classes = opened?.info.classes ?? [];
  return classes.length > 2 ? `output ${classes[unit] ?? unit + 1}` : 'output';
}
