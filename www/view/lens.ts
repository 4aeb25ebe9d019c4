/** The lens: what arrives at each layer's activation, and how much of it falls where the curve is flat. */
import { html, nothing, type TemplateResult } from 'lit';
import { drawHistogram } from '../chart/histogram';
import { paint } from '../chart/paint';
import { cardOf, commonActivation } from '../engine/experiment';
import type { Histogram, LayerInfo } from '../engine/types';
import * as icons from '../theme/icons';
import { accentOf } from '../theme/theme';
import type { Model } from './model';
import { fixed, percent, several } from './words';

/** Bars of a histogram. */
export const BINS = 40;
/** Points of the curve drawn over them; odd, so that a kink at 0 falls on one. */
const CURVE_POINTS = 241;
/** From this share on a layer is called mostly flat. */
const MOSTLY_FLAT = 0.6;

export function lens(model: Model): TemplateResult {
  const layers = model.opened?.info.layers ?? [];
  return html`<section class="lens" tabindex="0" aria-label="Lens: pre-activations of each layer">
    <h2>Lens <span>pre-activations <i class="math">z</i> of each layer, training rows</span></h2>
    ${layers.map((layer, at) => panel(model, layer, at, at === layers.length - 1))}
    ${layers.length > 1 ? key() : nothing}
    ${card(model)}
  </section>`;
}

function panel(model: Model, layer: LayerInfo, at: number, isOutput: boolean): TemplateResult {
  const { frame, catalogue, theme, experiment } = model;
  const histogram = frame?.histograms.find((one) => one.layer === at)?.histogram;
  const activation = cardOf(catalogue, layer.activation);
  const curve =
    histogram && activation
      ? model.curves.get(
          activation.id,
          experiment.layers[at]?.params ?? {},
          histogram.low,
          histogram.high,
          CURVE_POINTS,
        )
      : null;
  // Layers may have different activations, so each panel has its own accent.
  const accent = theme.accents[accentOf(activation) - 1] ?? theme.accent;
  const name = isOutput ? 'Output' : `Layer ${at + 1}`;
  const draw = (context: CanvasRenderingContext2D, width: number, height: number) => {
    if (histogram) drawHistogram(context, width, height, { ...theme, accent }, { histogram, curve });
  };
  const label = histogram
    ? `${name}: mean ${fixed(histogram.mean)}, standard deviation ${fixed(histogram.deviation)}${activation ? `, ${percent(histogram.flatShare, 0)} where the slope is nearly 0` : ''}`
    : name;
  return html`<article class="panel-z ${isOutput ? 'last' : ''}" data-accent=${accentOf(activation)} data-layer=${at}>
    <header><b>${name}</b> <span class="act">${activation?.name ?? 'logits'}</span>
      <span class="numbers">${histogram ? html`mean <b>${fixed(histogram.mean)}</b> spread <b>${fixed(histogram.deviation)}</b>` : nothing}</span></header>
    <canvas class="z" data-watch="histogram-${at}" role="img" aria-label=${label} ${paint(draw, [frame?.histograms, curve, theme])}></canvas>
    ${activation && histogram ? health(histogram, layer.units) : nothing}
    ${activation && histogram ? verdict(histogram, at, layer.units) : nothing}
  </article>`;
}

function health({ flatShare, dead }: Histogram, units: number): TemplateResult {
  return html`<div class="health">
    <span class="gauge" aria-hidden="true"><i class="passes" style="width: ${100 * (1 - flatShare)}%"></i><i class="flat" style="width: ${100 * flatShare}%"></i></span>
    <span class="said">${percent(flatShare, 0)} flat${dead ? html` · <b>${dead} of ${units} dead</b>` : nothing}</span>
  </div>`;
}

function verdict({ dead, flatShare }: Histogram, at: number, units: number): TemplateResult | typeof nothing {
  if (dead) {
    const who = dead === units ? (units === 1 ? 'The only unit' : `All ${units} units`) : several(dead, 'unit');
    const fate =
      at === 0
        ? 'As the inputs are fixed, no gradient can revive what is dead here.'
        : 'No gradient gets here now; this may change if the layer before moves.';
    return html`<p class="verdict">${icons.warning}<span>${who} <b>dead</b>: slope 0 for every training row. ${fate}</span></p>`;
  }
  if (flatShare <= MOSTLY_FLAT) return nothing;
  return html`<p class="verdict">${icons.warning}<span>Most values fall where the curve is flat: hardly any gradient gets through.</span></p>`;
}

function key(): TemplateResult {
  return html`<p class="key"><span><i class="passes"></i>gradient passes</span><span><i class="flat"></i>flat: slope < 5 % of steepest</span></p>`;
}

/** What is known of the activation, from its card. */
function card({ catalogue, experiment }: Model): TemplateResult | typeof nothing {
  const activation = cardOf(catalogue, commonActivation(experiment));
  if (!activation) return nothing;
  const names = [
    ['PyTorch', activation.torch],
    ['Keras', activation.keras],
    ['JAX', activation.jax],
    ['ONNX', activation.onnx],
  ].filter(([, name]) => name);
  return html`<section class="card" aria-label="About ${activation.name}">
    <h3>${activation.name}</h3>
    ${activation.reference ? html`<p>${activation.reference}</p>` : nothing}
    ${activation.kinks.map(({ note }) => html`<p>${note}</p>`)}
    ${names.length ? html`<dl>${names.map(([library, name]) => html`<dt>${library}</dt><dd><code>${name}</code></dd>`)}</dl>` : nothing}
  </section>`;
}
