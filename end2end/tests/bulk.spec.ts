import { AxeBuilder } from '@axe-core/playwright';
import { layoutFaults } from '../support/layout.ts';
import { expect, test } from '../support/test.ts';

test('selected tokens are invalidated, and deleted, together', async ({ app, page, server }) => {
  for (const label of ['North gateway', 'South gateway', 'East gateway']) await server.createToken(label);
  await app.signIn();
  const bar = page.getByRole('form', { name: 'Selected tokens' });
  const select = (label: string) => page.getByRole('checkbox', { name: `Select ${label}` });
  await expect(bar).toBeHidden();
  await select('North gateway').check();
  await select('South gateway').check();
  await expect(bar).toBeVisible();
  await bar.getByRole('button', { name: 'Clear' }).click();
  await expect(bar).toBeHidden();

  await select('North gateway').check();
  await select('South gateway').check();
  await bar.getByRole('button', { name: 'Invalidate…' }).click();
  const invalidate = app.dialog('Invalidate 2 tokens?');
  await expect(invalidate.getByRole('listitem')).toHaveText(['South gateway', 'North gateway']);
  await invalidate.getByLabel('Reason').selectOption('Owner left');
  await invalidate.getByRole('button', { name: 'Invalidate tokens' }).click();
  await expect(page.getByRole('status').filter({ hasText: '2 tokens invalidated.' })).toBeVisible();
  await expect(app.row('North gateway').getByText('Invalidated')).toBeVisible();
  await expect(app.row('East gateway').getByText('Active')).toBeVisible();

  await select('North gateway').check();
  await bar.getByRole('button', { name: 'Delete…' }).click();
  await app.dialog('Delete 1 token?').getByRole('link', { name: 'Cancel' }).click();
  await expect(app.row('North gateway')).toBeVisible();
  await select('North gateway').check();
  await select('South gateway').check();
  await bar.getByRole('button', { name: 'Delete…' }).click();
  await app.dialog('Delete 2 tokens?').getByRole('button', { name: 'Delete tokens' }).click();
  await expect(page.getByRole('status').filter({ hasText: '2 tokens deleted.' })).toBeVisible();
  await expect(app.row('North gateway')).toHaveCount(0);
  await expect(app.row('East gateway')).toBeVisible();
});

test('the dialog returns to the filtered list that it was opened from', async ({ app, page, server }) => {
  await server.createToken('North gateway');
  await server.createToken('South gateway');
  await app.signIn();
  await page.goto('/settings/tokens?q=north');
  await page.getByRole('checkbox', { name: 'Select North gateway' }).check();
  await page.getByRole('button', { name: 'Invalidate…' }).click();
  await app.dialog('Invalidate 1 token?').getByRole('button', { name: 'Invalidate tokens' }).click();
  await expect(page).toHaveURL(/\/settings\/tokens\?q=north$/);
});

test('one check box selects all of the page, with script', async ({ app, page, server, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'it needs a script; the other check boxes do not');
  for (const label of ['North gateway', 'South gateway']) await server.createToken(label);
  await app.signIn();
  const all = page.getByRole('checkbox', { name: 'Select all on this page' });
  const boxes = page.getByRole('checkbox', { name: /^Select (North|South) gateway/ });
  await all.check();
  await expect(page.getByText('2 selected')).toBeVisible();
  await expect(boxes.nth(0)).toBeChecked();
  await expect(boxes.nth(1)).toBeChecked();
  await boxes.nth(0).uncheck();
  await expect(all).not.toBeChecked();
  await expect(page.getByText('1 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByText('selected')).toBeHidden();
});

test('nothing selected, or nothing that exists, is said', async ({ app, page }) => {
  await app.signIn();
  await page.goto('/settings/tokens/bulk?action=delete');
  await expect(page.getByText('Select at least one token in the list first.')).toBeVisible();
  await page.goto('/settings/tokens/bulk?action=delete&ids=01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01');
  await expect(page.getByText('None of the selected tokens exists any more.')).toBeVisible();
});

test('the bar of actions fits every width, and has no violation', async ({ app, page, server, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'the check itself is a script');
  await server.createToken('x'.repeat(100));
  await app.signIn();
  await page.getByRole('checkbox', { name: /^Select x/ }).check();
  for (const width of [320, 390, 705, 1280, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    // Nothing lies above the check box.
    await page.getByRole('checkbox', { name: /^Select x/ }).uncheck();
    await page.getByRole('checkbox', { name: /^Select x/ }).check();
    expect.soft(await layoutFaults(page, '.selection-bar, .table-wrap'), `${width} px`).toEqual([]);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect.soft(violations.map(({ id }) => id), `${width} px`).toEqual([]);
  }
});
