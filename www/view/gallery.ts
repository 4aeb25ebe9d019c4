/** Every activation: as pictures by family, or as a table of what is known of them; searched, chosen, compared. */
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { curvePicture } from '../chart/curve';
import { cardOf, chosenActivation, hasCurve } from '../engine/experiment';
import type { ActivationCard } from '../engine/types';
import * as icons from '../theme/icons';
import { accentOf } from '../theme/theme';
import { field } from './formula';
import { galleryTable } from './gallery-table';
import { companionsOf } from './lens-data';
import { comparison, toggled } from './lens-tools';
import { type Actions, MOST_COMPARED, type Model } from './model';
import { overflow } from './overflow';
import { rover } from './rover';
import { search } from './search';
import { shown } from './shown';
import { typeset } from './typeset';
import { listed, several } from './words';

export function gallery(model: Model, act: Actions): TemplateResult {
  const { gallery: view } = model;
  const close = () => act.browse({ open: false });
  return html`<dialog class="gallery" aria-labelledby="gallery-title" ${shown(view.open)} @close=${close} @click=${(
    event: MouseEvent,
  ) => {
    if (event.target === event.currentTarget) close();
  }}>${view.open ? content(model, act, close) : nothing}</dialog>`;
}

function content(model: Model, act: Actions, close: () => void): TemplateResult {
  const { gallery: view, catalogue } = model;
  const found = search(catalogue.activations, view.sought);
  const kind = (as: 'pictures' | 'table') => html`<button type="button" role="radio" aria-checked=${view.as === as}
    tabindex=${view.as === as ? 0 : -1} data-as=${as} @click=${() => act.browse({ as })}>${as}</button>`;
  return html`<header>
      <h2 id="gallery-title">Activations <span role="status">${found.length === catalogue.activations.length ? several(found.length, 'activation') : `${found.length} of ${catalogue.activations.length}`}</span></h2>
      <input type="search" aria-label="Search by name, family, framework or author" placeholder="name, family, framework, author" .value=${view.sought}
        @input=${(event: Event) => act.browse({ sought: (event.target as HTMLInputElement).value })} />
      <span class="segment" role="radiogroup" aria-label="Shown as" @keydown=${rover('button')}>${kind('pictures')}${kind('table')}</span>
      <button class="button square" type="button" aria-label="Close" data-do="close-gallery" @click=${close}>${icons.close}</button>
    </header>
    <div class="shelves" tabindex="-1">
      ${field(model, act, 'gallery', null)}
      ${overlay(model, act)}
      ${found.length ? nothing : html`<p class="none">Nothing is called that. You can type it as a formula above.</p>`}
      ${view.as === 'table' ? galleryTable(model, act, found) : pictures(model, act, found)}
    </div>`;
}

function pictures(model: Model, act: Actions, found: readonly ActivationCard[]): unknown {
  const { experiment, curves, answers, lens } = model;
  const current = chosenActivation(experiment);
  const families = [...new Set(found.map(({ family }) => family))];
  const reachable = found.some(({ id }) => id === current) ? current : found[0]?.id;
  return guard(
    [found.map(({ id }) => id).join(), curves.version, answers.version, lens.compared, experiment],
    () =>
      html`<div class="families" @keydown=${onKey}>${families.map(
        (family) =>
          html`<section aria-label=${family}><h3>${family}</h3><div class="grid">${found
            .filter((card) => card.family === family)
            .map((card) => one(model, act, card, current, reachable))}</div></section>`,
      )}</div>`,
  );
}

function one(
  model: Model,
  act: Actions,
  card: ActivationCard,
  current: string | null,
  reachable: string | null | undefined,
): TemplateResult {
  const { lens, curves, catalogue } = model;
  const compared = lens.compared.includes(card.id);
  const curved = hasCurve(catalogue, card.id);
  const tab = card.id === reachable ? 0 : -1;
  const choose = () => {
    act.choose(card.id);
    act.browse({ open: false });
  };
  return html`<article class="entry" data-accent=${accentOf(card)} data-id=${card.id}>
    <button class="take" type="button" tabindex=${tab} aria-pressed=${card.id === current} @click=${choose} title=${card.description}>
      ${
        curved
          ? html`<svg viewBox="0 0 80 34" preserveAspectRatio="none" aria-hidden="true">${curvePicture(curves.get(card.id, {})?.value)}</svg>`
          : html`<span class="whole">${card.kind === 'gated' ? 'two halves' : 'whole layer'}</span>`
      }
      <span class="name">${card.name}</span>
      <span class="formula" ${overflow()}>${typeset(model, card.id)}</span>
    </button>
    ${
      curved
        ? html`<label class="pick" title="Compare"><input type="checkbox" tabindex=${tab} aria-label="Compare ${card.name}" .checked=${compared}
            ?disabled=${!compared && lens.compared.length >= MOST_COMPARED}
            @change=${() => act.look({ compared: toggled(lens.compared, card.id) })} /></label>`
        : nothing
    }
  </article>`;
}

/** Arrows go from entry to entry: sideways along the row, up and down to the nearest of the next row. */
function onKey(event: KeyboardEvent): void {
  const group = event.currentTarget as HTMLElement;
  const here = (event.target as HTMLElement).closest<HTMLElement>('.entry');
  if (!here || !/^(Arrow|Home$|End$)/.test(event.key)) return;
  const all = [...group.querySelectorAll<HTMLElement>('.entry')];
  const at = all.indexOf(here);
  const next =
    event.key === 'ArrowRight'
      ? all[at + 1]
      : event.key === 'ArrowLeft'
        ? all[at - 1]
        : event.key === 'Home'
          ? all[0]
          : event.key === 'End'
            ? all.at(-1)
            : nearest(all, here, event.key === 'ArrowDown' ? 1 : -1);
  event.preventDefault();
  event.stopPropagation();
  if (!next) return;
  for (const part of group.querySelectorAll<HTMLElement>('[tabindex="0"]')) part.tabIndex = -1;
  for (const part of next.querySelectorAll<HTMLElement>('button, input')) part.tabIndex = 0;
  next.querySelector<HTMLElement>('button')?.focus();
}

function nearest(all: readonly HTMLElement[], here: HTMLElement, side: 1 | -1): HTMLElement | undefined {
  const from = here.getBoundingClientRect();
  let best: { entry: HTMLElement; far: number } | undefined;
  for (const entry of all) {
    const box = entry.getBoundingClientRect();
    const down = side * (box.top - from.top);
    if (down < from.height / 2) continue;
    const far = 4 * down + Math.abs(box.left - from.left);
    if (!best || far < best.far) best = { entry, far };
  }
  return best?.entry;
}

/** The chosen ones in one picture. */
function overlay(model: Model, act: Actions): TemplateResult | typeof nothing {
  const { lens, theme, catalogue } = model;
  if (!lens.compared.length) return nothing;
  const [low, high] = [-4, 4];
  const companions = companionsOf(model, '', { low, high }, 'overlay');
  const data = {
    low,
    high,
    main: null,
    bend: false,
    log: false,
    rounded: false,
    companions,
    histogram: null,
    probe: null,
  };
  const names = listed(lens.compared.map((id) => cardOf(catalogue, id)?.name ?? id));
  return html`<section class="overlaid" aria-label="Compared">
    <ap-lens-chart .data=${data} .theme=${theme} label="Curves of ${names}, z from −4 to 4"></ap-lens-chart>
    ${comparison(model, act)}
  </section>`;
}
