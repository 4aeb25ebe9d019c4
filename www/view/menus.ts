/** Entries of the menus that stand on the page several times. */
import { html } from 'lit';
import { curvePicture } from '../chart/curve';
import type { Option } from '../control/menu';
import type { Catalogue } from '../engine/types';
import type { Curves } from './curves';

/** The menus of a catalogue, with the pictures there are so far. */
export function menusOf(catalogue: Catalogue, curves: Curves): { activations: Option[]; data: Option[] } {
  return {
    activations: activationOptions(catalogue, curves),
    data: catalogue.data.map(({ id, title, description }) => ({ id, label: title, help: description })),
  };
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
        picture: html`<svg class="thumb" viewBox="0 0 80 34" preserveAspectRatio="none" aria-hidden="true">${curvePicture(curves.get(card.id, {})?.value)}</svg>`,
      })),
  );
}
