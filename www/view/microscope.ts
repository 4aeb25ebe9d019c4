/** The microscope: one sample, one operation at a time, forward and back, with the numbers there are. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { cardOf, dataCard, faceOf } from '../engine/experiment';
import type { WeightAt } from '../engine/messages';
import type { Microscope, MicroscopeLayer } from '../engine/types';
import { PHASES } from '../micro-desk';
import * as icons from '../theme/icons';
import { accentOf } from '../theme/theme';
import type { Actions, Model } from './model';
import { fixed, percent, power } from './words';

const STEPS: readonly { readonly name: string; readonly about: string }[] = [
  {
    name: 'Weighted sum',
    about: 'Every unit adds up its inputs, each times its weight, and its bias. So far all is linear.',
  },
  {
    name: 'Activation',
    about: 'Each sum goes through the activation: the bend that makes layers more than one linear map.',
  },
  { name: 'Loss', about: 'The output is compared with the target. The loss says how wrong it is.' },
  { name: 'Gradient at the output', about: 'How the loss would change if the output’s sum were a little larger.' },
  {
    name: 'Gradient goes back',
    about:
      'Each unit gets the gradients of those it feeds, through the same weights, times the slope of its activation.',
  },
  { name: 'Update', about: 'Each weight moves against its gradient: gradient by the sum, times what came in.' },
];
/** Units of a layer that are shown. */
const SHOWN = 8;
/** Terms of a sum that are spelled out. */
const TERMS = 6;
const FARTHEST = 1000;

export function microscope(model: Model, act: Actions): TemplateResult {
  const { micro } = model;
  return html`<div class="main micro">
    <div class="stage">
      ${sentence(model, act)}
      ${micro.seen ? html`<div class="bench">${diagram(model, act, micro.seen)}${arithmetic(model, act, micro.seen)}</div>` : refusal(model)}
    </div>
  </div>
  ${phases(model, act)}`;
}

function sentence(model: Model, act: Actions): TemplateResult {
  const { micro, catalogue, experiment, opened, frame } = model;
  const rows = (opened?.info.trainRows ?? 1) + (opened?.info.testRows ?? 0);
  const { seen } = micro;
  const classes = opened?.info.classes ?? [];
  const target = seen
    ? classes.length
      ? html`<b>${classes[seen.target] ?? seen.target}</b>`
      : html`target <b>${short(seen.target)}</b>`
    : nothing;
  const names = [...new Set(experiment.layers.map((layer) => faceOf(catalogue, layer.activation).name))];
  return html`<section class="recipe" aria-label="The sample"><p class="sentence">
    Sample <ap-number label="sample" help="Which row of the data is looked at" .value=${micro.row + 1} .standard=${1} .min=${1} .max=${rows} .whole=${true} data-path="micro.row"
      @set=${(event: CustomEvent<number>) => act.magnify({ row: event.detail - 1 })}></ap-number> of ${rows} of <b>${dataCard(catalogue, experiment)?.title}</b>, ${target}${
        seen ? html` (${seen.trainedOn ? 'learned from' : 'kept for the test'})` : nothing
      }, through a network with <b>${names.join(', ') || 'no activation'}</b> after <b>${frame?.progress.step ?? 0}</b> updates.
    <button class="button" type="button" data-do="train-on" @click=${() => act.step('batch')}>train one batch more</button>
  </p></section>`;
}

function refusal({ micro }: Model): TemplateResult {
  if (!micro.problems.length) return html`<div class="bench waiting" role="img" aria-label="Being looked at"></div>`;
  return html`<div class="bench"><div class="overlay" role="alert" data-state="refused">${icons.warning}<h3>This does not fit under the microscope</h3>
    <ul>${micro.problems.map(({ field, value, accepted }) => html`<li><b>${field}</b>: ${value}; accepted: ${accepted}</li>`)}</ul></div></div>`;
}

/** Which units of a layer are shown: the first ones, and the one that is looked at. */
function shownUnits(count: number, looked: number | null): number[] {
  const all = Array.from({ length: count }, (_, at) => at);
  if (count <= SHOWN) return all;
  const first = all.slice(0, SHOWN);
  return looked !== null && looked >= SHOWN ? [...first.slice(0, -1), looked] : first;
}

/** From the edge of the picture to the middle of its outer columns, in per cent. */
const EDGE = 7;
/** With more columns there is room for the weights alone beside the links. */
const ROOMY = 4;

interface Node {
  readonly x: number;
  readonly y: number;
  /** Number in its layer. */
  readonly unit: number;
}

/** Places in per cent of the diagram: inputs, layers, loss. */
function places(seen: Microscope, looked: { layer: number; unit: number }): Node[][] {
  const columns = seen.layers.length + 2;
  const column = (at: number, units: readonly number[]) =>
    units.map((unit, place) => ({
      x: EDGE + ((100 - 2 * EDGE) * at) / (columns - 1),
      y: (100 * (place + 0.5)) / units.length,
      unit,
    }));
  return [
    column(0, shownUnits(seen.inputs.length, null)),
    ...seen.layers.map((layer, at) =>
      column(at + 1, shownUnits(layer.z.length, looked.layer === at ? looked.unit : null)),
    ),
    column(columns - 1, [0]),
  ];
}

function diagram(model: Model, act: Actions, seen: Microscope): TemplateResult {
  const { micro } = model;
  const nodes = places(seen, micro.unit);
  const { layer, unit } = micro.unit;
  return html`<div class="diagram" role="group" aria-label="The network with its numbers"><div class="plane">
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">${seen.layers.map((one, at) => edges(seen, one, at, nodes, micro.unit, micro.phase))}</svg>
    ${nodes[0]?.map((node) => card(node, 'input', html`<i>${model.opened?.info.features[node.unit] ?? `x${node.unit + 1}`}</i> = <b>${short(seen.inputs[node.unit])}</b>`))}
    ${seen.layers.map((one, at) => nodes[at + 1]?.map((node) => unitCard(model, act, seen, one, at, node)))}
    ${nodes.at(-1)?.map((node) => card(node, `loss, ${lossName(model, seen)}`, micro.phase >= 2 ? html`<i>L</i> = <b>${short(seen.loss)}</b>` : html`<span>…</span>`))}
    ${pills(model, act, seen, nodes, layer, unit)}
  </div></div>`;
}

/** The links of a layer: as wide as their weights, those of the unit looked at in full colour. */
function edges(
  seen: Microscope,
  { weights }: MicroscopeLayer,
  at: number,
  nodes: readonly (readonly Node[])[],
  looked: { layer: number; unit: number },
  phase: number,
) {
  const [from, to] = [nodes[at] ?? [], nodes[at + 1] ?? []];
  const last = at === seen.layers.length - 1;
  const loss = last
    ? to.map((node) => svg`<path class="edge plain" d=${path(node, nodes[at + 2]?.[0] ?? node)} />`)
    : nothing;
  return svg`${to.flatMap((end) =>
    from.map((start) => {
      const weight = weights[end.unit]?.[start.unit] ?? 0;
      const near =
        (looked.layer === at && looked.unit === end.unit) || (looked.layer === at - 1 && looked.unit === start.unit);
      const width = Math.min(6, 0.6 + 2 * Math.abs(weight));
      return svg`<path class="edge ${weight < 0 ? 'negative' : 'positive'} ${near ? 'near' : ''}" style="stroke-width: ${width}" d=${path(start, end)} />
        ${near && phase >= 4 && looked.layer === at - 1 ? svg`<path class="edge back" d=${path(start, end)} />` : nothing}`;
    }),
  )}${loss}`;
}

function path({ x, y }: Node, to: Node): string {
  const bend = (to.x - x) * 0.45;
  return `M${x} ${y}C${x + bend} ${y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
}

function card({ x, y }: Node, name: string, content: TemplateResult): TemplateResult {
  return html`<div class="node" style="left: ${x}%; top: ${y}%"><small>${name}</small><p>${content}</p></div>`;
}

function unitCard(
  model: Model,
  act: Actions,
  seen: Microscope,
  layer: MicroscopeLayer,
  at: number,
  { x, y, unit }: Node,
): TemplateResult {
  const { micro } = model;
  const isOutput = at === seen.layers.length - 1;
  const looked = micro.unit.layer === at && micro.unit.unit === unit;
  const classes = model.opened?.info.classes ?? [];
  const name = isOutput
    ? layer.z.length > 1
      ? (classes[unit] ?? `output ${unit + 1}`)
      : 'output'
    : `layer ${at + 1}, unit ${unit + 1}`;
  const off = !isOutput && micro.phase >= 1 && layer.slope[unit] === 0;
  const second = isOutput
    ? micro.phase >= 2
      ? html` <i>${classes.length ? 'p' : 'y'}</i> = <b>${short(seen.answer[unit] ?? seen.answer[0])}</b>`
      : nothing
    : micro.phase >= 1
      ? html` <i>a</i> = <b>${short(layer.a[unit])}</b>`
      : nothing;
  const gradient =
    micro.phase >= (isOutput ? 3 : 4)
      ? html`<p class="gradient"><i>∂L/∂z</i> = <b>${short(layer.gradientZ[unit])}</b></p>`
      : nothing;
  return html`<button type="button" class="node ${looked ? 'looked' : ''}" style="left: ${x}%; top: ${y}%" aria-pressed=${looked} data-node="${at}.${unit}"
    @click=${() => act.magnify({ unit: { layer: at, unit } })}><small>${name}${off ? html` <em>off here</em>` : nothing}</small>
    <p><i>z</i> = <b>${short(layer.z[unit])}</b>${second}</p>${gradient}</button>`;
}

/** Weights on the links into the unit that is looked at. */
function pills(
  model: Model,
  act: Actions,
  seen: Microscope,
  nodes: readonly (readonly Node[])[],
  layer: number,
  unit: number,
) {
  const { phase } = model.micro;
  const own = seen.layers[layer];
  const end = nodes[layer + 1]?.find((node) => node.unit === unit);
  if (!own || !end) return nothing;
  const starts = nodes[layer] ?? [];
  return starts.map((start, place) => {
    const at: WeightAt = { layer, unit, input: start.unit };
    // Not all at the middle, where the links of neighbours come close.
    const share = 0.42 + 0.12 * (place % 2);
    const [x, y] = [
      start.x + share * (end.x - start.x),
      start.y + (3 * share * share - 2 * share ** 3) * (end.y - start.y),
    ];
    const weight = own.weights[unit]?.[start.unit] ?? 0;
    const extra =
      nodes.length > ROOMY
        ? nothing
        : phase === 5
          ? html`<span class="step">${signed(own.stepWeights[unit]?.[start.unit])}</span>`
          : phase === 4
            ? html`<span class="grad">∇ ${short(own.gradientWeights[unit]?.[start.unit])}</span>`
            : nothing;
    return html`<label class="pill" style="left: ${x}%; top: ${y}%">${nodes.length > ROOMY ? nothing : html`<i>w</i> `}<ap-number label="weight from ${start.unit + 1}" .value=${rounded(weight)} .standard=${rounded(weight)} .min=${-FARTHEST} .max=${FARTHEST}
      data-weight="${layer}.${unit}.${start.unit}" @set=${(event: CustomEvent<number>) => act.setWeight(at, event.detail)}></ap-number>${extra}</label>`;
  });
}

/** The operation of this phase for the unit that is looked at, spelled out. */
function arithmetic(model: Model, act: Actions, seen: Microscope): TemplateResult {
  const { micro, experiment } = model;
  const { layer, unit } = micro.unit;
  const own = seen.layers[layer];
  const step = STEPS[micro.phase];
  if (!own || !step) return html``;
  const isOutput = layer === seen.layers.length - 1;
  const inputs = layer === 0 ? seen.inputs : (seen.layers[layer - 1]?.a ?? []);
  const symbol = layer === 0 ? 'x' : 'a';
  const name = isOutput ? 'the output' : `layer ${layer + 1}, unit ${unit + 1}`;
  const lines = [
    () => sum(own, unit, inputs, symbol),
    () =>
      isOutput
        ? html`<p>The output’s sum is taken as it is: its non-linearity is part of the loss.</p>`
        : html`<p class="line"><i>a</i> = ${activationName(model, own.activation)}(${short(own.z[unit])}) = <b>${short(own.a[unit])}</b></p>
      <p class="line">slope <i>f′(z)</i> = <b>${short(own.slope[unit])}</b></p>`,
    () => lossLines(model, seen),
    () => outputGradient(model, seen, isOutput ? unit : 0),
    () => (isOutput ? outputGradient(model, seen, unit) : back(seen, own, layer, unit)),
    () => update(model, seen, own, unit, inputs, symbol),
  ][micro.phase];
  return html`<aside class="arithmetic" aria-label="The numbers of this step">
    <h2>${step.name} <span>${[2, 3].includes(micro.phase) ? '' : name}</span></h2>
    <p class="about-step">${step.about}</p>
    ${lines?.()}
    ${lesson(model, seen, own, unit, isOutput)}
    ${bias(act, own, layer, unit, inputs.length)}
    ${experiment.optimizer.kind === 'sgd' || micro.phase !== 5 ? nothing : html`<p class="note">The optimiser makes of the gradient what its rule says; plain SGD would move by −rate × gradient.</p>`}
  </aside>`;
}

function sum(own: MicroscopeLayer, unit: number, inputs: readonly number[], symbol: string): TemplateResult {
  const weights = own.weights[unit] ?? [];
  const terms = weights
    .slice(0, TERMS)
    .map((weight, at) => html`${at ? ' + ' : ''}${inBrackets(weight)}·${inBrackets(inputs[at])}`);
  const rest = weights.length > TERMS ? html` + … <small>(${weights.length - TERMS} more)</small>` : nothing;
  return html`<p class="line"><i>z</i> = ${symbols(weights.length, symbol)} + <i>b</i></p>
    <p class="line"><i>z</i> = ${terms}${rest} + ${inBrackets(own.biases[unit])}</p>
    <p class="line"><i>z</i> = <b>${short(own.z[unit])}</b></p>`;
}

function symbols(count: number, symbol: string): TemplateResult {
  const one = (at: number) => html`<i>w</i><sub>${at}</sub><i>${symbol}</i><sub>${at}</sub>`;
  if (count > 3) return html`${one(1)} + ${one(2)} + … + ${one(count)}`;
  return html`${Array.from({ length: count }, (_, at) => html`${at ? ' + ' : ''}${one(at + 1)}`)}`;
}

function lossLines(model: Model, seen: Microscope): TemplateResult {
  const classes = model.opened?.info.classes ?? [];
  const answer = seen.answer.length > 1 ? seen.answer[seen.target] : seen.answer[0];
  const said = classes.length
    ? seen.answer.length > 1
      ? html`<p class="line">probability of ${classes[seen.target] ?? 'its class'}: <i>p</i> = <b>${short(answer)}</b></p>`
      : html`<p class="line"><i>p</i> = σ(<i>z</i>) = <b>${short(answer)}</b>, target <i>y</i> = <b>${seen.target}</b></p>`
    : html`<p class="line">predicted <b>${short(answer)}</b>, target <b>${short(seen.target)}</b></p>`;
  return html`${said}<p class="line"><i>L</i> = ${LOSSES[seen.lossKind] ?? ''} <b>${short(seen.loss)}</b></p>`;
}

/** The losses that are short enough to be written beside their number. */
const LOSSES: Readonly<Record<string, string>> = {
  bce: '−y log p − (1 − y) log(1 − p) =',
  ce: '−log p =',
  mse: '(ŷ − y)² =',
  mae: '|ŷ − y| =',
};

function outputGradient(model: Model, seen: Microscope, unit: number): TemplateResult {
  const output = seen.layers.at(-1);
  const gradient = output?.gradientZ[unit] ?? 0;
  const isPlain = seen.lossKind === 'bce' && seen.answer.length === 1;
  const how = isPlain ? html`<i>p</i> − <i>y</i> = ${short(seen.answer[0])} − ${seen.target} = ` : nothing;
  const way =
    gradient === 0
      ? 'Nothing would change.'
      : gradient > 0
        ? 'A smaller sum would lower the loss.'
        : 'A larger sum would lower the loss.';
  const share = model.opened?.info.classes.length
    ? html` The network gives ${percent(seen.answer.length > 1 ? (seen.answer[seen.target] ?? 0) : seen.target ? (seen.answer[0] ?? 0) : 1 - (seen.answer[0] ?? 0), 0)} to the right class.`
    : nothing;
  return html`<p class="line"><i>∂L/∂z</i> = ${how}<b>${short(gradient)}</b></p><p>${way}${share}</p>`;
}

function back(seen: Microscope, own: MicroscopeLayer, layer: number, unit: number): TemplateResult {
  const next = seen.layers[layer + 1];
  const terms = (next?.weights ?? [])
    .slice(0, TERMS)
    .map((row, at) => html`${at ? ' + ' : ''}${inBrackets(row[unit])}·${inBrackets(next?.gradientZ[at])}`);
  const more = (next?.weights.length ?? 0) > TERMS ? html` + …` : nothing;
  return html`<p class="line"><i>∂L/∂a</i> = ${terms}${more} = <b>${short(own.gradientA[unit])}</b></p>
    <p class="line"><i>∂L/∂z</i> = <i>∂L/∂a</i> · <i>f′(z)</i> = ${inBrackets(own.gradientA[unit])} · ${inBrackets(own.slope[unit])} = <b>${short(own.gradientZ[unit])}</b></p>`;
}

function update(
  model: Model,
  seen: Microscope,
  own: MicroscopeLayer,
  unit: number,
  inputs: readonly number[],
  symbol: string,
): TemplateResult {
  const weights = (own.weights[unit] ?? []).slice(0, TERMS);
  return html`<table class="steps"><caption class="unseen">What the update does to each weight</caption><thead><tr><th scope="col"></th><th scope="col"><i>∂L/∂w</i></th><th scope="col">step</th><th scope="col">new</th></tr></thead>
    <tbody>${weights.map(
      (
        weight,
        at,
      ) => html`<tr><th scope="row"><i>w</i><sub>${at + 1}</sub></th><td>${short(own.gradientZ[unit])}·${inBrackets(inputs[at])} = ${short(own.gradientWeights[unit]?.[at])}</td>
        <td>${signed(own.stepWeights[unit]?.[at])}</td><td><b>${short(weight + (own.stepWeights[unit]?.[at] ?? 0))}</b></td></tr>`,
    )}
    <tr><th scope="row"><i>b</i></th><td>${short(own.gradientBiases[unit])}</td><td>${signed(own.stepBiases[unit])}</td><td><b>${short((own.biases[unit] ?? 0) + (own.stepBiases[unit] ?? 0))}</b></td></tr></tbody></table>
    <p class="note">${symbol === 'x' ? 'Inputs' : 'Activations'} of 0 give their weights no gradient. Rate ${short(seen.rate)}, ${model.catalogue.optimizers.find(({ id }) => id === model.experiment.optimizer.kind)?.label}, for this sample alone.</p>`;
}

/** What is remarkable here. */
function lesson(
  model: Model,
  seen: Microscope,
  own: MicroscopeLayer,
  unit: number,
  isOutput: boolean,
): TemplateResult | typeof nothing {
  const { phase } = model.micro;
  const slope = own.slope[unit] ?? 1;
  const name = activationName(model, own.activation);
  if (isOutput || phase < 1 || phase === 2 || phase === 3) return nothing;
  if (slope === 0)
    return html`<p class="lesson">${icons.warning}<span><b>The slope is 0:</b> ${name} is flat at ${short(own.z[unit])}, so this sample cannot teach this unit anything.</span></p>`;
  if (Math.abs(slope) < 0.05)
    return html`<p class="lesson">${icons.warning}<span><b>The slope is small:</b> only ${percent(Math.abs(slope), 1)} of the gradient gets through here. Over several such layers next to nothing is left.</span></p>`;
  if (
    phase === 4 &&
    Math.abs((seen.layers[0]?.gradientZ ?? []).reduce((most, one) => Math.max(most, Math.abs(one)), 0)) < 1e-4
  )
    return html`<p class="lesson"><span>Next to no gradient arrives at the first layer.</span></p>`;
  return nothing;
}

function bias(act: Actions, own: MicroscopeLayer, layer: number, unit: number, inputs: number): TemplateResult {
  const value = rounded(own.biases[unit] ?? 0);
  return html`<p class="what-if"><span>What if?</span> <i>b</i> <ap-number label="bias" .value=${value} .standard=${value} .min=${-FARTHEST} .max=${FARTHEST} data-weight="${layer}.${unit}.${inputs}"
    @set=${(event: CustomEvent<number>) => act.setWeight({ layer, unit, input: inputs }, event.detail)}></ap-number> <small>Change it, or a weight in the picture: every number follows.</small></p>`;
}

function phases(model: Model, act: Actions): TemplateResult {
  const { micro } = model;
  const go = (phase: number) => act.magnify({ phase });
  return html`<footer class="time phases" aria-label="Steps">
    <button class="round" type="button" data-do="phase-back" aria-label="Step back" title="Back (←)" ?disabled=${micro.phase === 0} @click=${() => go(micro.phase - 1)}>${icons.back}</button>
    <ol class="phase-list">${STEPS.map(
      ({ name }, at) =>
        html`<li><button type="button" aria-current=${at === micro.phase ? 'step' : 'false'} class=${at < micro.phase ? 'done' : ''} data-phase=${at} @click=${() => go(at)}><b>${at + 1}</b><span>${name}</span></button></li>`,
    )}</ol>
    <button class="play" type="button" data-do="phase-on" aria-label="Next step" title="Next (→)" ?disabled=${micro.phase === PHASES - 1} @click=${() => go(micro.phase + 1)}>${icons.stepOn}</button>
  </footer>`;
}

function activationName({ catalogue }: Model, activation: string): string {
  return cardOf(catalogue, activation)?.name ?? 'f';
}

function lossName({ catalogue }: Model, seen: Microscope): string {
  return catalogue.losses.find(({ id }) => id === seen.lossKind)?.label ?? seen.lossKind;
}

/** Which colour the screen has. */
export function microAccent({ catalogue, experiment, micro }: Model): number {
  const layer = experiment.layers[micro.unit.layer] ?? experiment.layers.at(-1);
  return accentOf(layer ? faceOf(catalogue, layer.activation) : undefined);
}

function short(value: number | undefined): string {
  if (value === undefined) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (!Number.isFinite(value) || size >= 0.01) return fixed(value, size >= 100 ? 1 : size >= 1 ? 2 : 3);
  return (value < 0 ? '−' : '') + power(size);
}

function signed(value: number | undefined): string {
  return value !== undefined && value > 0 ? `+${short(value)}` : short(value);
}

function inBrackets(value: number | undefined): string {
  return value !== undefined && value < 0 ? `(${short(value)})` : short(value);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
