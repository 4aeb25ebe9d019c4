/** The bar on top: the name, and what concerns the whole page. */
import { html, nothing, type TemplateResult } from 'lit';
import * as icons from '../theme/icons';
import { type Actions, type Model, SCREENS } from './model';
import { rover } from './rover';
import { saveMenu } from './save';

export function bar({ dark, screen, canUndo, canRedo }: Model, act: Actions): TemplateResult {
  const theme = dark ? 'Light theme' : 'Dark theme';
  return html`<header class="bar">
    <div class="logo">${icons.logo}<span>activation<i>·</i>playground</span></div>
    <div class="tabs" role="tablist" aria-label="Screens" @keydown=${rover('[role=tab]')}>${SCREENS.map(
      ({
        id,
        label,
        help,
      }) => html`<button type="button" role="tab" aria-selected=${screen === id} tabindex=${screen === id ? 0 : -1}
        data-screen=${id} title=${help} @click=${() => act.go(id)}>${label}</button>`,
    )}</div>
    <div class="grow"></div>
    <button class="button square back" type="button" data-do="undo" ?disabled=${!canUndo} @click=${act.undo} aria-label="Undo" title="Undo (Ctrl+Z)">${icons.undo}</button>
    <button class="button square back" type="button" data-do="redo" ?disabled=${!canRedo} @click=${act.redo} aria-label="Redo" title="Redo (Ctrl+Shift+Z)">${icons.redo}</button>
    ${screen === 'stage' ? saveMenu(act) : nothing}
    <button class="button" type="button" data-do="share" @click=${act.share} title="Copy a link to this experiment (S)">
      ${icons.share}<span>Share</span></button>
    <button class="button square" type="button" data-do="help" @click=${act.help} aria-label="Keyboard keys" title="Keyboard keys (?)">${icons.keyboard}</button>
    <button class="button square" type="button" data-do="theme" @click=${act.toggleTheme} aria-label=${theme} title=${theme}>
      ${dark ? icons.sun : icons.moon}</button>
  </header>`;
}
