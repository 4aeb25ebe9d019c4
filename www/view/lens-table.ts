/** The lens in words and as a table, for those who cannot see it. */
import { html, type TemplateResult } from 'lit';
import { faceOf } from '../engine/experiment';
import type { Looked } from './lens-data';
import type { Model } from './model';
import { presently } from './parameters';
import { figure, fixed, percent, plain } from './words';

/** Rows of the table, about. */
const ROWS = 17;

/** What the chart shows, in a few sentences. */
export function summary({ catalogue }: Model, { layer, scope, histogram, data }: Looked): string {
  const where = scope === 'all' ? 'all hidden units' : layer ? `layer ${scope + 1}` : 'the output layer';
  const name = layer ? faceOf(catalogue, layer.activation).name : 'Logits';
  const parts = [`${name}, ${where}, z from ${plain(data.low)} to ${plain(data.high)}.`];
  const { main } = data;
  if (main?.apart) parts.push('Each layer has a curve of its own.');
  else if (main) {
    const { value, slope } = main.curve;
    const at = (values: Float32Array, place: number) => figure(values.at(place) ?? Number.NaN);
    parts.push(`f goes from ${at(value, 0)} to ${at(value, -1)}, its slope from ${at(slope, 0)} to ${at(slope, -1)}.`);
  }
  if (histogram) {
    parts.push(`The data: mean ${fixed(histogram.mean)}, standard deviation ${fixed(histogram.deviation)}.`);
    if (layer) parts.push(`${percent(histogram.flatShare, 0)} of them fall where the curve is flat.`);
    if (histogram.dead) parts.push(`Dead units: ${histogram.dead}.`);
  }
  const trained = histogram?.trained ?? [];
  if (trained.length) parts.push(`Trained: ${trained.map((one) => `${one.id} ${presently(one)}`).join(', ')}.`);
  if (data.companions.length) parts.push(`Beside it: ${data.companions.map((one) => one.name).join(', ')}.`);
  return parts.join(' ');
}

export function curveTable({ catalogue }: Model, { layer, data, histogram }: Looked): TemplateResult {
  const { main, companions, bend } = data;
  const last = (main?.curve.value.length ?? 1) - 1;
  const stride = Math.max(1, Math.floor(last / (ROWS - 1)));
  const places = main ? Array.from({ length: Math.floor(last / stride) + 1 }, (_, at) => at * stride) : [];
  const name = layer ? faceOf(catalogue, layer.activation).name : '';
  const z = (at: number) => (main ? main.low + ((main.high - main.low) * at) / last : 0);
  const number = (value: number | undefined) => html`<td>${value === undefined ? '' : figure(value, 4)}</td>`;
  return html`<div class="numbers-table" tabindex="0" role="region" aria-label="Data table of the curve"><table>
    <caption>${name}: values of the curve${main?.apart ? ' with the mean of what the layers learned' : ''}${histogram ? ', and how many values of the layer fall there' : ''}</caption>
    <thead><tr><th scope="col">z</th><th scope="col">f</th><th scope="col">f′</th>${bend ? html`<th scope="col">f″</th>` : ''}
      ${companions.map((one) => html`<th scope="col">${one.name}</th>`)}${histogram ? html`<th scope="col">values</th>` : ''}</tr></thead>
    <tbody>${places.map(
      (
        at,
      ) => html`<tr><th scope="row">${fixed(z(at))}</th>${number(main?.curve.value[at])}${number(main?.curve.slope[at])}
        ${bend ? number(main?.curve.bend[at]) : ''}${companions.map((one) => number(one.curve.value[at]))}
        ${histogram ? html`<td>${countNear(histogram, z(at), z(at + stride))}</td>` : ''}</tr>`,
    )}</tbody>
  </table></div>`;
}

/** How many values fall from one place to the next, by the bins whose middle does. */
function countNear({ low, high, counts }: NonNullable<Looked['histogram']>, from: number, to: number): number {
  const bin = (high - low) / counts.length;
  return counts.reduce((sum, count, at) => {
    const middle = low + (at + 0.5) * bin;
    return middle >= from && middle < to ? sum + count : sum;
  }, 0);
}
