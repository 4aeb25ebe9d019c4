/** What the network answers: a map over the plane, how often each class was taken for which, or
 * how far each number is from what was predicted. */
import { html, nothing, type TemplateResult } from 'lit';
import { drawMap, reachOf } from '../chart/map';
import { paint } from '../chart/paint';
import { drawPredictions } from '../chart/predictions';
import type { Opened, Unit } from '../engine/messages';
import { rampColour } from '../theme/theme';
import { brushing, brushNote, brushTools, pointsOf } from './brush';
import { nameOf } from './inspector';
import type { Actions, Model } from './model';
import { divergence, halted, replaying, stopped } from './states';
import { count, figure, fixed, percent } from './words';

export function output(model: Model, act: Actions): TemplateResult {
  const { opened } = model;
  return html`<section class="output" aria-label="Output">
    <h2>output ${heading(model, act)}</h2>
    <div class="answer">
      ${opened ? answer(model, act, opened) : waiting()}
      ${replaying(model, act)}${halted(model, act)}${divergence(model, act)}${stopped(model, act)}${brushNote(model)}
    </div>
    ${opened?.points ? legend(model, opened, act) : nothing}
  </section>`;
}

/** Classes of which a table with a number in each cell can still be read. */
const READABLE = 20;

function answer(model: Model, act: Actions, opened: Opened): TemplateResult {
  const { classes } = opened.info;
  if (opened.points) return map(model, act, opened);
  if (classes.length > READABLE) return mosaic(model, classes);
  if (classes.length) return confusion(model, opened);
  return predictions(model);
}

function waiting(): TemplateResult {
  return html`<div class="waiting" role="img" aria-label="Starting the engine"></div>`;
}

function heading(model: Model, act: Actions): TemplateResult | typeof nothing {
  const { opened, rowsShown, net, frame } = model;
  if (!opened) return nothing;
  const looked = lookedAt(net);
  if (opened.points && looked && frame?.unit)
    return html`<span>what <b>${nameOf(model, looked.layer, looked.unit)}</b> gives, up to ${figure(spanOf(frame.unit))}</span>`;
  if (opened.points)
    return html`<span>${net.brush === 'off' ? (opened.info.classes.length ? 'what the network believes everywhere' : 'what the network predicts everywhere') : ''}</span>${brushTools(model, act)}`;
  const choice = (
    set: 'train' | 'test',
    watched: number,
    rows: number,
  ) => html`<button type="button" role="radio" aria-checked=${rowsShown === set}
    tabindex=${rowsShown === set ? 0 : -1} @click=${() => act.showRows(set)} @keydown=${(event: KeyboardEvent) => other(event, set, act)}>${set} <small>${watched < rows ? `${count(watched)} of ${count(rows)}` : count(rows)}</small></button>`;
  const { info } = opened;
  return html`<span>${info.classes.length ? 'true class by predicted class' : 'predicted by true number'}</span>
    <span class="segment" role="radiogroup" aria-label="Rows shown">${choice('test', info.watchedTestRows, info.testRows)}${choice('train', info.watchedTrainRows, info.trainRows)}</span>`;
}

function other(event: KeyboardEvent, set: 'train' | 'test', act: Actions): void {
  if (!event.key.startsWith('Arrow')) return;
  event.preventDefault();
  event.stopPropagation();
  act.showRows(set === 'test' ? 'train' : 'test');
  const sibling = (event.currentTarget as HTMLElement).parentElement?.querySelector<HTMLElement>(
    '[aria-checked=false]',
  );
  sibling?.focus();
}

function map(model: Model, act: Actions, opened: Opened): TemplateResult {
  const { frame, theme, net } = model;
  const { extent, info } = opened;
  const points = pointsOf(model, opened);
  const brush = brushing(model, act, opened);
  const unit = lookedAt(net) ? frame?.unit : null;
  const values = unit ?? frame?.map;
  const classes = info.classes.length > 0;
  const draw = (context: CanvasRenderingContext2D, width: number) => {
    if (!values || !points) return;
    const { discrete, errors, testPoints } = net;
    const shown = { values, points, extent, classes, reach: reachOf(points), withoutTest: !testPoints };
    drawMap(context, width, theme, unit ? { ...shown, span: spanOf(unit) } : { ...shown, discrete, errors });
  };
  const what = classes
    ? `the line parts ${info.classes.join(' and ')}`
    : `colours and contour lines are the predicted number`;
  const pick = (event: MouseEvent) => {
    const canvas = event.currentTarget as HTMLElement;
    const { left, top, width } = canvas.getBoundingClientRect();
    const row = points ? pointAt(points, extent, (event.clientX - left) / width, (event.clientY - top) / width) : null;
    if (row !== null) act.magnify({ row });
  };
  return html`<canvas class="map" data-watch="map" role="img" title=${brush ? 'Draw with the pointer' : 'Click a point to follow it through the network'} @click=${brush ? null : pick}
    style=${brush ? 'cursor: crosshair; touch-action: none' : ''} @pointerdown=${brush?.down} @pointermove=${brush?.move} @pointerup=${brush?.up} aria-label="Map of the output over ${info.features.join(' and ')}: ${what}"
    ${paint(draw, [frame, theme, opened, net])}></canvas>`;
}

/** The unit whose map is shown instead of that of the output. */
function lookedAt({ hover, pinned }: Model['net']): Unit | null {
  return hover ?? pinned;
}

/** How near a click has to be to a point, as a share of the map. */
const NEAR = 0.03;

/** The row of the point at a place, in shares of the map from its left top corner. */
function pointAt(points: Float32Array, extent: number, x: number, y: number): number | null {
  let [row, near]: [number | null, number] = [null, NEAR];
  for (let at = 0; at < points.length; at += 4) {
    const [x1 = 0, x2 = 0] = points.subarray(at, at + 2);
    const distance = Math.hypot((x1 + extent) / (2 * extent) - x, (extent - x2) / (2 * extent) - y);
    if (distance < near) [row, near] = [at / 4, distance];
  }
  return row;
}

/** The largest number of a map. */
function spanOf(values: Float32Array): number {
  let span = 1e-6;
  for (const value of values) if (Number.isFinite(value)) span = Math.max(span, Math.abs(value));
  return span;
}

/** What of the map is shown. */
function switches({ net, opened }: Model, act: Actions, hollow: TemplateResult): TemplateResult {
  const one = (key: 'discrete' | 'testPoints' | 'errors', text: unknown, help: string) =>
    html`<label class="switch" title=${help}><input type="checkbox" data-switch=${key} .checked=${net[key]}
      @change=${(event: Event) => act.watch({ [key]: (event.target as HTMLInputElement).checked })} />${text}</label>`;
  const classes = (opened?.info.classes.length ?? 0) > 0;
  return html`${one('testPoints', html`${hollow}test`, 'Show the points it does not learn from: the hollow ones')}${classes ? html`${one('discrete', 'sides', 'Show only which side the network puts each place on')}${one('errors', 'errors', 'Mark the points on the wrong side')}` : nothing}`;
}

function legend(model: Model, { points, info }: Opened, act: Actions): TemplateResult {
  const { theme } = model;
  const mark = (positive: boolean, colour: string) =>
    positive
      ? html`<svg viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.4" fill=${colour} /></svg>`
      : html`<svg viewBox="0 0 12 12" aria-hidden="true"><path d="M6 0.8 11.2 6 6 11.2 0.8 6z" fill=${colour} /></svg>`;
  const hollow = html`<svg viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4" fill="none" stroke=${theme.muted} stroke-width="1.6" /></svg>`;
  const [low, high] = info.classes;
  const reach = points ? reachOf(points) : 1;
  const sides = info.classes.length
    ? html`<span>${mark(true, theme.positive)}${high}</span><span>${mark(false, theme.negative)}${low}</span>`
    : html`<span class="scale">${fixed(-reach, 1)}<i style="background: linear-gradient(90deg, ${[-1, -0.5, 0, 0.5, 1].map((v) => rampColour(theme, v)).join(', ')})"></i>${fixed(reach, 1)}</span>`;
  return html`<p class="legend">${sides}<span class="switches">${switches(model, act, hollow)}</span></p>`;
}

/** A confusion matrix of many classes, as a picture: the share of each true class (row) that was taken for another. */
function mosaic({ frame, theme }: Model, classes: readonly string[]): TemplateResult {
  const size = classes.length;
  const counts = frame?.confusion;
  const draw = (context: CanvasRenderingContext2D, width: number) => {
    if (counts?.length !== size * size) return;
    const cell = width / size;
    for (let truth = 0; truth < size; truth++) {
      const row = counts.subarray(truth * size, (truth + 1) * size);
      const total = Math.max(
        1,
        row.reduce((sum, n) => sum + n, 0),
      );
      row.forEach((n, predicted) => {
        if (!n) return;
        context.globalAlpha = 0.15 + 0.85 * Math.sqrt(n / total);
        context.fillStyle = predicted === truth ? theme.accent : theme.trouble;
        context.fillRect(predicted * cell, truth * cell, cell, cell);
      });
    }
    context.globalAlpha = 1;
  };
  return html`<canvas class="map" data-watch="confusion" role="img" aria-label="Confusion matrix of ${size} classes: rows are true classes, columns predicted ones"
    ${paint(draw, [frame, theme])}></canvas>`;
}

/** A regression: the nearer a point is to the line, the better that row is predicted. */
function predictions({ frame, theme }: Model): TemplateResult {
  const pairs = frame?.predictions;
  const draw = (context: CanvasRenderingContext2D, width: number) => {
    if (pairs) drawPredictions(context, width, theme, pairs);
  };
  return html`<canvas class="map" data-watch="predictions" role="img" aria-label="Predicted number over true number of ${count((pairs?.length ?? 0) / 2)} rows; on the line they are equal"
    ${paint(draw, [frame, theme])}></canvas>`;
}

function confusion({ frame }: Model, { info }: Opened): TemplateResult {
  const { classes } = info;
  const size = classes.length;
  const counts = frame?.confusion?.length === size * size ? frame.confusion : new Uint32Array(size * size);
  const row = (name: string, truth: number) => {
    const cells = counts.subarray(truth * size, (truth + 1) * size);
    const total = Math.max(
      1,
      cells.reduce((sum, n) => sum + n, 0),
    );
    return html`<tr><th scope="row">${name}</th>${Array.from(cells, (n, predicted) => {
      const share = n / total;
      const kind = n === 0 ? 'none' : predicted === truth ? 'right' : 'wrong';
      return html`<td class=${kind} style="--share: ${share.toFixed(3)}" title="${name}, taken for ${classes[predicted]}: ${n} of ${total} (${percent(share)})">${n}</td>`;
    })}</tr>`;
  };
  return html`<div class="matrix ${size > 5 ? 'dense' : ''}" data-watch="confusion"><table>
    <caption class="unseen">Confusion matrix: rows are true classes, columns predicted ones</caption>
    <thead><tr><td></td>${classes.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${classes.map(row)}</tbody>
  </table></div>`;
}
