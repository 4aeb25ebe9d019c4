/** What the network sees of a point: features by name, or formulas of one's own. */
import { html, nothing, type TemplateResult } from 'lit';
import { dataCard } from '../engine/experiment';
import type { Experiment } from '../engine/types';
import type { Actions, Model } from './model';

/** Whether the data are points, of which features can be seen. */
export function arePoints({ catalogue, experiment }: Model): boolean {
  const kind = dataCard(catalogue, experiment)?.kind;
  return kind === 'shape' || (kind === 'own' && experiment.data.drawn.length > 0);
}

export function features(model: Model, act: Actions): TemplateResult | typeof nothing {
  const { catalogue, experiment } = model;
  if (!arePoints(model) || experiment.modules.length) return nothing;
  const chosen = experiment.data.features;
  const own = chosen.filter((text) => !catalogue.features.some((card) => card.text === text));
  const chip = (text: string, label: string, help: string) => {
    const on = chosen.includes(text);
    const only = on && chosen.length === 1;
    return html`<button class="feature-chip" type="button" aria-pressed=${on} ?disabled=${only} title=${only ? `${help} The network has to see something.` : help} data-feature=${text}
      @click=${() => act.change(withFeatures(experiment, on ? chosen.filter((one) => one !== text) : inOrder(model, [...chosen, text])))}>${label}</button>`;
  };
  const add = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const bare = (text: string) => text.replaceAll(/\s/g, '');
    const named = catalogue.features.find((card) => bare(card.text) === bare(field.value));
    const text = named?.text ?? field.value.trim();
    if (text && !chosen.includes(text)) act.change(withFeatures(experiment, [...chosen, text]));
    field.value = '';
  };
  return html`<div class="features" role="group" aria-label="What the network sees">
    <span>sees</span>${catalogue.features.map(({ text, label, help }) => chip(text, label, help))}${own.map((text) => chip(text, text, 'A formula of your own.'))}
    <input class="feature-own" type="text" placeholder="formula" aria-label="Another feature: a formula in x and y" title="A formula in x and y, such as sqrt(x^2 + y^2)" spellcheck="false" autocomplete="off" @change=${add} />
  </div>`;
}

/** Named ones in the order of the menu, then one's own. */
function inOrder({ catalogue }: Model, texts: readonly string[]): string[] {
  const rank = (text: string) => {
    const at = catalogue.features.findIndex((card) => card.text === text);
    return at < 0 ? catalogue.features.length : at;
  };
  return [...texts].sort((a, b) => rank(a) - rank(b));
}

function withFeatures(experiment: Experiment, features: string[]): Experiment {
  return { ...experiment, data: { ...experiment.data, features } };
}
