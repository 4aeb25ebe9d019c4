/** Who races: activations as curves, everything else by name. A tap adds or removes one. */
import { html, nothing, type TemplateResult } from 'lit';
import { curvePicture } from '../chart/curve';
import { hasCurve, stripOf } from '../engine/experiment';
import * as icons from '../theme/icons';
import type { Actions, Model } from './model';
import { accentsOf } from './race';
import { several } from './words';

/** More racers cannot be told apart. */
export const MOST_RACERS = 6;

export function raceStrip(model: Model, act: Actions): TemplateResult {
  const { catalogue, race } = model;
  const { spec } = race;
  const accents = accentsOf(model, spec);
  const card = catalogue.varies.find(({ vary }) => vary.value === spec.vary);
  const isActivation = spec.vary === 'activation';
  const offered = isActivation
    ? stripOf(catalogue).map(({ id, name }) => ({ value: id, label: name }))
    : (card?.values ?? []);
  const others = spec.values
    .filter((value) => !offered.some((racer) => racer.value === value))
    .map((value) => ({ value, label: race.name(value) }));
  const chip = ({ value, label }: { value: string; label: string }) => {
    const on = spec.values.includes(value);
    return html`<button class="chip ${isActivation ? '' : 'plain'}" type="button" role="checkbox" aria-checked=${on} data-id=${value}
      data-accent=${accents.get(value) ?? nothing} @click=${() => act.race({ ...spec, values: toggled(spec.values, value) })}>
      ${isActivation ? picture(model, value) : nothing}
      <span class="name">${label}${on ? icons.check : nothing}</span></button>`;
  };
  return html`<section class="strip racers" aria-label="Racers">
    <div class="chips" role="group" aria-label="Racers, ${MOST_RACERS} at most">${[...offered, ...others].map(chip)}</div>
    <span class="rule"></span>
    ${
      isActivation
        ? html`<button class="menu quiet all" type="button" aria-haspopup="dialog" data-do="gallery" @click=${() => act.browse({ open: true })}>All ${catalogue.activations.length}${icons.arrow}</button>`
        : nothing
    }
    <p class="about"><b>${several(spec.values.length, 'racer')}.</b> Tap to add or remove one. Six at most, so that their colours stay apart: a seventh takes the place of the oldest.</p>
  </section>`;
}

/** With one more, or without it; the last one stays, and a seventh takes the place of the first. */
export function toggled(values: readonly string[], value: string): string[] {
  if (values.includes(value)) return values.length > 1 ? values.filter((one) => one !== value) : [...values];
  return [...values.slice(Math.max(0, values.length + 1 - MOST_RACERS)), value];
}

function picture({ catalogue, curves }: Model, activation: string): TemplateResult | typeof nothing {
  if (!hasCurve(catalogue, activation)) return nothing;
  return html`<svg viewBox="0 0 80 34" preserveAspectRatio="none" aria-hidden="true">${curvePicture(curves.get(activation, {})?.value)}</svg>`;
}
