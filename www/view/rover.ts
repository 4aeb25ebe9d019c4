/** Arrow keys in a group of which only one entry can be reached with Tab. */

/** A listener that moves the focus along the entries, and chooses when they are radio buttons. */
export function rover(entries: string): (event: KeyboardEvent) => void {
  return (event) => {
    const group = event.currentTarget as HTMLElement;
    const all = [...group.querySelectorAll<HTMLElement>(entries)];
    const at = all.indexOf((event.target as HTMLElement).closest<HTMLElement>(entries) as HTMLElement);
    const next: Record<string, number> = {
      ArrowRight: (at + 1) % all.length,
      ArrowDown: (at + 1) % all.length,
      ArrowLeft: (at + all.length - 1) % all.length,
      ArrowUp: (at + all.length - 1) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const entry = all[next[event.key] ?? -1];
    if (at < 0 || !entry) return;
    event.preventDefault();
    event.stopPropagation();
    entry.focus();
    if (entry.getAttribute('role') === 'radio') entry.click();
  };
}
