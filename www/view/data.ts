/** The data sets: points in the plane as pictures, tables by name. */
import { html, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { choosable, drawable, withData } from '../engine/experiment';
import type { DataCard } from '../engine/types';
import { rampColour, type Theme } from '../theme/theme';
import type { Actions, Model } from './model';
import { count } from './words';

/** Points drawn in a thumbnail. */
const SHOWN = 72;

export function dataPicker({ catalogue, experiment, shapes, theme }: Model, act: Actions): TemplateResult {
  const choose = (id: string) => act.change(withData(experiment, id, catalogue));
  const generated = drawable(catalogue).filter(({ kind }) => kind === 'shape');
  const tables = drawable(catalogue).filter(({ kind }) => kind === 'table');
  const others = choosable(catalogue).filter(({ kind }) => ['image', 'series', 'text'].includes(kind));
  const pressed = (card: DataCard) => (card.id === experiment.data.name ? 'true' : 'false');
  const take = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) act.useTable(file);
    // The same file may be chosen again when it has been changed.
    input.value = '';
  };
  return html`<section class="data" aria-label="Data">
    <h2>data</h2>
    <div class="shapes">${generated.map(
      (card) => html`<button class="shape" type="button" aria-pressed=${pressed(card)} aria-label=${card.title}
        title="${card.title}: ${card.description}" data-id=${card.id} @click=${() => choose(card.id)}>
        ${guard([theme, shapes.get(card.id)], () => thumbnail(theme, card, shapes.get(card.id)))}</button>`,
    )}</div>
    <div class="tables">${[...tables, ...others].map(
      (
        card,
      ) => html`<button class="table" type="button" aria-pressed=${pressed(card)} title=${card.description} data-id=${card.id}
        @click=${() => choose(card.id)}><span>${card.title}</span><small>${count(card.rows ?? 0)}</small></button>`,
    )}
      <label class="table own" data-current=${experiment.data.name === 'own' && !experiment.data.drawn.length} title="A CSV file with a header or without; its last column is what is learned"><span>your table…</span>
        <input class="unseen" type="file" accept=".csv,.tsv,.txt,text/csv" aria-label="Your own table" data-do="table" @change=${take} /></label></div>
  </section>`;
}

function thumbnail(theme: Theme, card: DataCard, points: Float32Array | undefined): TemplateResult {
  const marks = [];
  const triples = Math.min(SHOWN, (points?.length ?? 0) / 3);
  for (let at = 0; at < triples; at++) {
    const [x1 = 0, x2 = 0, target = 0] = points?.subarray(3 * at, 3 * at + 3) ?? [];
    const colour = card.classes.length ? (target > 0.5 ? theme.positive : theme.negative) : rampColour(theme, target);
    const [x, y] = [(24 + 19 * x1).toFixed(1), (24 - 19 * x2).toFixed(1)];
    marks.push(
      target > (card.classes.length ? 0.5 : 0)
        ? svg`<circle cx=${x} cy=${y} r="1.7" fill=${colour} />`
        : svg`<path d="M${x} ${y}m0 -2.1l2.1 2.1l-2.1 2.1l-2.1 -2.1z" fill=${colour} />`,
    );
  }
  return html`<svg viewBox="0 0 48 48" aria-hidden="true">${marks}</svg>`;
}
