import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';

/** The section of an operation, with its form open. */
async function tryIt(page: Page, operation: string): Promise<Locator> {
  await page.goto('/api/docs');
  const article = page.locator(`#${operation}`);
  await article.getByText('Try it', { exact: true }).click();
  return article;
}

test('a request is sent with a key, and without one as the signed-in person', async ({ app, page, server }) => {
  const { api_key: key } = await server.createToken('Plant 3 gateway');
  const list = await tryIt(page, 'listTokens');
  await list.getByRole('button', { name: 'Send' }).click();
  await expect(list.getByRole('status')).toContainText('401 Unauthorized');
  await list.getByLabel('API key').fill(key);
  await list.getByLabel('limit', { exact: true }).fill('1');
  await list.getByRole('button', { name: 'Send' }).click();
  await expect(list.getByRole('status')).toContainText(/200 OK in \d+ ms/);
  await expect(list.locator('.answer')).toContainText('"label": "Plant 3 gateway"');
  await expect(list.locator('.answer')).toContainText(/x-request-id: \S/);
  await page.reload();
  expect(await page.content(), 'neither key nor answer is stored').not.toContain(key);
  await expect(page.locator('#listTokens').getByLabel('API key')).toHaveValue('');

  await app.signIn();
  const me = await tryIt(page, 'getMe');
  await me.getByRole('button', { name: 'Send' }).click();
  await expect(me.locator('.answer')).toContainText('ops@example.com');
});

test('a refusal is shown with its fields', async ({ page, server }) => {
  const create = await tryIt(page, 'createToken');
  await create.getByLabel('API key').fill(await server.login());
  await create.getByRole('textbox', { name: 'Body' }).fill('{"label": "<b>a</b>", "scopes": ["no.such.scope"]}');
  await create.getByRole('button', { name: 'Send' }).click();
  await expect(create.getByRole('status')).toContainText('400 Bad Request');
  await expect(create.locator('.answer')).toContainText('"code": "validation_failed"');
});

test('what ends something is asked about first', async ({ page, server }) => {
  const { id } = await server.createToken('Plant 3 gateway');
  const key = await server.login();
  const invalidate = await tryIt(page, 'invalidateToken');
  await invalidate.getByLabel('API key').fill(key);
  await invalidate.getByLabel('id', { exact: true }).fill(id);
  page.once('dialog', (dialog) => dialog.dismiss());
  await invalidate.getByRole('button', { name: 'Send' }).click();
  expect((await (await server.api(`/tokens/${id}`, { key })).json()).status).toBe('active');
  page.once('dialog', (dialog) => dialog.accept());
  await invalidate.getByRole('button', { name: 'Send' }).click();
  await expect(invalidate.getByRole('status')).toContainText('200 OK');
  expect((await (await server.api(`/tokens/${id}`, { key })).json()).status).toBe('invalidated');
});

test('a request is sent by keyboard alone', async ({ page }) => {
  await page.goto('/api/docs');
  const health = page.locator('#getHealth');
  await health.locator('summary', { hasText: 'Try it' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(health.getByRole('button', { name: 'Send' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(health.getByRole('status')).toContainText('200 OK');
  await page.keyboard.press('Tab');
  await expect(health.locator('.answer pre').first(), 'a long answer can be scrolled').toBeFocused();
});

test('the page has no violation, and fits', async ({ page }) => {
  test.setTimeout(180_000);
  const create = await tryIt(page, 'createToken');
  await create.getByRole('button', { name: 'Send' }).click();
  await expect(create.getByRole('status')).toContainText('401');
  await (await tryIt(page, 'listTokens')).getByRole('button', { name: 'Send' }).click();
  await page.locator('#requestAccessToken').getByText('Try it', { exact: true }).click();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), colorScheme).toEqual([]);
  }
  for (const width of [320, 390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(overflow, `wider than ${width} px`).toBeLessThanOrEqual(0);
  }
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test('there is no dead form', async ({ page }) => {
    await page.goto('/api/docs');
    await expect(page.locator('#listTokens').getByText('curl')).toBeVisible();
    await expect(page.locator('.try:visible')).toHaveCount(0);
    await expect(page.getByRole('button')).toHaveCount(0);
  });
});
