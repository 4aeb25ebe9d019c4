/** The numbers of an activation as sliders: what is dragged is in force at once, in the curve and in the training. */
import { html, nothing, type TemplateResult } from 'lit';
import { cardOf, withLearn, withParam } from '../engine/experiment';
import type { LayerSpec, LearnSpec, Param, Trained } from '../engine/types';
import { paramsOf } from './facts';
import type { Actions, Model } from './model';
import { fixed } from './words';

export function parameters(
  model: Model,
  act: Actions,
  layer: LayerSpec,
  only: number | null,
  trained: readonly Trained[] = [],
): TemplateResult | typeof nothing {
  const params = paramsOf(model, layer.activation);
  const set = (id: string, value: number) => act.change(withParam(model.experiment, layer.activation, id, value, only));
  return html`${sliders(params, layer.params, set, 'lens', trained)}${training(model, act, layer, only)}`;
}

/** Whether the parameters are trained with the weights; not for those that only bound what is drawn at random. */
function training(model: Model, act: Actions, layer: LayerSpec, only: number | null) {
  const card = cardOf(model.catalogue, layer.activation);
  if (!paramsOf(model, layer.activation).length || card?.random || (card && card.kind !== 'elementwise'))
    return nothing;
  const learn = (event: CustomEvent<LearnSpec>) =>
    act.change(withLearn(model.experiment, layer.activation, event.detail, only));
  return html`<div class="param">
    <span class="label">trained</span>
    <ap-menu look="tool" label="Trained with the weights" .options=${model.catalogue.learn} .value=${layer.learn ?? (card?.learned ? 'layer' : 'fixed')}
      data-path="lens.learn" @choose=${learn}></ap-menu>
  </div>`;
}

/** A trained parameter as it is now: one value, or the mean of the units and how far they reach. */
export function presently({ mean, low, high, sets }: Trained): string {
  return sets > 1 ? `${fixed(mean)} (${fixed(low)} to ${fixed(high)})` : fixed(mean);
}

/** A slider and a number for each parameter. */
export function sliders(
  params: readonly Param[],
  values: Readonly<Record<string, number | undefined>>,
  set: (id: string, value: number) => void,
  place: string,
  trained: readonly Trained[] = [],
): TemplateResult | typeof nothing {
  if (!params.length) return nothing;
  return html`<div class="params">${params.map((param) => {
    const value = values[param.id] ?? param.default;
    const now = trained.find(({ id }) => id === param.id);
    const move = (event: Event) => set(param.id, Number((event.target as HTMLInputElement).value));
    return html`<div class="param">
      <span class="label" title=${param.id}>${letterOf(param)}${param.label}</span>
      <input type="range" aria-label="${param.label}, slider" min=${param.min} max=${param.max} step=${stepOf(param)} .value=${String(value)}
        style="--share: ${shareOf(param, value)}" data-slider="${place}.${param.id}" @input=${move} />
      <ap-number label=${param.label} .value=${value} .standard=${param.default} .min=${param.min} .max=${param.max} data-path="${place}.params.${param.id}"
        @set=${(event: CustomEvent<number>) => set(param.id, event.detail)}></ap-number>
      ${now ? html` <span class="now" data-now=${param.id} title="Where training has taken it; the slider says where it starts">now ${presently(now)}</span>` : nothing}
    </div>`;
  })}</div>`;
}

const GREEK: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  eta: 'η',
  theta: 'θ',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'µ',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  phi: 'φ',
  omega: 'ω',
};

/** What a parameter is called in the formula, where that is a letter and not its label. */
function letterOf({ id, label }: Param): TemplateResult | typeof nothing {
  const [, name = '', index = ''] = /^([a-z]+?)_?(\d*)$/i.exec(id) ?? [];
  const letter = name.length === 1 ? name : GREEK[name];
  if (!letter || label === id) return nothing;
  return html`<i class="math">${letter}${index ? html`<sub>${index}</sub>` : nothing}</i> `;
}

/** How far along its range a value is. */
function shareOf({ min, max }: Param, value: number): number {
  return Math.max(0, Math.min(1, (value - min) / (max - min)));
}

/** A round step, two hundred or so over the range. */
function stepOf({ min, max }: Param): number {
  return 10 ** Math.floor(Math.log10((max - min) / 100));
}
