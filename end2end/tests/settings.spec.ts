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

test('signing in over somebody else\'s session begins a new one', async ({ context, page, server }) => {
  const robin = { email: 'robin@example.com', password: 'twelve other plain words here' };
  await page.goto(await server.invite(robin.email));
  await page.getByLabel('Password', { exact: true }).fill(robin.password);
  await page.getByLabel('Repeat password').fill(robin.password);
  await page.getByRole('button', { name: 'Create account and join' }).click();
  await expect(page).toHaveURL(/\/settings\/tokens/);
  const cookie = `mintkey_session_${new URL(server.url).port}`;
  const session = async () => (await context.cookies()).find(({ name }) => name === cookie)!.value;
  const before = await session();

  // The sign-in page redirects signed-in users, so this submits a form that was loaded before sign-in.
  const answer = await page.request.post('/login', {
    form: { email: admin.email, password: admin.password },
    headers: { origin: server.url },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(303);
  expect(await session()).not.toBe(before);
  await page.goto('/settings/profile');
  await expect(page.getByText(`${admin.email}, an administrator`)).toBeVisible();

  const after = await session();
  await context.clearCookies();
  await context.addCookies([{ name: cookie, value: before, url: server.url }]);
  await page.goto('/settings/profile');
  await expect(page, 'the session before is over').toHaveURL(/\/login/);
  await context.clearCookies();
  await context.addCookies([{ name: cookie, value: after, url: server.url }]);
  await page.goto('/settings/tokens');
  await expect(page.getByRole('heading', { name: 'Tokens', level: 1 })).toBeVisible();
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

test('every page says which Mintkey it is and leads to the API documentation', async ({ app, page }) => {
  const foot = page.getByRole('contentinfo');
  await page.goto('/login');
  await expect(page.getByText(/^Mintkey \d+\.\d+\.\d+$/)).toBeVisible();
  await app.signIn();
  await expect(foot).toContainText(/Mintkey \d+\.\d+\.\d+/);
  await expect(foot).toContainText('Apache-2.0 OR MIT');
  await foot.getByRole('link', { name: 'API documentation' }).click();
  await expect(page).toHaveURL(/\/api\/docs$/);
});

test('a long catalogue comes in pages that go on with their groups', async ({ app, page, server }) => {
  const scopes = Array.from({ length: 60 }, (_, n) => ({ name: `plants.p${String(n).padStart(2, '0')}`, description: '' }));
  await server.createScopes(scopes);
  await app.signIn();
  await page.goto('/settings/scopes');
  await expect(page.getByRole('rowheader', { name: 'plants', exact: true })).toBeVisible();
  await expect(page.getByText('plants.p49')).toBeVisible();
  await expect(page.getByText('plants.p50')).toHaveCount(0);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByRole('rowheader', { name: 'plants (continued)' })).toBeVisible();
  await expect(page.getByText('plants.p50')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: "Mintkey's own" })).toBeVisible();
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page.getByText('plants.p00')).toBeVisible();
});
