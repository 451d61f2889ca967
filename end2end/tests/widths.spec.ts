import type { Page } from '@playwright/test';
import { layoutFaults } from '../support/layout.ts';
import { fillWithLongData } from '../support/long-data.ts';
import { expect, test } from '../support/test.ts';

const lists = ['tokens', 'service-accounts', 'scopes', 'clusters', 'members', 'audit', 'profile'];

/** Checks a page below `/settings` at each width, and reports the faults of all widths. */
async function check(page: Page, path: string, parts: string, widths: number[]): Promise<void> {
  await page.goto(`/settings/${path}`);
  await expect(page.locator(parts).first()).toBeVisible();
  // Islands must be running, because they affect the layout.
  await expect(page.locator('html[data-live]')).toBeAttached();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    expect.soft(await layoutFaults(page, parts), `${path} at ${width} px`).toEqual([]);
  }
}

test('every page fits every width, with the longest names and all states', async ({ app, page, server }) => {
  test.setTimeout(300_000);
  const pages = await fillWithLongData(server);
  await app.signIn();
  for (const list of lists) {
    await check(page, list, '.table-wrap, .card', [320, 390, 600, 705, 768, 900, 1024, 1100, 1280, 1440, 1920]);
  }
  for (const path of pages) {
    const isPage = /^(tokens|audit|clusters)\/[^/]{30,}$|^organization(\/certificates)?$/.test(path);
    await check(page, path, isPage ? 'main' : 'dialog', [320, 390, 705, 900, 1280]);
  }
});
