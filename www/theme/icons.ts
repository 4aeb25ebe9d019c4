/** The icons, drawn on a 24 × 24 grid in the colour of the text. */
import { html, type SVGTemplateResult, svg } from 'lit';

const icon = (content: SVGTemplateResult) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8"
    stroke-linecap="round" stroke-linejoin="round">${content}</svg>`;

export const logo = html`<svg class="mark" viewBox="0 0 26 26" aria-hidden="true"><rect width="26" height="26" rx="7"
  fill="var(--ap-accent)" /><path d="M5 17h7l8-9" fill="none" stroke="var(--ap-on-accent)" stroke-width="2.6"
  stroke-linecap="round" stroke-linejoin="round" /></svg>`;

export const play = icon(svg`<path d="M8 5.2v13.6L19 12z" fill="currentColor" />`);
export const pause = icon(svg`<path d="M8.2 5.5v13M15.8 5.5v13" stroke-width="4" />`);
export const stepOn = icon(
  svg`<path d="M6 6v12l9-6z" fill="currentColor" /><path d="M18.2 6v12" stroke-width="2.4" />`,
);
export const back = icon(svg`<path d="M14.5 6.5 9 12l5.5 5.5" stroke-width="2.2" />`);
export const reset = icon(svg`<path d="M5 12a7.2 7.2 0 1 0 2.2-5.2" /><path d="M4.6 4.4v4.2h4.2" />`);
export const undo = icon(svg`<path d="M8.5 5 4.5 9l4 4" /><path d="M5 9h9.2a5 5 0 0 1 0 10H9" />`);
export const redo = icon(svg`<path d="M15.5 5l4 4-4 4" /><path d="M19 9H9.8a5 5 0 0 0 0 10H15" />`);
export const dice = icon(svg`<rect x="4" y="4" width="16" height="16" rx="4" /><g fill="currentColor" stroke="none">
  <circle cx="8.8" cy="8.8" r="1.5" /><circle cx="15.2" cy="15.2" r="1.5" /><circle cx="12" cy="12" r="1.5" /></g>`);
export const share = icon(
  svg`<path d="M12 15V4M8 7.6 12 3.8l4 3.8M5 13v5.4A1.6 1.6 0 0 0 6.6 20h10.8a1.6 1.6 0 0 0 1.6-1.6V13" />`,
);
export const moon = icon(svg`<path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z" />`);
export const sun = icon(
  svg`<circle cx="12" cy="12" r="4" /><path d="M12 3v1.6M12 19.4V21M3 12h1.6M19.4 12H21M5.6 5.6l1.2 1.2M17.2 17.2l1.2 1.2M5.6 18.4l1.2-1.2M17.2 6.8l1.2-1.2" />`,
);
export const keyboard = icon(
  svg`<rect x="3" y="6" width="18" height="12" rx="2.4" /><path d="M7 10h.01M11 10h.01M15 10h.01M17.5 10h.01M7 14h10" />`,
);
export const warning = icon(svg`<path d="M12 4.2 3.6 19h16.8z" /><path d="M12 10v4M12 16.6v.01" />`);
export const close = icon(svg`<path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />`);
export const plus = icon(svg`<path d="M12 6v12M6 12h12" />`);
export const minus = icon(svg`<path d="M6 12h12" />`);
export const check = icon(svg`<path d="M5.5 12.5l4.2 4.2 8.8-9.4" />`);
export const caret = icon(svg`<path d="M7.5 10l4.5 4.5L16.5 10" />`);
export const arrow = icon(svg`<path d="M5 12h13M13.5 7.5 18 12l-4.5 4.5" />`);
