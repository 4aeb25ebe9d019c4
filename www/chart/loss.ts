/**
 * The loss over the epochs. uPlot draws lines, axes and the cursor; the ghost of the run before, the labels at the ends
 * of the lines and the mark of a divergence are drawn on top.
 */
import { html, LitElement, type PropertyValues } from 'lit';
import type uPlot from 'uplot';
import type { Ghost, History } from '../player';
import type { Theme } from '../theme/theme';
import { count, loss } from '../view/words';
import { apart } from './labels';
import { decadeLabel, drawLeader, logTicks, onlyDecades } from './log-axis';

/** What the chart shows. */
export interface LossData {
  readonly history: History;
  /** Where the run has been beyond the present moment. */
  readonly ahead: History;
  readonly ghost: Ghost | null;
  /** Name of the ghost's activation. */
  readonly ghostLabel: string;
  /** Where the run is now, between the points of the history. */
  readonly head: { readonly epoch: number; readonly train: number; readonly test: number } | null;
  /** The epoch at which the loss was no longer a number. */
  readonly broken: number | null;
}

/** Room for the labels at the ends of the lines. */
const LABELS = 62;
const AXIS_LEFT = 44;
const AXIS_BOTTOM = 22;

export class LossChart extends LitElement {
  static override properties = { data: { attribute: false }, theme: { attribute: false }, label: {} };

  data: LossData | null = null;
  theme: Theme | null = null;
  label = '';

  #plot: uPlot | null = null;
  #plotTheme: Theme | null = null;
  #creating = false;
  #dragging = false;
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
    const epoch = this.data?.head?.epoch ?? 0;
    return html`<div class="plot" role="slider" tabindex="0" aria-label="Time" aria-orientation="horizontal" aria-valuemin="0" aria-valuemax=${this.#furthest()}
        aria-valuenow=${epoch} aria-valuetext=${this.label} title="Drag, or use the arrow keys, to go back in time"
        @keydown=${this.#onKey} @pointerdown=${this.#onDown} @pointermove=${this.#onMove} @pointerup=${this.#onUp} @pointercancel=${this.#onUp}></div><output class="readout" aria-hidden="true" hidden></output>`;
  }

  override updated(changed: PropertyValues): void {
    if (!this.data || !this.theme) return;
    if (!this.#plot || this.#plotTheme !== this.theme) void this.#create();
    else if (changed.has('data')) this.#plot.setData(columns(this.data));
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
    this.#plotTheme = this.theme;
    const options = this.#options(this.theme, library.default);
    this.#plot = new library.default(options, columns(this.data), place);
    this.#fit();
  }

  /** The last epoch the run has been at. */
  #furthest(): number {
    return Math.max(this.data?.head?.epoch ?? 0, this.data?.ahead.epochs.at(-1) ?? 0);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const now = this.data?.head?.epoch ?? 0;
    const far = Math.max(1, Math.round(this.#furthest() / 10));
    const wanted = {
      ArrowLeft: Math.ceil(now) - 1,
      ArrowDown: Math.ceil(now) - 1,
      ArrowRight: Math.floor(now) + 1,
      ArrowUp: Math.floor(now) + 1,
      PageDown: now - far,
      PageUp: now + far,
      Home: 0,
      End: this.#furthest(),
    }[event.key];
    if (wanted === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#goTo(wanted);
  };

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !this.#plot) return;
    this.#dragging = true;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#onMove(event);
  };

  readonly #onMove = (event: PointerEvent): void => {
    const plot = this.#plot;
    if (!this.#dragging || !plot) return;
    this.#goTo(plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x'));
  };

  readonly #onUp = (): void => {
    this.#dragging = false;
  };

  #goTo(epoch: number): void {
    const detail = Math.round(Math.max(0, Math.min(this.#furthest(), epoch)));
    this.dispatchEvent(new CustomEvent('scrub', { detail }));
  }

  #fit(): void {
    const place = this.querySelector<HTMLElement>('.plot');
    if (this.#plot && place?.clientWidth && place.clientHeight)
      this.#plot.setSize({ width: place.clientWidth, height: place.clientHeight });
  }

  #options(theme: Theme, library: typeof uPlot): uPlot.Options {
    const font = `500 11px ${theme.font}`;
    const axis = { stroke: theme.muted, font, ticks: { show: false } };
    const grid = { stroke: theme.line, width: 1, filter: onlyDecades };
    const points = { show: false };
    return {
      width: 400,
      height: 120,
      padding: [8, LABELS, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: () => [0, this.#lastEpoch()] },
        y: { distr: 3, range: () => this.#decades() },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: AXIS_BOTTOM,
          gap: 4,
          space: 70,
          values: (_, ticks) => ticks.map((tick) => count(tick)),
        },
        {
          ...axis,
          grid,
          size: AXIS_LEFT,
          gap: 8,
          splits: (_, __, low, high) => logTicks(low, high),
          values: (_, ticks) => ticks.map(decadeLabel),
          filter: onlyDecades,
        },
      ],
      series: [
        {},
        { label: 'train', stroke: theme.muted, width: 1.4, points },
        { label: 'test', stroke: theme.accent, width: 2.4, points },
      ],
      hooks: {
        drawClear: [(plot) => this.#drawGhost(plot, theme, library.pxRatio)],
        draw: [(plot) => this.#drawEnds(plot, theme, library.pxRatio)],
        setCursor: [(plot) => this.#showValues(plot)],
      },
    };
  }

  /** The right end of the axis: it grows in leaps, so that the line does not creep. */
  #lastEpoch(): number {
    const ghost = this.data?.ghost?.epochs.at(-1) ?? 0;
    const epoch = Math.max(10, this.#furthest(), ghost);
    const unit = 10 ** Math.floor(Math.log10(epoch));
    return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * unit).find((end) => end >= epoch) ?? epoch;
  }

  /** Whole decades that hold every loss that is a number. */
  #decades(): [number, number] {
    const { history, ahead, ghost } = this.data ?? {};
    let [low, high] = [1, 0];
    for (const values of [history?.train, history?.test, ahead?.test, ghost?.test]) {
      for (const value of values ?? []) {
        if (!(value > 0 && Number.isFinite(value))) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    const top = 10 ** Math.ceil(Math.log10(Math.max(high, 0.1)) - 0.08);
    return [Math.min(10 ** Math.floor(Math.log10(Math.max(low, 1e-12)) + 1e-9), top / 10), top];
  }

  /** The run before this one, what is ahead of this one, and where it stands. */
  #drawGhost(plot: uPlot, theme: Theme, ratio: number): void {
    const { ghost, ahead, head } = this.data ?? {};
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const line = (epochs: Float64Array, values: Float64Array, from: number) => {
      ctx.beginPath();
      epochs.forEach((epoch, at) => {
        const value = values[at] ?? 0;
        if (epoch >= from && value > 0 && Number.isFinite(value))
          ctx.lineTo(plot.valToPos(epoch, 'x', true), plot.valToPos(value, 'y', true));
      });
      ctx.lineWidth = 1.3 * ratio;
      ctx.stroke();
    };
    ctx.strokeStyle = theme.control;
    if (ghost) {
      ctx.setLineDash([5 * ratio, 4 * ratio]);
      line(ghost.epochs, ghost.test, 0);
      ctx.setLineDash([]);
    }
    const epoch = head?.epoch ?? 0;
    if (ahead?.epochs.length) {
      ctx.globalAlpha = 0.5;
      ctx.strokeStyle = theme.accent;
      line(ahead.epochs, ahead.test, epoch);
      ctx.globalAlpha = 1;
    }
    if (head) {
      ctx.strokeStyle = theme.control;
      ctx.lineWidth = ratio;
      const x = plot.valToPos(epoch, 'x', true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  #drawEnds(plot: uPlot, theme: Theme, ratio: number): void {
    const { data } = this;
    if (!data) return;
    const { ctx, bbox } = plot;
    const y = (value: number) => Math.max(bbox.top, Math.min(bbox.top + bbox.height, plot.valToPos(value, 'y', true)));
    const ends: { text: string; colour: string; x: number; y: number; dot: number }[] = [];
    if (data.ghost) {
      const [epoch, value] = [data.ghost.epochs.at(-1), data.ghost.test.at(-1)];
      if (epoch !== undefined && value && Number.isFinite(value))
        ends.push({
          text: data.ghostLabel,
          colour: theme.muted,
          x: plot.valToPos(epoch, 'x', true),
          y: y(value),
          dot: 0,
        });
    }
    if (data.head) {
      const x = plot.valToPos(data.head.epoch, 'x', true);
      if (Number.isFinite(data.head.train) && data.head.train > 0)
        ends.push({ text: 'train', colour: theme.muted, x, y: y(data.head.train), dot: 2.5 });
      if (Number.isFinite(data.head.test) && data.head.test > 0)
        ends.push({ text: 'test', colour: theme.accent, x, y: y(data.head.test), dot: 4 });
    }
    ctx.save();
    ctx.font = `600 ${11 * ratio}px ${theme.font}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ends.sort((a, b) => a.y - b.y);
    // The run before may have ended elsewhere; then its name is in nobody's way.
    const place = (x: number) => ends.filter((end) => Math.abs(end.x - x) < (LABELS - 9) * ratio);
    const [low, high] = [bbox.top + 3 * ratio, bbox.top + bbox.height - 4 * ratio];
    for (const end of ends) {
      const near = place(end.x);
      const row =
        apart(
          near.map(({ y }) => y),
          13 * ratio,
          low,
          high,
        )[near.indexOf(end)] ?? end.y;
      ctx.fillStyle = end.colour;
      ctx.beginPath();
      ctx.arc(end.x, end.y, end.dot * ratio, 0, 7);
      ctx.fill();
      ctx.fillText(end.text, end.x + 11 * ratio, row);
      if (Math.abs(row - end.y) > 3 * ratio) drawLeader(ctx, end, row, ratio);
    }
    if (data.broken !== null)
      drawCross(ctx, plot.valToPos(data.broken, 'x', true), bbox.top + 10 * ratio, ratio, theme);
    ctx.restore();
  }

  #showValues(plot: uPlot): void {
    const readout = this.querySelector<HTMLElement>('.readout');
    const { idx, left } = plot.cursor;
    if (!readout) return;
    const [epoch, train, test] = idx == null ? [] : plot.data.map((column) => column[idx]);
    readout.hidden = left === undefined || left < 0 || typeof epoch !== 'number';
    if (readout.hidden || typeof epoch !== 'number') return;
    const say = (value: number | null | undefined) => (typeof value === 'number' ? loss(value) : 'not a number');
    readout.textContent = `epoch ${count(epoch)} · test ${say(test)} · train ${say(train)}`;
    const room = this.clientWidth - readout.offsetWidth - 4;
    readout.style.left = `${Math.max(4, Math.min(room, (left ?? 0) + AXIS_LEFT + 12))}px`;
  }
}

/** The columns uPlot takes: what is not a positive number is a gap. */
function columns({ history }: LossData): uPlot.AlignedData {
  const drawable = (values: Float64Array) =>
    Array.from(values, (value) => (value > 0 && Number.isFinite(value) ? value : null));
  return [history.epochs as unknown as number[], drawable(history.train), drawable(history.test)];
}

function drawCross(ctx: CanvasRenderingContext2D, x: number, y: number, ratio: number, theme: Theme): void {
  const reach = 4.5 * ratio;
  ctx.strokeStyle = theme.trouble;
  ctx.lineWidth = 2.4 * ratio;
  ctx.beginPath();
  ctx.moveTo(x - reach, y - reach);
  ctx.lineTo(x + reach, y + reach);
  ctx.moveTo(x + reach, y - reach);
  ctx.lineTo(x - reach, y + reach);
  ctx.stroke();
}
