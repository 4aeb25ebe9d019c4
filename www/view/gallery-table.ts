/** The gallery as a table: what is computed of every activation, and what it costs here. */
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { chosenActivation, hasCurve } from '../engine/experiment';
import type { Cost } from '../engine/messages';
import type { ActivationCard, Report } from '../engine/types';
import type { Actions, Model } from './model';
import { overflow } from './overflow';
import { COLUMNS } from './report';

interface Row {
  readonly card: ActivationCard;
  readonly report: Report | null | undefined;
  readonly cost: Cost | null | undefined;
}

interface Shown {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  rank(row: Row): number | string;
  said(row: Row): string;
  /** What there is to know about this value in particular. */
  note?(row: Row): string | null;
}

/** From this spread on a measurement is called noisy. */
const NOISY = 0.3;

const NAME: Shown = {
  id: 'name',
  title: 'name',
  help: '',
  rank: ({ card }) => card.name.toLowerCase(),
  said: ({ card }) => card.name,
};
const FAMILY: Shown = {
  id: 'family',
  title: 'family',
  help: '',
  rank: ({ card }) => card.family,
  said: ({ card }) => card.family,
};
const COMPUTED: readonly Shown[] = COLUMNS.map(({ id, title, help, rank, said }) => ({
  id,
  title,
  help,
  rank: ({ report }) => (report ? rank(report) : Number.NaN),
  said: ({ report }) => (report ? said(report) : report === undefined ? '…' : '–'),
}));
const costColumn = (id: 'forward' | 'both', title: string): Shown => ({
  id,
  title,
  help: 'Nanoseconds for one number, measured in this browser',
  rank: ({ cost }) => cost?.[id] ?? Number.NaN,
  said: ({ cost }) => (cost ? saidCost(cost, id) : cost === undefined ? '…' : '–'),
  note: ({ cost }) => (cost && cost.spread > NOISY ? 'noisy here: the rounds differ by more than 30 %' : null),
});

function saidCost(cost: Cost, id: 'forward' | 'both'): string {
  return (id === 'both' && cost.bounded ? '≥ ' : '') + cost[id].toFixed(cost[id] < 10 ? 2 : 1);
}

const COSTS = [costColumn('forward', 'f, ns'), costColumn('both', 'f and f′, ns')];

export function galleryTable(model: Model, act: Actions, found: readonly ActivationCard[]): TemplateResult {
  const { gallery: view, answers, experiment } = model;
  const measure = html`<p class="measuring"><button class="button" type="button" data-do="measure" ?disabled=${view.measured}
    @click=${() => act.browse({ measured: true })}>Measure the cost here</button>
    <span>${view.measured ? 'measured here: nanoseconds for one number, in this browser, on this machine' : 'times each one in this browser, some milliseconds per activation'}</span></p>`;
  const table = guard(
    [found.map(({ id }) => id).join(), answers.version, view.sort, view.down, view.measured, experiment],
    () => body(model, act, found),
  );
  return html`${measure}<div class="facts" tabindex="0" role="region" aria-label="Table of activations" ${overflow()}>${table}</div>`;
}

function body(model: Model, act: Actions, found: readonly ActivationCard[]): TemplateResult {
  const { gallery: view, experiment, catalogue } = model;
  const columns = [NAME, FAMILY, ...COMPUTED, ...(view.measured ? COSTS : [])];
  const current = chosenActivation(experiment);
  const rows = sorted(
    found.map((card) => rowOf(model, card)),
    columns.find(({ id }) => id === view.sort),
    view.down,
  );
  const choose = (id: string) => {
    act.choose(id);
    act.browse({ open: false });
  };
  const head = (column: Shown) => {
    const by = view.sort === column.id;
    const order = by ? (view.down ? 'descending' : 'ascending') : 'none';
    return html`<th scope="col" aria-sort=${order} title=${column.help}><button type="button" data-sort=${column.id}
      @click=${() => act.browse({ sort: column.id, down: by && !view.down })}>${column.title}<i aria-hidden="true">${by ? (view.down ? '▾' : '▴') : ''}</i></button></th>`;
  };
  return html`<table>
    <caption class="unseen">${found.length} of ${catalogue.activations.length} activations; for standard normal z where a mean is meant</caption>
    <thead><tr>${columns.map(head)}</tr></thead>
    <tbody>${rows.map(
      (row) => html`<tr data-id=${row.card.id} class=${row.card.id === current ? 'current' : ''}>
        <th scope="row"><button type="button" @click=${() => choose(row.card.id)} title="Use it in all hidden layers">${row.card.name}</button></th>
        ${columns.slice(1).map((column) => html`<td data-column=${column.id} title=${column.note?.(row) ?? nothing}>${column.said(row)}</td>`)}</tr>`,
    )}</tbody></table>`;
}

function rowOf({ answers, catalogue, gallery }: Model, card: ActivationCard): Row {
  if (!hasCurve(catalogue, card.id)) return { card, report: null, cost: null };
  const which = { activation: card.id, params: {} };
  return {
    card,
    report: answers.get('report', which),
    cost: gallery.measured ? answers.get('cost', which) : null,
  };
}

/** By a column; what has no value there stands last, whichever way it goes. */
function sorted(rows: readonly Row[], column: Shown | undefined, down: boolean): readonly Row[] {
  if (!column) return rows;
  const ranked = rows.map((row) => ({ row, rank: column.rank(row) }));
  const lacks = (rank: number | string) => typeof rank === 'number' && Number.isNaN(rank);
  ranked.sort((a, b) => {
    if (lacks(a.rank) || lacks(b.rank)) return Number(lacks(a.rank)) - Number(lacks(b.rank));
    const order = a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0;
    return down ? -order : order;
  });
  return ranked.map(({ row }) => row);
}
