/** How each layer fares: where its values fall on the curve, which units are dead. */
import { html, nothing, type TemplateResult } from 'lit';
import { faceOf } from '../engine/experiment';
import type { Histogram } from '../engine/types';
import * as icons from '../theme/icons';
import { accentOf } from '../theme/theme';
import type { Model } from './model';
import { fixed, percent, several } from './words';

/** From this share on a layer is called mostly flat. */
const MOSTLY_FLAT = 0.6;

export function health(model: Model): TemplateResult | typeof nothing {
  const { experiment, opened, frame } = model;
  if (!experiment.layers.length || !opened) return nothing;
  return html`<section class="layers" aria-label="Layer health">
    <h3>Layer health <span>share of <i class="math">z</i>, training rows</span></h3>
    ${experiment.layers.map((_, at) => row(model, at, frame?.histograms.find((one) => one.layer === at)?.histogram))}
    <p class="key"><span><i class="passes"></i>gradient passes</span><span title="A slope below 0.05; where the steepest is below 1, below a twentieth of it"><i class="flat"></i>flat: hardly any passes</span></p>
  </section>`;
}

function row({ experiment, catalogue }: Model, at: number, histogram: Histogram | undefined): TemplateResult {
  const layer = experiment.layers[at];
  const face = faceOf(catalogue, layer?.activation ?? '');
  const units = layer?.units ?? 0;
  const flat = histogram?.flatShare ?? 0;
  const spread = histogram ? `mean ${fixed(histogram.mean)}, spread ${fixed(histogram.deviation)}` : '';
  return html`<div class="health" data-accent=${accentOf(face)} data-layer=${at} data-watch="histogram-${at}" title="${face.name}: ${spread}">
    <span class="who">Layer ${at + 1}</span>
    <span class="gauge" aria-hidden="true"><i class="passes" style="width: ${histogram ? 100 * (1 - flat) : 0}%"></i><i class="flat" style="width: ${100 * flat}%"></i></span>
    <span class="said">${histogram ? percent(flat, 0) : '–'} flat${histogram?.dead ? html` · <b>${histogram.dead} of ${units} dead</b>` : nothing}</span>
    <span class="unseen">${face.name}, ${spread}</span>
    ${histogram ? html`${sameness(histogram, units)}${verdict(histogram, at, units)}` : nothing}
  </div>`;
}

function sameness({ alike }: Histogram, units: number): TemplateResult | typeof nothing {
  if (!alike) return nothing;
  return html`<p class="verdict">${icons.warning}<span>All ${units} units are <b>equal</b> and stay equal: they have the same weights and get the same gradient, so they count as one. Initial weights drawn at random part them.</span></p>`;
}

function verdict({ dead, flatShare }: Histogram, at: number, units: number): TemplateResult | typeof nothing {
  if (dead) {
    const who = dead === units ? (units === 1 ? 'The only unit' : `All ${units} units`) : several(dead, 'unit');
    const fate =
      at === 0
        ? 'As the inputs are fixed, plain gradient steps cannot bring back what is dead here.'
        : 'No gradient gets here now; this may change if the layer before moves.';
    return html`<p class="verdict">${icons.warning}<span>${who} <b>dead</b>: slope 0 for every training row. ${fate}</span></p>`;
  }
  if (flatShare <= MOSTLY_FLAT) return nothing;
  return html`<p class="verdict">${icons.warning}<span>Most values fall where the curve is flat: hardly any gradient gets through.</span></p>`;
}
