/** What is known of an activation, whether it is in the catalogue or was typed. */
import { cardOf } from '../engine/experiment';
import type { Param } from '../engine/types';
import type { Model } from './model';

/** Its parameters; none while a formula is still being read. */
export function paramsOf(
  { catalogue, answers }: Pick<Model, 'catalogue' | 'answers'>,
  activation: string,
): readonly Param[] {
  const card = cardOf(catalogue, activation);
  return card ? card.params : (answers.get('reading', activation)?.parameters ?? []);
}
