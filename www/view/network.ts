/** The network as columns of units, each with what it gives over the plane or the curve it applies, and links by weight. */
import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { curvePath } from '../chart/curve';
import { type Column, drawNet, linkAt, type NetData } from '../chart/net';
import { paint } from '../chart/paint';
import { faceOf, field, isLearned, withActivation, withDepth, withoutLayer, withUnits } from '../engine/experiment';
import { type CurveRequest, TILE_CELLS, type WeightAt } from '../engine/messages';
import type { Experiment, Info, LayerSpec, Trained } from '../engine/types';
import * as icons from '../theme/icons';
import { accentOf } from '../theme/theme';
import { features } from './features';
import { inspector, nameOf } from './inspector';
import type { Actions, Model } from './model';
import { rover } from './rover';
import { several } from './words';

/** Room for the stepper and the activation over a column. */
const HEAD = 62;
/** Smallest distance between the middles of two columns. */
const NARROWEST = 76;
const LARGEST_TILE = 46;
const SMALLEST_TILE = 24;
const NO_CURVE = new Float32Array(0);

export function network(model: Model, act: Actions): TemplateResult {
  const { experiment, catalogue, networkSize, opened, frame } = model;
  const { layers, modules } = experiment;
  const depth = field(catalogue, 'layers');
  const inputs = opened?.info.features ?? [];
  const outputs = Math.max(1, opened?.info.classes.length === 2 ? 1 : (opened?.info.classes.length ?? 1));
  // A module is one box, whatever it is made of.
  const first = modules.length ? 1 : inputs.length || 2;
  const counts = [first, ...modules.map(() => 1), ...layers.map(({ units }) => units), outputs];
  const width = Math.max(networkSize.width, 36 + NARROWEST * (counts.length - 1));
  const columns = arrange(counts, width, networkSize.height);
  const net = netOf(model, columns);
  return html`<section class="network" role="group" aria-label="Network, ${several(layers.length, 'hidden layer')}">
    <h2>network <span>${several(opened?.info.parameters ?? 0, 'parameter')}</span>
      ${
        opened?.points && !modules.length
          ? html`<button class="tool-text" type="button" data-do="tiles" title="What the tiles show (T)" @click=${() => act.watch({ tiles: model.net.tiles === 'maps' ? 'curves' : 'maps' })}>${model.net.tiles === 'maps' ? 'show curves' : 'show maps'}</button>`
          : nothing
      }
      <button class="add" type="button" data-do="add-layer" ?disabled=${layers.length >= depth.max}
        @click=${() => act.change(withDepth(experiment, layers.length + 1, catalogue.standard))}>${icons.plus}layer</button></h2>
    ${features(model, act)}
    <div class="columns ${width > networkSize.width ? 'wide' : ''}" data-watch="network" tabindex=${width > networkSize.width ? 0 : -1}>
      <div class="drawing" style="width: ${width}px" @pointermove=${(event: PointerEvent) => {
        (event.currentTarget as HTMLElement).style.cursor = linkUnder(event, net) ? 'pointer' : '';
      }} @click=${(event: MouseEvent) => {
        const link = linkUnder(event, net);
        if (link) act.watch({ link, pinned: null });
      }}>
        ${layers.map((_, at) => head(model, act, at, columns[at + 1 + modules.length]?.x ?? 0))}
        ${drawing(model, columns, width, [drawingKey(experiment, opened?.info), width, networkSize.height])}
        <canvas class="net" style="width: ${width}px; height: ${networkSize.height}px" aria-hidden="true"
          ${paint((context) => drawNet(context, model.theme, net), [model.theme, frame?.weights, frame?.units, net.features, model.net, columns, net.dead.join('|')])}></canvas>
        ${units(model, act, net)}
      </div>
    </div>
    ${inspector(model, act)}
  </section>`;
}

/** What is drawn anew with every frame. */
function netOf(model: Model, columns: readonly Column[]): NetData {
  const { experiment, opened, frame, net } = model;
  const { modules, layers } = experiment;
  const maps = showsMaps(model);
  return {
    columns: columns.slice(modules.length),
    weights: frame?.weights ?? null,
    inputsShown: modules.length === 0,
    features: maps && opened ? opened.features : null,
    units: maps ? (frame?.units ?? null) : null,
    widths: layers.map((_, at) => opened?.info.layers[at + 1]?.fanIn ?? 0),
    cells: TILE_CELLS,
    dead: layers.map((_, at) => frame?.histograms.find((one) => one.layer === at)?.histogram.deadUnits ?? []),
    looked: net.hover ?? net.pinned,
    link: net.link,
  };
}

/** Whether tiles show what units give over the plane. */
function showsMaps({ experiment, opened, net }: Model): boolean {
  return net.tiles === 'maps' && opened?.points != null && experiment.modules.length === 0;
}

/** A button for each unit shown: the pointer or the focus looks at it, a click keeps it looked at. */
function units(model: Model, act: Actions, { columns }: NetData): TemplateResult {
  const { net } = model;
  const last = columns.length - 1;
  const button = ({ x, tile }: Column, layer: number, y: number, unit: number) => {
    const here = { layer, unit };
    const pinned = net.pinned?.layer === layer && net.pinned.unit === unit;
    const size = layer === last - 1 ? 24 : tile;
    const pin = () => act.watch({ pinned: pinned ? null : here, link: null });
    return html`<button class="unit" type="button" style="left: ${x - size / 2}px; top: ${y - size / 2}px; width: ${size}px; height: ${size}px"
      aria-label=${nameOf(model, layer, unit)} aria-pressed=${pinned} data-unit="${layer}.${unit}" tabindex=${layer === 0 && unit === 0 ? 0 : -1}
      @pointerenter=${() => act.watch({ hover: here })} @pointerleave=${() => act.watch({ hover: null })}
      @focus=${() => act.watch({ hover: here })} @blur=${() => act.watch({ hover: null })} @click=${pin}></button>`;
  };
  return html`<div class="unit-buttons" role="group" aria-label="Units: Enter keeps one looked at" @keydown=${rover('.unit')}>${columns.slice(1).map((column, layer) => column.ys.map((y, unit) => button(column, layer, y, unit)))}</div>`;
}

/** The link under the pointer, unless something lies on it. */
function linkUnder(event: MouseEvent, net: NetData): WeightAt | null {
  if ((event.target as Element).closest('button, ap-menu, .head')) return null;
  const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return linkAt(net, event.clientX - left, event.clientY - top);
}

/** The last arrangement: as long as nothing moves it is the same one, so that nothing is drawn anew on its account. */
let arranged: { readonly key: string; readonly columns: Column[] } = { key: '', columns: [] };

function arrange(counts: readonly number[], width: number, height: number): Column[] {
  const key = [width, height, ...counts].join();
  if (key !== arranged.key) arranged = { key, columns: spread(counts, width, height) };
  return arranged.columns;
}

/** Spreads columns evenly, and the units of each over the height. */
function spread(counts: readonly number[], width: number, height: number): Column[] {
  const left = 22;
  const right = width - 12;
  const room = Math.max(80, height - HEAD - 8);
  return counts.map((count, at) => {
    const most = Math.max(2, Math.floor(room / (SMALLEST_TILE + 6)));
    const shown = count > most ? most - 1 : count;
    const places = count > most ? most : count;
    const pitch = Math.min(LARGEST_TILE + 18, room / places);
    const tile = at === counts.length - 1 ? 12 : Math.min(LARGEST_TILE, pitch - Math.min(14, pitch * 0.22));
    const top = HEAD + room / 2 - (pitch * (places - 1)) / 2;
    const x = counts.length === 1 ? left : left + (at * (right - left)) / (counts.length - 1);
    return { x, ys: Array.from({ length: shown }, (_, unit) => top + unit * pitch), tile, hidden: count - shown };
  });
}

function head(model: Model, act: Actions, at: number, x: number): TemplateResult | typeof nothing {
  const { experiment, catalogue } = model;
  const layer = experiment.layers[at];
  if (!layer) return nothing;
  const units = field(catalogue, 'layers[].units');
  const set = (count: number) => act.change(withUnits(experiment, at, count));
  const name = `layer ${at + 1}`;
  const removable = experiment.layers.length > 0;
  return html`<div class="head" style="left: ${x}px" role="group" aria-label=${name}>
    <div class="stepper">
      <button type="button" aria-label="One unit less in ${name}" ?disabled=${layer.units <= units.min} @click=${() => set(layer.units - 1)}>${icons.minus}</button>
      <span class="units" aria-label=${several(layer.units, 'unit')}>${layer.units}</span>
      <button type="button" aria-label="One unit more in ${name}" ?disabled=${layer.units >= units.max} @click=${() => set(layer.units + 1)}>${icons.plus}</button>
    </div>
    <div class="under">
      <ap-menu look="small" label="activation of ${name}" .options=${model.menus.activations} .value=${layer.activation} .text=${faceOf(catalogue, layer.activation).name} data-path="layers[${at}].activation"
        @choose=${(event: CustomEvent<string>) => act.change(withActivation(experiment, event.detail, at))}></ap-menu>
      ${
        removable
          ? html`<button class="remove" type="button" aria-label="Remove ${name}" title="Remove ${name}" @click=${() => act.change(withoutLayer(experiment, at))}>${icons.close}</button>`
          : nothing
      }
    </div>
  </div>`;
}

/** Changes when something drawn does. */
function drawingKey(experiment: Experiment, info: Info | undefined): string {
  return JSON.stringify([experiment.layers, experiment.modules, info?.features, info?.classes]);
}

/** `shape` is whatever the places of units and links depend on. */
function drawing(model: Model, columns: readonly Column[], width: number, shape: readonly unknown[]): TemplateResult {
  const { networkSize, opened, theme, catalogue } = model;
  const { modules } = model.experiment;
  const features = opened?.info.features ?? [];
  const last = columns.length - 1;
  const fixed =
    () => svg`${columns.slice(1, modules.length + 1).map((column, at) => svg`<path class="links" d=${links(columns[at], column)} />`)}
    ${columns.map((column, at) => {
      if (at === 0 && showsMaps(model))
        return column.ys.map(
          (y, unit) =>
            svg`<text class="above" x=${column.x} y=${y - column.tile / 2 - 5}>${features[unit] ?? ''}</text>`,
        );
      if (at === 0) {
        const named = modules.length ? Number.POSITIVE_INFINITY : features.length;
        return column.ys.map((y, unit) => inputTile(column, y, features[unit] ?? '', named));
      }
      const module = modules[at - 1];
      if (module)
        return moduleTile(column, catalogue.modules.find(({ id }) => id === module.kind)?.label ?? module.kind, at);
      return at === last ? column.ys.map((y) => svg`<circle class="output" cx=${column.x} cy=${y} r="6" />`) : nothing;
    })}
    ${columns.map((column) => (column.hidden ? svg`<text class="rest" x=${column.x} y=${(column.ys.at(-1) ?? 0) + column.tile / 2 + 20}>+ ${column.hidden}</text>` : nothing))}`;
  return html`<svg class="units" width=${width} height=${networkSize.height} aria-hidden="true">
    ${guard([...shape, theme, showsMaps(model)], () => svg`<g>${fixed()}</g>`)}
    ${showsMaps(model) ? nothing : columns.slice(1 + modules.length, -1).map((column, at) => hidden(model, column, at, shape))}
  </svg>`;
}

/** The units of a hidden layer, each with the curve it applies now. */
function hidden(model: Model, column: Column, at: number, shape: readonly unknown[]): unknown {
  const { experiment, catalogue, curves, frame, theme } = model;
  const layer = experiment.layers[at];
  if (!layer) return nothing;
  const start = curves.get(layer.activation, layer.params)?.value ?? NO_CURVE;
  const learned = isLearned(catalogue, layer);
  const trained = learned ? (frame?.histograms.find((one) => one.layer === at)?.histogram.trained ?? []) : [];
  const held = trained.length ? curves.follow(`tiles ${at}`, present(layer, trained)) : null;
  const now = held?.request.activation === layer.activation ? held.curve : null;
  const sets = trained[0]?.sets ?? 0;
  // Of a wide layer not every unit is told; those that are not have the mark of what is learned.
  const own = (unit: number) => {
    if (!now) return null;
    if (sets === 1) return now.value;
    const shown = now.units.length / now.value.length;
    const place = Array.from({ length: shown }, (_, pick) => Math.floor((pick * sets) / shown)).indexOf(unit);
    return place < 0 ? null : now.units.subarray(place * now.value.length, (place + 1) * now.value.length);
  };
  const accent = accentOf(faceOf(catalogue, layer.activation));
  return guard([...shape, theme, start, now, sets, accent], () => {
    const path = curvePath(start, 100, 100);
    return svg`<g data-accent=${accent}>${column.ys.map((y, unit) => {
      const curve = own(unit);
      return unitTile(column, y, curve ? curvePath(curve, 100, 100) : path, learned && !curve);
    })}</g>`;
  });
}

/** The curves of a layer as it is trained: that of the mean, and those of its units. */
function present({ activation, params }: LayerSpec, trained: readonly Trained[]): CurveRequest {
  const own = trained[0]?.units ?? [];
  const given = params as Record<string, number>;
  const numbers = (of: (one: Trained) => number) => ({
    ...given,
    ...Object.fromEntries(trained.map((one) => [one.id, of(one)])),
  });
  return {
    activation,
    params: numbers(({ mean }) => mean),
    low: -4,
    high: 4,
    count: 81,
    units: own.map((_, at) => numbers(({ mean, units }) => units[at] ?? mean)),
  };
}

/** `marked` is a unit whose curve has moved on from the one that is drawn. */
function unitTile({ x, tile }: Column, y: number, path: string, marked: boolean): SVGTemplateResult {
  const inner = tile - 12;
  const [left, top] = [x - tile / 2, y - tile / 2];
  return svg`<rect class="tile" x=${left} y=${top} width=${tile} height=${tile} rx=${Math.min(11, tile / 4)} />
    <g transform="translate(${left + 6} ${top + 6}) scale(${inner / 100})"><path class="curve" d=${path} vector-effect="non-scaling-stroke" /></g>
    ${marked ? svg`<g class="learned"><title>Learned: this is where it started</title><circle cx=${left + tile - 5} cy=${top + 5} r="4.5" /><path d="M${left + tile - 7} ${top + 5}h4m-2 -2v4" /></g>` : nothing}`;
}

/** Letters that fit into the tile of an input. */
const LONGEST_NAME = 4;

function inputTile({ x, tile }: Column, y: number, name: string, count: number): SVGTemplateResult {
  // The names of a table's columns are too long for a tile: they show on hover.
  const short = count <= 2 && name.length <= LONGEST_NAME ? name : '';
  const size = short ? Math.min(tile, 38) : Math.min(tile, 20);
  return svg`<g><title>${name}</title><rect class="tile input" x=${x - size / 2} y=${y - size / 2} width=${size} height=${size} rx=${size / 4} />
    <text class="feature" x=${x} y=${y}>${short}</text></g>`;
}

/** A module; names stand above and below in turn, since they are wider than the columns. */
function moduleTile({ x, ys, tile }: Column, label: string, at: number): SVGTemplateResult {
  const y = ys[0] ?? 0;
  const size = Math.min(tile, 40);
  return svg`<g><rect class="tile" x=${x - size / 2} y=${y - size / 2} width=${size} height=${size} rx=${size / 4} />
    <text class="rest" x=${x} y=${at % 2 ? y - size / 2 - 8 : y + size / 2 + 18}>${label}</text></g>`;
}

/** One path for all links between two columns. */
function links(from: Column | undefined, to: Column): string {
  if (!from) return '';
  const [x1, x2] = [from.x + from.tile / 2, to.x - to.tile / 2];
  const bend = (x2 - x1) * 0.45;
  return from.ys
    .flatMap((y1) =>
      to.ys.map(
        (y2) =>
          `M${x1.toFixed(1)} ${y1.toFixed(1)}C${(x1 + bend).toFixed(1)} ${y1.toFixed(1)} ${(x2 - bend).toFixed(1)} ${y2.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`,
      ),
    )
    .join('');
}
