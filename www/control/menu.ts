/** A choice inside a sentence: a button that opens a list. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import * as icons from '../theme/icons';

/** An entry of the list. */
export interface Option {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  /** Entries of a group stand together under its name. */
  readonly group?: string;
  readonly picture?: TemplateResult;
}

export class MenuControl extends LitElement {
  static override properties = {
    label: {},
    value: {},
    text: {},
    look: {},
    options: { attribute: false },
    open: { state: true },
  };

  /** Name of the setting, for those who cannot see the sentence. */
  label = '';
  value = '';
  /** What the button shows; the chosen entry's label if empty. */
  text = '';
  /** Class of the button. */
  look = 'token';
  options: readonly Option[] = [];
  private open = false;
  #sought = { text: '', at: 0 };

  override createRenderRoot(): this {
    return this;
  }

  override render(): unknown {
    const chosen = this.options.find((option) => option.id === this.value);
    const shown = this.text || chosen?.label || '';
    return html`<button class="menu ${this.look}" type="button" aria-haspopup="listbox" aria-expanded=${this.open}
        aria-label="${this.label}: ${shown}" @click=${this.#toggle} @keydown=${this.#onButtonKey}>
        <span class="shown">${shown}</span>${icons.caret}</button>
      <div class="list ${this.options.some((option) => option.picture) ? 'pictures' : ''}" popover="auto" role="listbox"
        aria-label=${this.label} @toggle=${this.#onToggle} @keydown=${this.#onListKey}>
        ${this.open ? this.#groups() : nothing}
      </div>`;
  }

  show(): void {
    this.#list?.showPopover();
  }

  #groups(): unknown {
    const groups = [...new Set(this.options.map((option) => option.group ?? ''))];
    return groups.map((group) => {
      const entries = this.options
        .filter((option) => (option.group ?? '') === group)
        .map((option) => this.#entry(option));
      return group
        ? html`<div role="group" aria-label=${group}><div class="group" aria-hidden="true">${group}</div>${entries}</div>`
        : entries;
    });
  }

  #entry(option: Option): TemplateResult {
    const chosen = option.id === this.value;
    return html`<div class="option" role="option" tabindex="-1" aria-selected=${chosen} data-id=${option.id}
      @click=${() => this.#choose(option.id)}>
      ${option.picture ?? nothing}
      <span class="name">${option.label}</span>
      ${option.help ? html`<span class="help">${option.help}</span>` : nothing}
      ${chosen ? html`<span class="tick">${icons.check}</span>` : nothing}
    </div>`;
  }

  get #list(): HTMLElement | null {
    return this.querySelector<HTMLElement>('.list');
  }

  get #entries(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('.option')];
  }

  #toggle(): void {
    if (this.open) this.#list?.hidePopover();
    else this.show();
  }

  async #onToggle(event: ToggleEvent): Promise<void> {
    this.open = event.newState === 'open';
    if (!this.open) return;
    await this.updateComplete;
    this.#place();
    const entries = this.#entries;
    (entries.find((entry) => entry.dataset.id === this.value) ?? entries[0])?.focus();
  }

  /** Under the button, or over it where there is more room; never off the window. */
  #place(): void {
    const list = this.#list;
    const button = this.querySelector('button');
    if (!list || !button) return;
    const box = button.getBoundingClientRect();
    const below = window.innerHeight - box.bottom - 14;
    const above = box.top - 14;
    const upward = below < Math.min(260, list.scrollHeight) && above > below;
    list.style.maxHeight = `${Math.max(120, upward ? above : below)}px`;
    list.style.left = `${Math.max(8, Math.min(box.left - 6, window.innerWidth - list.offsetWidth - 8))}px`;
    list.style.top = upward ? 'auto' : `${box.bottom + 6}px`;
    list.style.bottom = upward ? `${window.innerHeight - box.top + 6}px` : 'auto';
  }

  #choose(id: string): void {
    this.#list?.hidePopover();
    this.querySelector('button')?.focus();
    if (id !== this.value) this.dispatchEvent(new CustomEvent<string>('choose', { detail: id }));
  }

  #onButtonKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    event.stopPropagation();
    this.show();
  }

  #onListKey(event: KeyboardEvent): void {
    const entries = this.#entries;
    const root = this.getRootNode() as ShadowRoot | Document;
    const at = entries.indexOf(root.activeElement as HTMLElement);
    const next: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: entries.length - 1,
    };
    const to = next[event.key];
    // Single-letter shortcuts of the page rest while a list is open.
    event.stopPropagation();
    if (to !== undefined) entries[Math.max(0, Math.min(entries.length - 1, to))]?.focus();
    else if (event.key === 'Enter' || event.key === ' ') entries[at]?.click();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      this.#list?.hidePopover();
      this.querySelector('button')?.focus();
      if (event.key === 'Tab') return;
    } else if (event.key.length === 1) this.#seek(event.key, entries);
    else return;
    event.preventDefault();
  }

  #seek(letter: string, entries: HTMLElement[]): void {
    const now = performance.now();
    const text = (now - this.#sought.at < 700 ? this.#sought.text : '') + letter.toLowerCase();
    this.#sought = { text, at: now };
    entries.find((entry) => entry.querySelector('.name')?.textContent?.toLowerCase().startsWith(text))?.focus();
  }
}
