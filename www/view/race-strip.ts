/** Who races: activations as curves, everything else by name. */
import { html, type TemplateResult } from 'lit';
import type { Actions, Model } from './model';
import { picks } from './picks';
import { accentsOf } from './race';
import { several } from './words';

export function raceStrip(model: Model, act: Actions): TemplateResult {
  const { catalogue, race } = model;
  const { spec } = race;
  const card = catalogue.varies.find(({ vary }) => vary.value === spec.vary);
  return picks(model, act, {
    label: 'Racers',
    values: spec.values,
    accents: accentsOf(model, spec),
    ...(spec.vary !== 'activation' && { offered: card?.values ?? [] }),
    name: race.name,
    toggle: (values) => act.race({ ...spec, values }),
    about: html`<b>${several(spec.values.length, 'racer')}.</b> Tap to add or remove one. Six at most, so that their colours stay apart: a seventh takes the place of the oldest.`,
  });
}
