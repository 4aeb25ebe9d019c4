/** The names under which the elements are known to the browser. */
import { LensChart } from './chart/lens';
import { LossChart } from './chart/loss';
import { RaceChart } from './chart/race';
import { MenuControl } from './control/menu';
import { NumberControl } from './control/number';
import { ActivationPlayground } from './element';

/** Makes the element known; a second time does nothing. */
export function register(): void {
  const elements: [string, CustomElementConstructor][] = [
    ['ap-number', NumberControl],
    ['ap-menu', MenuControl],
    ['ap-lens-chart', LensChart],
    ['ap-loss-chart', LossChart],
    ['ap-race-chart', RaceChart],
    ['activation-playground', ActivationPlayground],
  ];
  for (const [name, element] of elements) customElements.get(name) ?? customElements.define(name, element);
}
