/** What can be done with the picture of the lens: zoom, tails, second derivative, rounding, comparison. */
import { html, type TemplateResult } from 'lit';
import { zoomed } from '../chart/lens';
import type { Option } from '../control/menu';
import { faceOf } from '../engine/experiment';
import type { Rounding } from '../engine/types';
import * as icons from '../theme/icons';
import { distinctAccents } from '../theme/theme';
import type { Looked } from './lens-data';
import { type Actions, MOST_COMPARED, type Model } from './model';

const FORMATS: readonly (Option & { readonly id: Rounding })[] = [
  { id: 'f32', label: 'f32', help: 'as it is trained here' },
  { id: 'bf16', label: 'bf16', help: '8 bits of precision, the range of f32' },
  { id: 'f16', label: 'f16', help: '11 bits of precision, up to 65 504' },
  { id: 'int8', label: 'int8', help: '256 levels' },
];

export function tools(model: Model, act: Actions, { data }: Looked): TemplateResult {
  const { lens } = model;
  const zoom = (factor: number) => {
    const window = zoomed(data, factor, lens.probe);
    if (window) act.look({ window });
  };
  const toggle = (
    name: 'bend' | 'log' | 'table',
    text: unknown,
    label: string,
  ) => html`<button class="tool" type="button"
    aria-pressed=${lens[name]} aria-label=${label} title=${label} data-do="lens-${name}" @click=${() => act.look({ [name]: !lens[name] })}>${text}</button>`;
  return html`<div class="tools" role="group" aria-label="Chart">
      <span class="joined">
        <button class="tool" type="button" aria-label="Zoom out" title="Zoom out (−)" data-do="zoom-out" @click=${() => zoom(2)}>${icons.minus}</button>
        <button class="tool" type="button" aria-label="Zoom in" title="Zoom in (+, or Ctrl and the wheel)" data-do="zoom-in" @click=${() => zoom(0.5)}>${icons.plus}</button>
        <button class="tool" type="button" aria-label="Show where the data are" title="Show where the data are" data-do="zoom-reset"
          ?disabled=${lens.window === null} @click=${() => act.look({ window: null })}>${icons.reset}</button>
      </span>
      ${toggle('log', 'log', 'Size of f on a logarithmic axis, for the tails')}
      ${toggle('bend', html`<i class="math">f″</i>`, 'Second derivative')}
      <ap-menu look="tool" label="Rounded as" .options=${FORMATS} .value=${lens.format} data-path="lens.format"
        @choose=${(event: CustomEvent<Rounding>) => act.look({ format: event.detail })}></ap-menu>
      ${toggle('table', 'table', 'Data table')}
    </div>
    ${comparison(model, act)}`;
}

/** The activations drawn beside, and a way to add one. */
export function comparison(model: Model, act: Actions): TemplateResult {
  const { lens, catalogue, menus } = model;
  const add = (event: CustomEvent<string>) => act.look({ compared: toggled(lens.compared, event.detail) });
  const accents = distinctAccents(lens.compared.map((id) => faceOf(catalogue, id)));
  return html`<div class="compared" role="group" aria-label="Compared with">
    ${lens.compared.map((id) => {
      const face = faceOf(catalogue, id);
      return html`<button class="tag" type="button" data-accent=${accents.get(id) ?? 1} data-compared=${id} aria-label="Stop comparing with ${face.name}"
        @click=${() => act.look({ compared: toggled(lens.compared, id) })}><i></i>${face.name}${icons.close}</button>`;
    })}
    ${
      lens.compared.length < MOST_COMPARED
        ? html`<ap-menu look="quiet" label="Compare with" text=${lens.compared.length ? 'one more' : 'compare'} .options=${menus.curved} .value=${''}
            data-path="lens.compare" @choose=${add}></ap-menu>`
        : html`<span class="full">six at most</span>`
    }
  </div>`;
}

/** Without it if it was there, else with it; the list never grows beyond what can be told apart. */
export function toggled(compared: readonly string[], id: string): readonly string[] {
  if (compared.includes(id)) return compared.filter((other) => other !== id);
  return compared.length < MOST_COMPARED ? [...compared, id] : compared;
}
