import { expect, test } from '../support/test.ts';

test('a token can be made, opened and left by keyboard alone', async ({ app, page }) => {
  await app.signIn();
  const opener = page.getByRole('link', { name: 'New token' }).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = app.dialog('New token');
  await expect(dialog.getByLabel('Label')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/\/settings\/tokens$/);

  await page.getByRole('link', { name: 'New token' }).first().focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Label')).toBeFocused();
  await page.keyboard.type('Typed');
  const scope = app.scope(dialog, 'mintkey:tokens.read');
  for (let tabs = 0; tabs < 60 && !(await scope.evaluate((element) => element === document.activeElement)); tabs++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Space');
  await expect(scope).toBeChecked();
  await page.keyboard.press('Enter');
  const ready = app.dialog('Typed is ready');
  await expect(ready).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(ready, 'a secret that is shown once is not lost to a key').toBeVisible();
});

test('a secret that can not be copied is selected, and that is said', async ({ app, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('blocked')) } });
    document.execCommand = () => false;
  });
  await app.signIn();
  await app.createToken({ label: 'Blocked', scopes: ['mintkey:tokens.read'] });
  const dialog = app.dialog('Blocked is ready');
  await dialog.getByRole('button', { name: 'Copy API key' }).click();
  await expect(dialog.getByText('Copying failed. The value is selected')).toBeVisible();
  const selected = await page.evaluate(() => getSelection()!.toString());
  expect(selected.trim()).toBe((await dialog.getByLabel(/^API key/).textContent())!.trim());
});

test('a secret is copied, and that is announced', async ({ app, context, page }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.signIn();
  await app.createToken({ label: 'Copied', scopes: ['mintkey:tokens.read'] });
  const dialog = app.dialog('Copied is ready');
  await dialog.getByRole('button', { name: 'Copy API key' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'API key copied' })).toHaveCount(1);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe((await dialog.getByLabel(/^API key/).textContent())!.trim());
});

test('the slash leads to the search, but not out of a field', async ({ app, page, server }) => {
  await server.createToken('Plant 3 gateway');
  await app.signIn();
  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Search tokens' });
  await expect(search).toBeFocused();
  await page.keyboard.press('/');
  await expect(search).toHaveValue('/');
});

test('after an action the focus is in the row, and what it means is said', async ({ app, page, server }) => {
  await server.createToken('Plant 3 gateway');
  await server.createToken('Plant 4 gateway');
  await app.signIn();
  await app.act('Plant 3 gateway', 'Invalidate');
  await app.dialog(/Invalidate/).getByRole('button', { name: 'Invalidate token' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Its callers get 401 from now on' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Actions for Plant 3 gateway' }), 'its Invalidate is gone').toBeFocused();

  await app.act('Plant 3 gateway', 'Delete');
  await app.dialog(/Delete/).getByRole('textbox').fill('Plant 3 gateway');
  await app.dialog(/Delete/).getByRole('button', { name: 'Delete token' }).click();
  await expect(page.getByRole('region', { name: /^Tokens of/ }), 'its row is gone').toBeFocused();
});

test("a client ID is copied from its row's menu", async ({ app, context, page, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { client_id: id } = await server.createToken('Plant 3 gateway');
  await app.signIn();
  const row = await app.openMenu('Plant 3 gateway');
  await row.getByRole('button', { name: 'Copy client ID' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Client ID copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);
});

test('another owner brings the scopes that it may hold, and what is ticked stays', async ({ app, page, server }) => {
  const { id } = await server.createServiceAccount('iot-fleet', { allowed_scopes: ['mintkey:tokens.*'] });
  await app.signIn();
  await page.goto('/settings/tokens/new');
  const dialog = app.dialog('New token');
  await app.scope(dialog, 'mintkey:tokens.read').check();
  await dialog.getByLabel('Label').fill('Plant 3 gateway');
  await dialog.getByLabel('Owner').selectOption(id);
  await expect(dialog.getByText('Limited to what iot-fleet may hold.')).toBeVisible();
  await expect(app.scope(dialog, 'mintkey:tokens.read')).toBeChecked();
  await expect(app.scope(dialog, 'mintkey:audit.read')).toHaveCount(0);
  await expect(dialog.getByText('Plant 3 gateway: an API key for iot-fleet with 1 scope')).toBeVisible();
});
