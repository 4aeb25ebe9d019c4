/**
 * The losses of a race over the epochs: of each racer the median of its seeds, thin lines for the seeds, and the range of the
 * one that is looked at. uPlot draws the axes and follows the pointer; the lines and the names at their ends are drawn on top.
 */
import { html, LitElement, type PropertyValues } from 'lit';
import type uPlot from 'uplot';
import type { Measure, Spread } from '../engine/types';
import type { Theme } from '../theme/theme';
import { count, loss, percent } from '../view/words';
import { apart } from './labels';
import { decadeLabel, decadesAndBetween, drawLeader, logTicks } from './log-axis';

/** A racer as it is drawn. */
export interface Line {
  readonly name: string;
  /** Number of its colour, from 1. */
  readonly accent: number;
  /** What its seeds show together, at the start and after each epoch. */
  readonly spreads: readonly Spread[];
  /** What each seed shows. */
  readonly seeds: readonly (readonly number[])[];
}

/** What the chart shows. */
export interface RaceData {
  readonly lines: readonly Line[];
  readonly measure: Measure;
  /** To which epoch they race. */
  readonly epochs: number;
  /** The line that is looked at. */
  readonly focus: number | null;
}

const LABELS = 104;
const AXIS_LEFT = 46;
const AXIS_BOTTOM = 22;
/** Between two names at the ends of lines. */
const NAME_HEIGHT = 17;
/** Points of a line: more cannot be told apart. */
const MOST_POINTS = 800;
/** How near the pointer has to be to a line. */
const NEAR_PX = 40;

export class RaceChart extends LitElement {
  static override properties = { data: { attribute: false }, theme: { attribute: false }, label: {} };

  data: RaceData | null = null;
  theme: Theme | null = null;
  label = '';

  #plot: uPlot | null = null;
  /** What the plot was made for. */
  #made: { readonly theme: Theme; readonly measure: Measure } | null = null;
  #creating = false;
  readonly #sizes = new ResizeObserver(() => this.#fit());

  override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  override render(): unknown {
    return html`<div class="plot" role="img" aria-label=${this.label} @pointerleave=${() => this.#look(null)}></div>
      <output class="readout" aria-hidden="true" hidden></output>`;
  }

  override updated(changed: PropertyValues): void {
    if (!this.data || !this.theme) return;
    if (!this.#plot || this.#made?.theme !== this.theme || this.#made.measure !== this.data.measure)
      void this.#create();
    else if (changed.has('data')) this.#plot.setData(frame(this.data));
  }

  async #create(): Promise<void> {
    if (this.#creating || !this.theme) return;
    this.#creating = true;
    // uPlot throws while it loads when the browser has no usable locale; the numbers are on the page all the same.
    const library = await import('uplot').catch(() => null);
    this.#creating = false;
    const place = this.querySelector<HTMLElement>('.plot');
    if (!library || !place || !this.data || !this.isConnected) return;
    this.#plot?.destroy();
    this.#made = { theme: this.theme, measure: this.data.measure };
    this.#plot = new library.default(
      this.#options(this.theme, this.data.measure, library.default),
      frame(this.data),
      place,
    );
    this.#fit();
  }

  #fit(): void {
    const place = this.querySelector<HTMLElement>('.plot');
    if (this.#plot && place?.clientWidth && place.clientHeight)
      this.#plot.setSize({ width: place.clientWidth, height: place.clientHeight });
  }

  #options(theme: Theme, measure: Measure, library: typeof uPlot): uPlot.Options {
    const font = `500 11px ${theme.font}`;
    const axis = { stroke: theme.muted, font, ticks: { show: false } };
    const grid = { stroke: theme.line, width: 1 };
    const isLoss = measure === 'loss';
    return {
      width: 400,
      height: 120,
      padding: [8, LABELS, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: () => [0, Math.max(1, this.data?.epochs ?? 1)] },
        y: isLoss ? { distr: 3, range: () => this.#lossRange() } : { range: () => this.#shareRange() },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: AXIS_BOTTOM,
          gap: 4,
          space: 70,
          values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? count(tick) : '')),
        },
        isLoss
          ? {
              ...axis,
              grid: { ...grid, filter: decadesAndBetween },
              size: AXIS_LEFT,
              gap: 8,
              splits: (_, __, low, high) => logTicks(low, high),
              values: (_, ticks) => ticks.map(decadeLabel),
              filter: decadesAndBetween,
            }
          : { ...axis, grid, size: AXIS_LEFT, gap: 8, values: (_, ticks) => ticks.map((tick) => percent(tick, 0)) },
      ],
      series: [{}, { show: true, points: { show: false }, width: 0 }],
      hooks: {
        draw: [(plot) => this.#draw(plot, theme, library.pxRatio)],
        setCursor: [(plot) => this.#follow(plot)],
      },
    };
  }

  /** From a little below the lowest loss to a little above the highest, on the logarithmic axis. */
  #lossRange(): [number, number] {
    let [low, high] = [Number.POSITIVE_INFINITY, 0];
    for (const value of this.#shown()) {
      if (!(value > 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (!high) return [0.1, 1];
    // A race that has just begun has no range yet.
    return [Math.max(1e-12, Math.min(low * 0.85, high / 2)), high * 1.12];
  }

  #shareRange(): [number, number] {
    let low = 1;
    for (const value of this.#shown()) low = Math.min(low, value);
    return [Math.max(0, Math.min(0.5, low) - 0.03), 1.01];
  }

  /** Every number that is drawn. */
  *#shown(): Generator<number> {
    for (const { seeds } of this.data?.lines ?? [])
      for (const seed of seeds) for (const value of seed) if (Number.isFinite(value)) yield value;
  }

  #draw(plot: uPlot, theme: Theme, ratio: number): void {
    const { data } = this;
    if (!data) return;
    const { ctx, bbox } = plot;
    const x = (epoch: number) => plot.valToPos(epoch, 'x', true);
    const y = (value: number) => plot.valToPos(value, 'y', true);
    const isLoss = data.measure === 'loss';
    const drawable = (value: number | null | undefined): value is number =>
      typeof value === 'number' && Number.isFinite(value) && (!isLoss || value > 0);
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.lineJoin = 'round';
    const stroke = (values: readonly (number | null)[], colour: string, width: number, opacity: number) => {
      ctx.beginPath();
      for (const at of epochsDrawn(values.length)) {
        const value = values[at];
        if (drawable(value)) ctx.lineTo(x(at), y(value));
      }
      ctx.globalAlpha = opacity;
      ctx.strokeStyle = colour;
      ctx.lineWidth = width * ratio;
      ctx.stroke();
      ctx.globalAlpha = 1;
    };
    const colour = ({ accent }: Line) => theme.accents[accent - 1] ?? theme.ink;
    const faded = (at: number) => data.focus !== null && data.focus !== at;
    const looked = data.lines[data.focus ?? -1];
    if (looked) {
      // Of a racer with runs that diverged the worst has no number: its range is open upwards.
      const edge = isLoss ? bbox.top : bbox.top + bbox.height;
      const steps = epochsDrawn(looked.spreads.length);
      const place = (value: number | null | undefined) => (drawable(value) ? y(value) : edge);
      ctx.beginPath();
      for (const at of steps) ctx.lineTo(x(at), place(looked.spreads[at]?.best));
      for (const at of [...steps].reverse()) ctx.lineTo(x(at), place(looked.spreads[at]?.worst));
      ctx.closePath();
      ctx.globalAlpha = 0.13;
      ctx.fillStyle = colour(looked);
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    data.lines.forEach((line, at) => {
      for (const seed of line.seeds) stroke(seed, colour(line), 1, faded(at) ? 0.1 : 0.3);
    });
    data.lines.forEach((line, at) => {
      stroke(
        line.spreads.map(({ median }) => median),
        colour(line),
        at === data.focus ? 3.2 : 2.4,
        faded(at) ? 0.35 : 1,
      );
    });
    ctx.restore();
    this.#drawNames(plot, theme, ratio, data, drawable);
  }

  #drawNames(
    plot: uPlot,
    theme: Theme,
    ratio: number,
    { lines, focus }: RaceData,
    drawable: (value: number | null | undefined) => value is number,
  ): void {
    const { ctx, bbox } = plot;
    const ends = lines.flatMap(({ name, accent, spreads }, at) => {
      // Where the median diverged its line ends earlier.
      let last = spreads.length - 1;
      while (last >= 0 && !drawable(spreads[last]?.median)) last--;
      const value = spreads[last]?.median;
      if (!drawable(value)) return [];
      const y = Math.max(bbox.top, Math.min(bbox.top + bbox.height, plot.valToPos(value, 'y', true)));
      const faded = focus !== null && focus !== at;
      return [{ name, accent, x: plot.valToPos(last, 'x', true), y, faded }];
    });
    ends.sort((a, b) => a.y - b.y);
    const rows = apart(
      ends.map(({ y }) => y),
      NAME_HEIGHT * ratio,
      bbox.top + 4 * ratio,
      bbox.top + bbox.height - 4 * ratio,
    );
    ctx.save();
    ctx.font = `620 ${12 * ratio}px ${theme.font}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ends.forEach((end, at) => {
      const row = rows[at] ?? end.y;
      const colour = theme.accents[end.accent - 1] ?? theme.ink;
      ctx.globalAlpha = end.faded ? 0.45 : 1;
      ctx.fillStyle = colour;
      ctx.beginPath();
      ctx.arc(end.x, end.y, 4 * ratio, 0, 7);
      ctx.fill();
      if (Math.abs(row - end.y) > 3 * ratio) drawLeader(ctx, { ...end, dot: 4, colour }, row, ratio);
      ctx.fillStyle = theme.accentTexts[end.accent - 1] ?? theme.ink;
      ctx.fillText(end.name, end.x + 12 * ratio, row, (LABELS - 14) * ratio);
    });
    ctx.restore();
  }

  /** The racer whose line is next to the pointer is the one that is looked at. */
  #follow(plot: uPlot): void {
    const readout = this.querySelector<HTMLElement>('.readout');
    const { left, top } = plot.cursor;
    const { data } = this;
    if (!readout || !data) return;
    if (left === undefined || top === undefined || left < 0) {
      readout.hidden = true;
      return;
    }
    const epoch = Math.round(plot.posToVal(left, 'x'));
    const shown = data.lines.map(({ spreads }) => spreads[epoch]?.median ?? null);
    const far = shown.map((value) =>
      value === null ? Number.POSITIVE_INFINITY : Math.abs(plot.valToPos(value, 'y') - top),
    );
    const nearest = far.indexOf(Math.min(...far));
    this.#look((far[nearest] ?? NEAR_PX) < NEAR_PX ? nearest : null);
    const line = data.lines[nearest];
    const spread = line?.spreads[epoch];
    readout.hidden = !line || !spread;
    if (!line || !spread) return;
    const say = (value: number | null) =>
      value === null ? 'not a number' : data.measure === 'loss' ? loss(value) : percent(value);
    const range = line.seeds.length > 1 ? `, ${say(spread.worst)} to ${say(spread.best)}` : '';
    readout.textContent = `epoch ${count(epoch)} · ${line.name} ${say(spread.median)}${range}`;
    const room = this.clientWidth - readout.offsetWidth - 4;
    readout.style.left = `${Math.max(4, Math.min(room, left + AXIS_LEFT + 12))}px`;
  }

  #look(line: number | null): void {
    if (line === (this.data?.focus ?? null)) return;
    this.dispatchEvent(new CustomEvent('look', { detail: line }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'ap-race-chart': RaceChart;
  }
}

/** uPlot draws axes round what it is given: a line that is not seen. */
function frame({ lines, epochs }: RaceData): uPlot.AlignedData {
  const all = Math.max(epochs, ...lines.map(({ spreads }) => spreads.length - 1), 1);
  const x = epochsDrawn(all + 1);
  return [x, x.map(() => null)];
}

/** The epochs of which a line has points: all, or evenly spaced ones and the last. */
function epochsDrawn(length: number): number[] {
  const stride = Math.max(1, Math.ceil(length / MOST_POINTS));
  const epochs: number[] = [];
  for (let at = 0; at < length - 1; at += stride) epochs.push(at);
  if (length) epochs.push(length - 1);
  return epochs;
}
