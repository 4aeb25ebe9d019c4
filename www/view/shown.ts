/** Opens and closes a dialog as part of a template. */
import { nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

class ShownDirective extends Directive {
  override render(_open: boolean): unknown {
    return nothing;
  }

  override update(part: ElementPart, [open]: [boolean]): unknown {
    const dialog = part.element as HTMLDialogElement;
    if (open === dialog.open) return nothing;
    // What is in it is rendered in the same update, after this.
    queueMicrotask(() => {
      if (open && !dialog.open && dialog.isConnected) dialog.showModal();
      else if (!open && dialog.open) dialog.close();
    });
    return nothing;
  }
}

/** `<dialog ${shown(open)}>` */
export const shown = directive(ShownDirective);
