/** Formulas as the engine sets them: MathML that it makes itself, of names and numbers only. */
import { html, type nothing, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { cardOf } from '../engine/experiment';
import type { Model } from './model';

/** The formula of an activation; its text until it is set, or where there is nothing to set. */
export function typeset(
  { catalogue, answers }: Pick<Model, 'catalogue' | 'answers'>,
  activation: string,
): TemplateResult | typeof nothing {
  const card = cardOf(catalogue, activation);
  const markup = card ? answers.get('mathml', card.id) : answers.get('reading', activation)?.mathml;
  if (markup) return html`<span class="typeset">${mathml(markup)}</span>`;
  if (markup === undefined && card) return html`<span class="typeset"></span>`;
  return html`<span class="typeset">${card?.name ?? activation}</span>`;
}

/** Markup from the engine; what was typed is in it only as parsed. */
export function mathml(markup: string): unknown {
  return unsafeHTML(markup);
}
