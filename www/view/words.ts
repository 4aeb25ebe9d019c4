/** Numbers as people read them. */

/** U+2212, as wide as a digit. */
const MINUS = '−';
const NARROW_SPACE = '\u202f';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A loss: three decimals, or a power of ten where those would say nothing. */
export function loss(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : 'infinite';
  if (value === 0) return '0';
  if (value >= 0.001 && value < 1e4) return value.toFixed(value < 10 ? 3 : value < 100 ? 2 : 1);
  return power(value);
}

/** 9.1 × 10⁻⁴ */
export function power(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential(1).split('e');
  const raised = [...exponent.replace('+', '').replace('-', '')].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${digits}${NARROW_SPACE}×${NARROW_SPACE}10${exponent.startsWith('-') ? '⁻' : ''}${raised}`;
}

/** A share with one decimal. */
export function percent(share: number, decimals = 1): string {
  return `${(100 * share).toFixed(decimals)}${NARROW_SPACE}%`;
}

/** A count, grouped. */
export function count(value: number): string {
  return value.toLocaleString('en').replaceAll(',', NARROW_SPACE);
}

/** A number with two decimals and a proper minus. */
export function fixed(value: number, decimals = 2): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : `${MINUS}∞`;
  if (Math.abs(value) >= 1e5) return signed(power(Math.abs(value)), value);
  return signed(Math.abs(value).toFixed(decimals), value);
}

/** A value of a curve, which may have none there. */
export function figure(value: number, decimals = 2): string {
  return Number.isNaN(value) ? 'none' : fixed(value, decimals);
}

/** A setting as short as it can be said. */
export function plain(value: number): string {
  const size = Math.abs(value);
  return signed(size < 1e6 ? String(Number(size.toPrecision(6))) : power(size), value);
}

/** A learning rate on its way: two digits, or a power of ten where there would be many zeros. */
export function rate(value: number): string {
  return value !== 0 && value < 1e-3 ? power(value) : String(Number(value.toPrecision(2)));
}

/** "1 unit", "2 units" */
export function several(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "6, 4 and 3" */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function signed(digits: string, value: number): string {
  return value < 0 && Number(digits) !== 0 ? MINUS + digits : digits;
}
