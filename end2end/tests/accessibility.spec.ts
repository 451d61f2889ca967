import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';

const sizes = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

/** Looks at the page as it is, in both themes and both widths. */
async function check(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const size of sizes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(size);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
      // All pages are looked at before the test fails.
      expect.soft(found, `${name}, ${colorScheme}, ${size.width} px`).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(overflow, `${name} is wider than ${size.width} px`).toBeLessThanOrEqual(0);
    }
  }
}

test('no page has a violation', async ({ app, page, server }) => {
  test.setTimeout(300_000);
  await page.goto('/login');
  await check(page, '/login');
  await app.signIn();
  await check(page, 'empty list');

  const { id } = await server.createToken('Plant 3 gateway');
  await server.createToken('x'.repeat(100), { scopes: ['mintkey:tokens.read', 'mintkey:scopes.read'] });
  const paths = ['', '?q=zzzz', '/new', `/${id}`, ...['edit', 'rotate', 'invalidate', 'delete'].map((name) => `/${id}/${name}`)];
  await page.goto('/settings/service-accounts');
  await check(page, 'no service accounts');
  const account = await server.createServiceAccount('hall-b-gateway', { description: 'Reads the meters', allowed_scopes: ['mintkey:*'] });
  const accounts = ['', '?q=zzzz', '/new', ...['edit', 'suspend', 'activate', 'decommission'].map((name) => `/${account.id}/${name}`)];
  const others = [
    ...accounts.map((path) => `/settings/service-accounts${path}`),
    `/settings/tokens/new?owner=${account.id}`,
    '/settings/scopes',
    '/settings/scopes/new',
    '/settings/profile',
  ];
  for (const path of [...paths.map((path) => `/settings/tokens${path}`), ...others]) {
    await page.goto(path);
    await check(page, path);
  }

  await page.setViewportSize(sizes[0]);
  await app.createToken({ label: ' ', scopes: [] });
  await expect(app.dialog('New token').getByText(/to fix/)).toBeVisible();
  await check(page, 'errors');
  await page.setViewportSize(sizes[0]);
  await app.createToken({ label: 'Shown once', scopes: ['mintkey:tokens.read'] });
  await expect(app.dialog('Shown once is ready')).toBeVisible();
  await check(page, 'created');
});

test.describe('set-up', () => {
  test.use({ administrator: false });
  test('has no violation', async ({ page, server }) => {
    await page.goto(await server.setupLink());
    await check(page, '/setup');
  });
});
