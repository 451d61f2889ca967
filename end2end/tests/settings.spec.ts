import { admin, expect, test } from '../support/test.ts';

test('a scope is added, described anew, granted, and deleted once nothing holds it', async ({ app, page, server }) => {
  await app.signIn();
  await page.goto('/settings/scopes');
  await page.getByRole('link', { name: 'New scope' }).click();
  const dialog = app.dialog('New scope');
  await dialog.getByLabel('Name').fill('telemetry:write');
  await dialog.getByLabel('What it allows').fill('Send readings');
  await dialog.getByRole('button', { name: 'Add scope' }).click();
  await expect(app.row('telemetry:write')).toContainText('Send readings');

  await app.row('telemetry:write').getByRole('button', { name: 'Actions for telemetry:write' }).click();
  await app.row('telemetry:write').getByRole('link', { name: 'Edit' }).click();
  await app.dialog('Edit scope').getByLabel('What it allows').fill('Send readings and events');
  await app.dialog('Edit scope').getByRole('button', { name: 'Save changes' }).click();
  await expect(app.row('telemetry:write')).toContainText('Send readings and events');

  const { id } = await server.createToken('Holder', { scopes: ['telemetry:write'] });
  const remove = async () => {
    await page.goto('/settings/scopes');
    await app.row('telemetry:write').getByRole('button', { name: 'Actions for telemetry:write' }).click();
    await app.row('telemetry:write').getByRole('link', { name: 'Delete' }).click();
    await app.dialog(/Delete/).getByRole('button', { name: 'Delete scope' }).click();
  };
  await remove();
  await page.goto('/settings/scopes');
  await expect(app.row('telemetry:write'), 'a token holds it').toBeVisible();
  expect((await server.api(`/tokens/${id}`, { key: await server.login(), method: 'DELETE' })).status).toBe(204);
  await remove();
  await expect(app.row('telemetry:write')).toHaveCount(0);
});

test('a new password ends the other sessions', async ({ app, browser, page, server }) => {
  await app.signIn();
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const other = await elsewhere.newPage();
  await other.goto('/login');
  await other.getByLabel('Email').fill(admin.email);
  await other.getByLabel('Password', { exact: true }).fill(admin.password);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other).toHaveURL(/\/settings\/tokens/);

  await page.goto('/settings/profile');
  const changed = { email: admin.email, password: 'eight other plain words for a pass' };
  await page.getByLabel('Current password').fill(admin.password);
  await page.getByLabel('New password', { exact: true }).fill(changed.password);
  await page.getByLabel('Repeat new password').fill(changed.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed. Your other sessions have ended.')).toBeVisible();
  await other.goto('/settings/tokens');
  await expect(other).toHaveURL(/\/login/);
  await elsewhere.close();

  await page.goto('/settings/tokens');
  await page.getByRole('button', { name: new RegExp(admin.email) }).click();
  await page.getByRole('button', { name: 'Sign out' }).or(page.getByRole('link', { name: 'Sign out' })).click();
  await expect(page).toHaveURL(/\/login/);
  await app.signIn(changed);
});

test('the theme that was chosen stays', async ({ app, page }) => {
  await app.signIn();
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto('/settings/scopes');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the form is filled in by its address', async ({ app, page }) => {
  await app.signIn();
  await page.goto('/settings/tokens/new?label=Sensor+gateway&scopes=mintkey:tokens.read&expires_in=365d');
  const dialog = app.dialog('New token');
  await expect(dialog.getByLabel('Label')).toHaveValue('Sensor gateway');
  await expect(app.scope(dialog, 'mintkey:tokens.read')).toBeChecked();
  await expect(dialog.getByRole('radio', { name: '1 year' })).toBeChecked();
});
