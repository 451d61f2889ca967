import { admin, expect, test } from '../support/test.ts';

test('a wrong password is said so, and the email stays', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('Email or password is wrong.');
  await expect(page.getByLabel('Email')).toHaveValue(admin.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
});

test('what was typed survives an error, which stands at its field', async ({ app, page }) => {
  await app.signIn();
  const description = 'MQTT bridge, 214 sensors';
  await app.createToken({ label: '   ', description, scopes: [] });
  const dialog = app.dialog('New token');
  const summary = dialog.getByText(/things to fix before the token can be created/);
  await expect(summary).toBeVisible();
  await expect(dialog.getByLabel('Label')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('Description')).toHaveValue(description);

  await dialog.getByLabel('Label').fill('Plant 3 gateway');
  await app.scope(dialog, 'mintkey:tokens.read').check();
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await app.saveCredentials('Plant 3 gateway is ready');
  await expect(page.getByText(description)).toBeVisible();
});

test('reloading the answer that showed a secret makes no second token', async ({ app, page, server }) => {
  await app.signIn();
  await app.createToken({ label: 'Only once', scopes: ['mintkey:tokens.read'] });
  const key = (await app.dialog('Only once is ready').getByLabel(/^API key/).textContent())!.trim();
  await page.reload();
  expect(await page.content()).not.toContain(key);
  const list = await server.api('/tokens?q=Only', { key });
  expect((await list.json()).total).toBe(1);
});

test('delete asks for the label', async ({ app, server }) => {
  await server.createToken('Plant 3 gateway');
  await app.signIn();
  await app.act('Plant 3 gateway', 'Delete');
  const dialog = app.dialog('Delete Plant 3 gateway?');
  await dialog.getByRole('textbox', { name: /to confirm/ }).fill('Plant 4 gateway');
  // Either the button or the server may reject the label. The token must not be deleted.
  await dialog.getByRole('button', { name: 'Delete token' }).click({ force: true });
  await app.page.goto('/settings/tokens');
  await expect(app.row('Plant 3 gateway')).toBeVisible();
});

test('pages of a person are closed to others', async ({ page }) => {
  for (const path of ['/settings/tokens', '/settings/tokens/new', '/settings/scopes', '/settings/profile']) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/login/);
  }
});

test('nothing matches, nothing is there: each is said', async ({ app, page, server }) => {
  await server.createToken('Plant 3 gateway');
  await app.signIn();
  await page.goto('/settings/tokens?q=zzzz');
  await expect(app.row('Plant 3 gateway')).toHaveCount(0);
  await expect(page.getByRole('main')).toContainText(/no token/i);
});

test('a search has an address without empty fields, and is cleared', async ({ app, page, server }) => {
  await server.createToken('Plant 3 gateway');
  await app.signIn();
  for (const list of ['tokens', 'scopes']) {
    await page.goto(`/settings/${list}`);
    await expect(page.getByRole('link', { name: 'Clear', exact: true })).toHaveCount(0);
    await page.getByRole('searchbox').fill('plant');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page).toHaveURL(new RegExp(`/settings/${list}\\?q=plant$`));
    await page.getByRole('link', { name: 'Clear', exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/settings/${list}$`));
  }
});
