/** The standings of a race as a table. */
import { html, type TemplateResult } from 'lit';
import type { Spread, Standing } from '../engine/types';
import type { Actions, Model } from './model';
import { accentsOf, measureOf } from './race';
import { count, loss, percent, plain, several } from './words';

interface Column {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  rank(standing: Standing): number;
  said(standing: Standing): unknown;
}

export function standingsTable(model: Model, act: Actions): TemplateResult {
  const { race, opened } = model;
  const { track, look, spec } = race;
  const shown = track.entry?.spec ?? spec;
  const accents = accentsOf(model, shown);
  const isLoss = measureOf(model) === 'loss';
  const columns = columnsOf(model);
  const sorted = [...track.judged.standings];
  const by = columns.find(({ id }) => id === look.sort);
  if (by) sorted.sort((a, b) => (look.down ? by.rank(b) - by.rank(a) : by.rank(a) - by.rank(b)) || 0);
  const head = (column: Column) => {
    const order = look.sort === column.id ? (look.down ? 'descending' : 'ascending') : 'none';
    return html`<th scope="col" aria-sort=${order} title=${column.help}><button type="button" data-sort=${column.id}
      @click=${() => act.lookAtRace(look.sort === column.id && look.down ? { sort: '', down: false } : { sort: column.id, down: look.sort === column.id })}>${column.title}${order === 'none' ? '' : look.down ? ' ▾' : ' ▴'}</button></th>`;
  };
  const row = (standing: Standing) => {
    const { racer } = standing;
    const name = track.entry?.names[racer] ?? '';
    return html`<tr data-racer=${racer} data-accent=${accents.get(shown.values[racer] ?? '') ?? 1} class=${look.focus === racer ? 'looked' : ''}
      @pointerenter=${() => act.lookAtRace({ focus: racer })} @pointerleave=${() => act.lookAtRace({ focus: null })}>
      <th scope="row"><button type="button" title="Try ${name} on the stage" @click=${() => act.takeRacer(racer)}><i aria-hidden="true"></i><span>${name}</span></button></th>
      ${columns.map((column) => html`<td data-column=${column.id}>${column.said(standing)}</td>`)}</tr>`;
  };
  const vary = model.catalogue.varies.find((one) => one.vary.value === shown.vary);
  return html`<h2>Standings <span>median of ${several(shown.seeds, 'seed')}${shown.seeds > 1 ? ', best to worst below' : ''}</span></h2>
    <table class="table-of"><caption class="unseen">Racers ordered by median test ${isLoss ? 'loss' : 'accuracy'}; ${opened?.info.testRows ?? 0} test rows</caption>
      <thead><tr><th scope="col">${(vary?.vary.label ?? 'racer').replace(/s$/, '')}</th>${columns.map(head)}</tr></thead>
      <tbody>${sorted.map(row)}</tbody></table>`;
}

function columnsOf(model: Model): Column[] {
  const { race, opened } = model;
  const { track } = race;
  const spec = track.entry?.spec ?? race.spec;
  const isLoss = measureOf(model) === 'loss';
  const hasClasses = (opened?.info.classes.length ?? 0) > 0;
  const last = Number.POSITIVE_INFINITY;
  const measured: Column = isLoss
    ? {
        id: 'loss',
        title: 'test loss',
        help: 'Test loss of the middle seed; under it that of the best and the worst',
        rank: (standing) => standing.loss.median ?? last,
        said: (standing) => spread(standing.loss, loss),
      }
    : {
        id: 'accuracy',
        title: 'test accuracy',
        help: 'Share of the test rows put right: the middle seed; under it the best and the worst',
        rank: (standing) => -(standing.accuracy?.median ?? -1),
        said: (standing) => (standing.accuracy ? spread(standing.accuracy, (share) => percent(share)) : '–'),
      };
  return [
    measured,
    {
      id: 'goal',
      title: hasClasses ? `epochs to ${percent(spec.accuracy, 0)}` : `epochs to ${plain(spec.loss)}`,
      help: hasClasses
        ? 'After how many epochs the middle seed put so many test rows right'
        : 'After how many epochs the middle seed had so low a test loss',
      rank: (standing) => standing.epochsToGoal ?? last,
      said: (standing) => (standing.epochsToGoal === null ? 'not yet' : count(standing.epochsToGoal)),
    },
    {
      id: 'cost',
      title: 'µs/ step',
      help: 'How long an update takes on this machine: the median of 25 rounds, measured after the race',
      rank: ({ racer }) => track.costs.get(racer) ?? last,
      said: ({ racer }) => {
        const cost = track.costs.get(racer);
        return cost === undefined ? '…' : cost < 10 ? cost.toFixed(1) : count(Math.round(cost));
      },
    },
    {
      id: 'idle',
      title: 'off or flat',
      help: 'Share of hidden units through which next to no gradient passes',
      rank: ({ idle }) => idle ?? last,
      said: ({ idle }) => (idle === null ? '–' : percent(idle, 0)),
    },
  ];
}

function spread({ median, best, worst }: Spread, say: (value: number) => string): TemplateResult {
  const number = (value: number | null) => (value === null ? 'diverged' : say(value));
  return html`<b>${number(median)}</b>${best === worst ? '' : html`<small>${number(best)} – ${number(worst)}</small>`}`;
}
