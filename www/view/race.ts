/** The race: racers side by side over several seeds, and what can be said of it. */
import { html, nothing, type TemplateResult } from 'lit';
import { drawMap, reachOf } from '../chart/map';
import { paint } from '../chart/paint';
import type { Line, RaceData } from '../chart/race';
import type { Measure, RaceSpec, Standing } from '../engine/types';
import { faceOfRacer } from '../race-desk';
import * as icons from '../theme/icons';
import { distinctAccents } from '../theme/theme';
import type { Actions, Model } from './model';
import { standingsTable } from './race-table';
import { verdicts } from './race-verdict';
import { clauses, dataChoice, networkChoice, optimizerChoice, settingNumber } from './recipe';
import { more } from './settings';
import { count, listed, loss, percent, several } from './words';

/** Seeds that can settle an order, in a button. */
const MANY_SEEDS = 20;

/** Everything but the strip and the bar. */
export function race(model: Model, act: Actions): TemplateResult {
  return html`<div class="main race">
      <div class="stage">
        ${sentence(model, act)}
        ${chart(model, act)}
        ${maps(model, act)}
      </div>
      <aside class="lens standings" aria-label="Standings">
        ${standingsTable(model, act)}
        ${verdicts(model, act, MANY_SEEDS)}
        ${exports(model, act)}
      </aside>
    </div>
    ${transport(model, act)}`;
}

/** The colour of each racer. */
export function accentsOf({ catalogue }: Model, { vary, values }: RaceSpec): Map<string, number> {
  return distinctAccents(values.map((value) => faceOfRacer(catalogue, vary, value)));
}

function sentence(model: Model, act: Actions): TemplateResult {
  const { catalogue, experiment, race } = model;
  const { spec } = race;
  const options = catalogue.varies.map(({ vary }) => ({ id: vary.value, label: vary.label, help: vary.help }));
  const vary = (event: CustomEvent<string>) => {
    const card = catalogue.varies.find(({ vary }) => vary.value === event.detail);
    if (card) act.race({ ...spec, vary: card.vary.value, values: card.usual });
  };
  const number = (path: string, value: number, change: (value: number) => Partial<RaceSpec>) => {
    const field = catalogue.raceFields.find((one) => one.path === path);
    if (!field) return nothing;
    const usual = { 'race.seeds': catalogue.race.seeds, 'race.epochs': catalogue.race.epochs }[path] ?? value;
    return html`<ap-number label=${field.label} help=${field.help} .value=${value} .standard=${usual} .min=${field.min} .max=${field.max}
      .whole=${field.whole} data-path=${path} @set=${(event: CustomEvent<number>) => act.race({ ...spec, ...change(event.detail) })}></ap-number>`;
  };
  const seeds = number('race.seeds', spec.seeds, (seeds) => ({ seeds }));
  const epochs = number('race.epochs', spec.epochs, (epochs) => ({ epochs }));
  return html`<section class="recipe" aria-label="The race"><p class="sentence">
    Race <b>${spec.values.length}</b> <ap-menu look="token accent" label="what differs" .options=${options} .value=${spec.vary} data-path="race.vary" @choose=${vary}></ap-menu>
    over ${seeds} ${spec.seeds === 1 ? 'seed' : 'seeds'}, with the same data, first draws and order for all:
    ${networkChoice(model, act, spec.vary)}, on ${dataChoice(model, act)}${
      spec.vary === 'optimizer' ? nothing : html`, by ${optimizerChoice(model, act)}`
    }${spec.vary === 'learningRate' ? nothing : html` at learning rate ${settingNumber(model, act, 'learningRate')}`}
    in batches of ${settingNumber(model, act, 'batch')}, from <span class="keep">seed ${settingNumber(model, act, 'seed')}<button class="die" type="button" data-do="seed"
      aria-label="New seed" title="New seeds: other data, weights and order (N)" @click=${act.newSeed}>${icons.dice}</button></span>
    to epoch ${epochs}${clauses({ ...model, experiment })}
    ${more(model, act)}
  </p></section>`;
}

/** The lines, in the order of the racers. */
function linesOf(model: Model): Line[] {
  const { spec, track, look } = model.race;
  const { judged, runs, entry } = track;
  const shown = entry?.spec ?? spec;
  const accents = accentsOf(model, shown);
  const isLoss = measureOf(model) === 'loss' || !look;
  return shown.values.map((value, racer) => {
    const standing = judged.standings.find((one) => one.racer === racer);
    const own = runs.filter((run) => run.racer === racer);
    return {
      name: entry?.names[racer] ?? value,
      accent: accents.get(value) ?? 1,
      spreads: (isLoss ? standing?.losses : standing?.accuracies) ?? [],
      seeds: own.map((run) => (isLoss ? run.test : run.accuracy)),
    };
  });
}

/** What is looked at; numbers that are predicted have no accuracy. */
export function measureOf({ opened, race }: Model): Measure {
  return opened?.info.classes.length ? race.look.by : 'loss';
}

function chart(model: Model, act: Actions): TemplateResult {
  const { race, theme, opened } = model;
  const { track, look } = race;
  const measure = measureOf(model);
  const seeds = (track.entry?.spec ?? race.spec).seeds;
  const data: RaceData = {
    lines: linesOf(model),
    measure,
    epochs: (track.entry?.spec ?? race.spec).epochs,
    focus: look.focus,
  };
  const choice = (by: Measure, label: string) => html`<button type="button" role="radio" aria-checked=${measure === by}
    tabindex=${measure === by ? 0 : -1} data-by=${by} @click=${() => act.lookAtRace({ by })} @keydown=${(event: KeyboardEvent) => turn(event, by, act)}>${label}</button>`;
  const what = measure === 'loss' ? 'log scale' : 'share of test rows put right';
  return html`<section class="runs" aria-label="Test ${measure === 'loss' ? 'loss' : 'accuracy'} over the epochs">
    <h2>${
      opened?.info.classes.length
        ? html`<span class="segment" role="radiogroup" aria-label="Shown">${choice('loss', 'test loss')}${choice('accuracy', 'test accuracy')}</span>`
        : 'test loss'
    } <span>${what} · thick: median of ${several(seeds, 'seed')}${seeds > 1 ? ' · thin: each seed · band: the range of the one under the pointer' : ''}</span></h2>
    <div class="plotted">
      <ap-race-chart .data=${data} .theme=${theme} .label=${said(model)} @look=${(event: CustomEvent<number | null>) => act.lookAtRace({ focus: event.detail })}></ap-race-chart>
      ${state(model, act)}
    </div>
  </section>`;
}

function turn(event: KeyboardEvent, by: Measure, act: Actions): void {
  if (!event.key.startsWith('Arrow')) return;
  event.preventDefault();
  event.stopPropagation();
  act.lookAtRace({ by: by === 'loss' ? 'accuracy' : 'loss' });
  (event.currentTarget as HTMLElement).parentElement?.querySelector<HTMLElement>('[aria-checked=false]')?.focus();
}

/** The standings in words. */
function said(model: Model): string {
  const { track } = model.race;
  const { standings } = track.judged;
  const name = ({ racer }: Standing) => track.entry?.names[racer] ?? '';
  const value = ({ loss: spread }: Standing) => (spread.median === null ? 'diverged' : loss(spread.median));
  return standings.length
    ? `After ${count(track.epoch)} epochs, median test loss: ${listed(standings.map((one) => `${name(one)} ${value(one)}`))}`
    : 'The race has not begun';
}

/** What stands in the way of a race, over the chart. */
function state({ race }: Model, act: Actions): TemplateResult | typeof nothing {
  const { track } = race;
  if (track.state === 'refused')
    return html`<div class="overlay" role="alert" data-state="refused">${icons.warning}<h3>This cannot race</h3>
      ${track.problems.length ? html`<ul>${track.problems.slice(0, 3).map(({ field, value, accepted }) => html`<li><b>${field}</b> is ${value}; accepted: ${accepted}</li>`)}</ul>` : html`<p>${track.message}</p>`}</div>`;
  if (track.state === 'broken')
    return html`<div class="overlay" role="alert" data-state="stopped">${icons.warning}<h3>The engine stopped</h3><p>${track.message}</p>
      <div class="acts"><button class="primary" type="button" data-do="again" @click=${act.raceAgain}>Start again</button></div></div>`;
  if (track.state === 'idle')
    return html`<div class="replay" role="status"><span>Something was changed, and the last race took a while.</span>
      <button class="button" type="button" data-do="start" @click=${act.toggle}>Start</button></div>`;
  return nothing;
}

/** What the middle run of each racer answers over the plane, in the order of the standings. */
function maps(model: Model, act: Actions): TemplateResult | typeof nothing {
  const { race, theme, opened } = model;
  const { track, look } = race;
  if (!opened?.points || !track.judged.standings.length) return nothing;
  const classes = opened.info.classes.length > 0;
  const accents = accentsOf(model, track.entry?.spec ?? race.spec);
  const values = (track.entry?.spec ?? race.spec).values;
  const tile = ({ racer, accuracy, loss: spread, medianSeed }: Standing) => {
    const picture = track.pictures.get(racer);
    const draw = (context: CanvasRenderingContext2D, width: number) => {
      if (!picture) return;
      const { map, points } = picture;
      drawMap(context, width, theme, { values: map, points, extent: opened.extent, classes, reach: reachOf(points) });
    };
    const name = track.entry?.names[racer] ?? '';
    const number = accuracy
      ? accuracy.median === null
        ? '–'
        : percent(accuracy.median, 0)
      : spread.median === null
        ? 'diverged'
        : loss(spread.median);
    const enter = (focus: number | null) => act.lookAtRace({ focus });
    return html`<figure data-accent=${accents.get(values[racer] ?? '') ?? 1} class=${look.focus === racer ? 'looked' : ''}
      @pointerenter=${() => enter(racer)} @pointerleave=${() => enter(null)}>
      <canvas class="map small" role="img" aria-label="Map of the output of ${name}, seed ${medianSeed + 1} of ${values.length}" ${paint(draw, [picture, theme])}></canvas>
      <figcaption><b>${name}</b><span>${number}</span></figcaption></figure>`;
  };
  return html`<section class="boundaries" aria-label="Maps of the median seeds">${track.judged.standings.map(tile)}</section>`;
}

function exports(model: Model, act: Actions): TemplateResult {
  const off = !model.race.track.runs.length;
  return html`<div class="exports">
    <button class="button" type="button" data-do="race-csv" ?disabled=${off} @click=${() => act.saveRace('csv')}>${icons.share}Save as CSV</button>
    <button class="button" type="button" data-do="race-png" ?disabled=${off} @click=${() => act.saveRace('png')}>Save as image</button>
  </div>`;
}

function transport({ race }: Model, act: Actions): TemplateResult {
  const { track } = race;
  const spec = track.entry?.spec ?? race.spec;
  const total = spec.seeds * spec.values.length;
  const running = track.busy;
  const share = Math.min(1, track.epoch / spec.epochs);
  const diverged = track.judged.standings.reduce((sum, one) => sum + one.diverged, 0);
  const words = {
    idle: 'not started',
    starting: `starting ${several(total, 'run')}`,
    running: `epoch ${count(track.epoch)} of ${count(spec.epochs)}, ${several(total, 'run')} in step`,
    paused: `paused at epoch ${count(track.epoch)} of ${count(spec.epochs)}`,
    stopped: `stopped at epoch ${count(track.epoch)} of ${count(spec.epochs)}`,
    done: `${several(total, 'run')} done`,
    refused: 'not started',
    broken: 'stopped',
  }[track.state];
  const stat = (name: string, value: string, hook: string) =>
    html`<div class="stat ${hook}"><dt>${name}</dt><dd data-stat=${hook}>${value}</dd></div>`;
  return html`<footer class="time racing">
    <div class="transport" role="group" aria-label="Race">
      <button class="round" type="button" data-do="again" aria-label="Race again from the start" title="From the start (R)" @click=${act.reset}>${icons.reset}</button>
      <button class="play" type="button" data-do="play" aria-label=${running ? 'Pause' : 'Start'} title="${running ? 'Pause' : 'Start'} (Space)"
        ?disabled=${track.state === 'starting'} @click=${act.toggle}>${running ? icons.pause : icons.play}</button>
      <button class="button" type="button" data-do="cancel" ?disabled=${!running && track.state !== 'paused'} title="Stop here; what was run stays" @click=${act.cancelRace}>Cancel</button>
    </div>
    <div class="progress">
      <p><b data-state=${track.state}>${words}</b><span>${(track.elapsedMs / 1000).toFixed(1)} s · ${several(track.workers, 'worker')}</span></p>
      <div class="bar-of" role="progressbar" aria-label="Progress of the race" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(100 * share)}><i style="width: ${100 * share}%"></i></div>
    </div>
    <dl class="stats">${stat('epoch', count(track.epoch), 'epoch')}${stat('runs', count(total), 'runs')}${stat('diverged', count(diverged), 'diverged')}</dl>
  </footer>`;
}
