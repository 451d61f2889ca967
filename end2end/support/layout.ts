import type { Page } from '@playwright/test';

/**
 * The layout faults of a page at its current size, one sentence each: it scrolls sideways, an action is out of sight,
 * texts overlap, or text is cut off without an ellipsis.
 */
export async function layoutFaults(page: Page, root: string): Promise<string[]> {
  return page.evaluate((root) => {
    interface Box {
      what: string;
      owner: Element;
      rect: DOMRect;
    }
    const faults = new Set<string>();
    const short = (text: string) => (text.length > 30 ? `${text.slice(0, 27)}...` : text);
    const name = (element: Element) => {
      const cell = element.closest('td, th, dt, dd, label, p, h1, h2, button, a') ?? element;
      return `${cell.tagName.toLowerCase()}.${cell.className || '-'} "${short((cell.textContent ?? '').trim())}"`;
    };
    const clips = (style: CSSStyleDeclaration) => style.overflowX !== 'visible';
    const hidden = (element: Element) =>
      !element.checkVisibility({ visibilityProperty: true }) ||
      element.closest('.sr-only, [popover], [inert], option, thead, .search > .i') !== null;

    /** The part of a box that no ancestor clips. Reports text that is cut off without an ellipsis. */
    const visible = (box: DOMRect, from: Element, text: boolean): DOMRect => {
      let { left, right, top, bottom } = box;
      for (let around: Element | null = from; around; around = around.parentElement) {
        const style = getComputedStyle(around);
        if (!clips(style)) continue;
        const edge = around.getBoundingClientRect();
        const cut = left < edge.left - 1 || right > edge.right + 1;
        const said = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
        if (text && cut && !said) faults.add(`cut off: ${name(from)}`);
        left = Math.max(left, edge.left);
        right = Math.min(right, edge.right);
        top = Math.max(top, edge.top);
        bottom = Math.min(bottom, edge.bottom);
      }
      return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
    };

    const scrolled = document.documentElement.scrollWidth - innerWidth;
    if (scrolled > 0) faults.add(`the page is ${scrolled} px too wide`);

    const boxes: Box[] = [];
    for (const part of document.querySelectorAll(root)) {
      if (part.scrollWidth > part.clientWidth + 1 && clips(getComputedStyle(part))) {
        faults.add(`${part.className} is ${part.scrollWidth - part.clientWidth} px too wide`);
      }
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const owner = node.parentElement!;
        if (!node.textContent!.trim() || hidden(owner)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const rect of range.getClientRects()) {
          boxes.push({ what: name(owner), owner, rect: visible(rect, owner, true) });
        }
      }
      for (const owner of part.querySelectorAll('.badge, .chip, .btn, .icon-btn, .input, .i')) {
        if (hidden(owner)) continue;
        boxes.push({ what: name(owner), owner, rect: visible(owner.getBoundingClientRect(), owner, false) });
      }
      for (const action of part.querySelectorAll('.icon-btn, .btn')) {
        if (hidden(action)) continue;
        const whole = action.getBoundingClientRect();
        const seen = visible(whole, action, false);
        const inside = seen.width > whole.width - 1 && whole.left >= 0 && whole.right <= innerWidth;
        if (!inside) faults.add(`out of sight: ${action.getAttribute('aria-label') ?? name(action)}`);
      }
    }

    for (const row of document.querySelectorAll('tbody tr')) {
      if (getComputedStyle(row).display !== 'table-row') continue;
      const left = row.closest('table')!.getBoundingClientRect().right - row.lastElementChild!.getBoundingClientRect().right;
      if (left > 2) faults.add(`a row ends ${left} px before its table does: ${name(row.lastElementChild!)}`);
    }

    for (const [i, one] of boxes.entries()) {
      for (const other of boxes.slice(i + 1)) {
        if (one.owner.contains(other.owner) || other.owner.contains(one.owner)) continue;
        const wide = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
        const high = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
        if (wide > 1 && high > 2) faults.add(`${one.what} lies on ${other.what}`);
      }
    }
    return [...faults];
  }, root);
}
