/** Axes of losses: logarithmic, labelled in decades, with a label at the end of each line. */
import type uPlot from 'uplot';

/** Room for a label of the axis of losses, and how many are enough. */
const LABEL_HEIGHT = 14;
const MOST_LABELS = 4;
/** Between so few decades there are labels at 2 and 5 too. */
const FEW_DECADES = 2;

/** The ticks that have a label and a line: decades, not too many of them. */
export function onlyDecades({ bbox }: uPlot, ticks: readonly number[]): (number | null)[] {
  const decades = ticks.filter(isDecade);
  // With many decades, or little height, only every second or third has a label.
  const room = Math.floor(bbox.height / (window.devicePixelRatio || 1) / LABEL_HEIGHT);
  const every = Math.ceil(decades.length / Math.max(1, Math.min(MOST_LABELS, room)));
  return ticks.map((tick) => (isDecade(tick) && Math.round(Math.log10(tick)) % every === 0 ? tick : null));
}

/** The same, with steps in between where the axis is short. */
export function decadesAndBetween(plot: uPlot, ticks: readonly number[]): (number | null)[] {
  const { min = 1, max = 1 } = plot.scales.y ?? {};
  if (Math.log10((max ?? 1) / (min ?? 1)) > FEW_DECADES) return onlyDecades(plot, ticks);
  return ticks.map((tick) => (['1', '2', '5'].includes(tick.toExponential(6)[0] ?? '') ? tick : null));
}

/** The ticks of a logarithmic axis: every digit of every decade. uPlot's own never end where the axis begins within a decade. */
export function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (let digit = 1; digit < 10; digit++) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  return ticks;
}

function isDecade(value: number): boolean {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-9;
}

export function decadeLabel(value: number | null): string {
  if (value === null) return '';
  const power = Math.floor(Math.log10(value) + 1e-9);
  if (power >= -3 && power <= 4) return String(Number(value.toPrecision(1)));
  const digit = Math.round(value / 10 ** power);
  const raised = [...String(Math.abs(power))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
  return `${digit === 1 ? '' : `${digit}·`}10${power < 0 ? '⁻' : ''}${raised}`;
}

/** From the end of a line to its label, where that had to give way. */
export function drawLeader(
  ctx: CanvasRenderingContext2D,
  { x, y, dot, colour }: { x: number; y: number; dot: number; colour: string },
  row: number,
  ratio: number,
): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  ctx.moveTo(x + (dot + 0.5) * ratio, y);
  ctx.lineTo(x + 9.5 * ratio, row);
  ctx.stroke();
}
