/** The ten most used activations, and the list of all. */

import { html, nothing, type TemplateResult } from 'lit';
import { curvePicture } from '../chart/curve';
import { activationsOf, cardOf, chosenActivation, stripOf, withActivation } from '../engine/experiment';
import type { ActivationCard } from '../engine/types';
import * as icons from '../theme/icons';
import { accentOf } from '../theme/theme';
import type { Actions, Model } from './model';
import { reveal } from './reveal';

export function strip(model: Model, act: Actions): TemplateResult {
  const { catalogue, experiment, curves } = model;
  const current = chosenActivation(experiment);
  const cards = stripOf(catalogue);
  const choose = (id: string) => act.change(withActivation(experiment, id));
  const idle = activationsOf(experiment).length === 0;
  const reachable = cards.some((card) => card.id === current) ? current : cards[0]?.id;
  const chip = (card: ActivationCard, at: number) => html`<button class="chip" type="button" role="radio"
      aria-checked=${card.id === current} tabindex=${card.id === reachable ? 0 : -1} ?disabled=${idle} data-id=${card.id}
      data-accent=${accentOf(card)} aria-keyshortcuts=${(at + 1) % 10}
      @click=${() => choose(card.id)} @keydown=${(event: KeyboardEvent) => move(event, cards, at, choose)}>
      <svg viewBox="0 0 80 34" preserveAspectRatio="none" aria-hidden="true">${curvePicture(curves.get(card.id, {})?.value)}</svg>
      <span class="name">${card.name}<kbd aria-hidden="true">${(at + 1) % 10}</kbd></span>
    </button>`;
  return html`<section class="strip" aria-label="Activation">
    <div class="chips" role="radiogroup" aria-label="Activation of all hidden layers and modules" ${reveal(current)}>${cards.map(chip)}</div>
    <span class="rule"></span>
    ${
      idle
        ? nothing
        : html`<button class="menu quiet all" type="button" aria-haspopup="dialog" data-do="gallery"
            @click=${() => act.browse({ open: true })}>All ${catalogue.activations.length}${icons.arrow}</button>`
    }
    ${about(model, current)}
  </section>`;
}

function about({ catalogue, experiment }: Model, current: string | null): TemplateResult | typeof nothing {
  const card = cardOf(catalogue, current);
  if (card) return html`<p class="about"><b>${card.name}</b> ${card.description}</p>`;
  if (current) return html`<p class="about"><b>Your own formula:</b> <code>${current}</code></p>`;
  return activationsOf(experiment).length
    ? html`<p class="about"><b>Mixed:</b> layers or modules have different activations. Choose one here for all of them.</p>`
    : html`<p class="about"><b>No hidden layer,</b> so there is nothing for an activation to act on. Add a layer.</p>`;
}

/** Arrows move through the group and choose, as in any group of radio buttons. */
function move(event: KeyboardEvent, cards: readonly ActivationCard[], at: number, choose: (id: string) => void): void {
  const { length } = cards;
  const next: Record<string, number> = {
    ArrowRight: (at + 1) % length,
    ArrowDown: (at + 1) % length,
    ArrowLeft: (at + length - 1) % length,
    ArrowUp: (at + length - 1) % length,
    Home: 0,
    End: length - 1,
  };
  const card = cards[next[event.key] ?? -1];
  if (!card) return;
  event.preventDefault();
  event.stopPropagation();
  choose(card.id);
  const chips = (event.currentTarget as HTMLElement).parentElement?.querySelectorAll<HTMLElement>('.chip');
  chips?.[cards.indexOf(card)]?.focus();
}
