/** Colours for what is drawn on a canvas, read from the tokens so that they are written once. */

/** An activation's colour is one of so many. */
const ACCENTS = 6;
/** Colours of the ten activations of the strip, by their place in it: neighbours differ, relatives match. */
const STRIP_ACCENTS = [6, 5, 3, 1, 4, 3, 2, 5, 4, 6];

export interface Theme {
  readonly accent: string;
  readonly accentText: string;
  /** The colours an activation can have; number 1 is at 0. */
  readonly accents: readonly string[];
  /** The same for text. */
  readonly accentTexts: readonly string[];
  readonly ink: string;
  readonly muted: string;
  readonly faint: string;
  readonly line: string;
  readonly bg: string;
  readonly surface: string;
  readonly surface2: string;
  readonly control: string;
  readonly trouble: string;
  readonly positive: string;
  readonly negative: string;
  /** How much of the ramp a background uses, so that points stand out on it. */
  readonly soft: number;
  /** Negative to positive in 257 steps of packed RGBA, as `ImageData` has it. */
  readonly ramp: Uint32Array;
  readonly font: string;
  readonly mathFont: string;
}

/** Which accent an activation has: by its place in the strip, else by its name. */
export function accentOf(card: { readonly id: string; readonly strip: number | null } | undefined): number {
  if (!card) return 1;
  if (card.strip !== null) return STRIP_ACCENTS[(card.strip - 1) % STRIP_ACCENTS.length] ?? 1;
  const sum = [...card.id].reduce((hash, letter) => hash * 31 + letter.charCodeAt(0), 7);
  return 1 + (sum % ACCENTS);
}

/** Colours for curves that are seen together: each its own while it is free, else the first that is. */
export function distinctAccents(
  faces: readonly { readonly id: string; readonly strip: number | null }[],
): Map<string, number> {
  const given = new Map<string, number>();
  for (const face of faces) {
    const taken = new Set(given.values());
    const own = accentOf(face);
    const free = Array.from({ length: ACCENTS }, (_, at) => at + 1).find((number) => !taken.has(number));
    given.set(face.id, taken.has(own) ? (free ?? own) : own);
  }
  return given;
}

/** Reads the tokens in force at an element. */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--ap-${name}`).trim();
  return {
    accent: token('accent'),
    accentText: token('accent-text'),
    accents: Array.from({ length: ACCENTS }, (_, at) => token(`c${at + 1}`)),
    accentTexts: Array.from({ length: ACCENTS }, (_, at) => token(`c${at + 1}-t`)),
    ink: token('ink'),
    muted: token('muted'),
    faint: token('faint'),
    line: token('line'),
    bg: token('bg'),
    surface: token('surface'),
    surface2: token('surface-2'),
    control: token('control'),
    trouble: token('trouble'),
    positive: token('pos'),
    negative: token('neg'),
    soft: Number(token('soft')),
    ramp: ramp(['neg', 'neg-2', 'zero', 'pos-2', 'pos'].map(token)),
    font: token('font'),
    mathFont: token('font-math'),
  };
}

/** The colour of a value from −1 to 1. */
export function rampColour(theme: Theme, value: number): string {
  const packed = theme.ramp[rampIndex(value)] ?? 0;
  return `rgb(${packed & 255} ${(packed >> 8) & 255} ${(packed >> 16) & 255})`;
}

/** The place of a value from −1 to 1 in the ramp; what is beyond is clipped, NaN is in the middle. */
export function rampIndex(value: number): number {
  return Math.round(128 + 128 * Math.max(-1, Math.min(1, value || 0)));
}

function ramp(stops: readonly string[]): Uint32Array {
  const colours = stops.map(toOklab);
  const last = colours.length - 1;
  return Uint32Array.from({ length: 257 }, (_, at) => {
    const place = (at / 256) * last;
    const left = Math.min(last - 1, Math.floor(place));
    const [from, to] = [colours[left] ?? [0, 0, 0], colours[left + 1] ?? [0, 0, 0]];
    return pack(from.map((part, index) => part + (place - left) * ((to[index] ?? 0) - part)));
  });
}

/** OKLab of a `#rrggbb` colour (Ottosson 2020). */
function toOklab(hex: string): number[] {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function pack([lightness = 0, a = 0, b = 0]: number[]): number {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const parts = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => {
    const clipped = Math.max(0, Math.min(1, part));
    return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055));
  });
  return ((255 << 24) | ((parts[2] ?? 0) << 16) | ((parts[1] ?? 0) << 8) | (parts[0] ?? 0)) >>> 0;
}
