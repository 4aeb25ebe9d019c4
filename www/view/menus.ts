/** Entries of the menus that stand on the page several times. */
import { html } from 'lit';
import { curvePicture } from '../chart/curve';
import type { Option } from '../control/menu';
import { choosable, hasCurve } from '../engine/experiment';
import type { Catalogue, DataCard } from '../engine/types';
import type { Curves } from './curves';
import type { Model } from './model';

/** The menus of a catalogue, with the pictures there are so far. */
export function menusOf(catalogue: Catalogue, curves: Curves): Model['menus'] {
  const activations = activationOptions(catalogue, curves);
  return {
    activations,
    curved: activations.filter(({ id }) => hasCurve(catalogue, id)),
    data: choosable(catalogue).map(dataOption),
  };
}

const GROUPS: Readonly<Record<DataCard['kind'], string>> = {
  shape: 'points',
  table: 'tables',
  image: 'images',
  series: 'series',
  text: 'text',
  own: 'yours',
};

export function dataOption({ id, title, description, kind }: DataCard): Option {
  return { id, label: title, help: description, group: GROUPS[kind] };
}

/** Every activation with its picture, by family. */
function activationOptions(catalogue: Catalogue, curves: Curves): Option[] {
  const families = [...new Set(catalogue.activations.map((card) => card.family))];
  return families.flatMap((family) =>
    catalogue.activations
      .filter((card) => card.family === family)
      .map((card) => ({
        id: card.id,
        label: card.name,
        group: family,
        ...(hasCurve(catalogue, card.id) && {
          picture: html`<svg class="thumb" viewBox="0 0 80 34" preserveAspectRatio="none" aria-hidden="true">${curvePicture(curves.get(card.id, {})?.value)}</svg>`,
        }),
      })),
  );
}
