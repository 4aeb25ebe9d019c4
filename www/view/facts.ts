/** What is known of an activation, whether it is in the catalogue or was typed. */
import { cardOf } from '../engine/experiment';
import type { Param } from '../engine/types';
import type { Model } from './model';

/** The numbers of a formula, whatever they are called; the engine takes the same range. */
const TYPED = { default: 1, min: -10, max: 10 };

/** Its parameters; none while a formula is still being read. */
export function paramsOf(
  { catalogue, answers }: Pick<Model, 'catalogue' | 'answers'>,
  activation: string,
): readonly Param[] {
  const card = cardOf(catalogue, activation);
  if (card) return card.params;
  const names = answers.get('reading', activation)?.parameters ?? [];
  return names.map((id) => ({ id, label: id, ...TYPED }));
}
