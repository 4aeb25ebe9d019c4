/** A strip of activations of which several are chosen: a tap adds or removes one. */
import { html, nothing, type TemplateResult } from 'lit';
import { curvePicture } from '../chart/curve';
import { faceOf, hasCurve, stripOf } from '../engine/experiment';
import * as icons from '../theme/icons';
import type { Actions, Model } from './model';

/** More cannot be told apart. */
export const MOST_PICKED = 6;

export interface Picks {
  readonly label: string;
  readonly values: readonly string[];
  readonly accents: ReadonlyMap<string, number>;
  /** What can be picked by name; without it, activations. */
  readonly offered?: readonly { readonly value: string; readonly label: string }[];
  name?(value: string): string;
  toggle(values: string[]): void;
  readonly about: TemplateResult;
}

export function picks(
  model: Model,
  act: Actions,
  { label, values, accents, offered, name, toggle, about }: Picks,
): TemplateResult {
  const { catalogue } = model;
  const named = offered ?? stripOf(catalogue).map((card) => ({ value: card.id, label: card.name }));
  const others = values
    .filter((value) => !named.some((one) => one.value === value))
    .map((value) => ({ value, label: name?.(value) ?? faceOf(catalogue, value).name }));
  const chip = ({ value, label }: { value: string; label: string }) => {
    const on = values.includes(value);
    return html`<button class="chip ${offered ? 'plain' : ''}" type="button" role="checkbox" aria-checked=${on} data-id=${value}
      data-accent=${accents.get(value) ?? nothing} @click=${() => toggle(toggled(values, value))}>
      ${offered ? nothing : picture(model, value)}
      <span class="name">${label}${on ? icons.check : nothing}</span></button>`;
  };
  return html`<section class="strip racers" aria-label=${label}>
    <div class="chips" role="group" aria-label="${label}, ${MOST_PICKED} at most">${[...named, ...others].map(chip)}</div>
    <span class="rule"></span>
    ${
      offered
        ? nothing
        : html`<button class="menu quiet all" type="button" aria-haspopup="dialog" data-do="gallery" @click=${() => act.browse({ open: true })}>All ${catalogue.activations.length}${icons.arrow}</button>`
    }
    <p class="about">${about}</p>
  </section>`;
}

/** With one more, or without it; the last one stays, and a seventh takes the place of the first. */
export function toggled(values: readonly string[], value: string): string[] {
  if (values.includes(value)) return values.length > 1 ? values.filter((one) => one !== value) : [...values];
  return [...values.slice(Math.max(0, values.length + 1 - MOST_PICKED)), value];
}

function picture({ catalogue, curves }: Model, activation: string): TemplateResult | typeof nothing {
  if (!hasCurve(catalogue, activation)) return nothing;
  return html`<svg viewBox="0 0 80 34" preserveAspectRatio="none" aria-hidden="true">${curvePicture(curves.get(activation, {})?.value)}</svg>`;
}
