import { admin, expect, test } from '../support/test.ts';

test('a token is duplicated: a new one begins as it is', async ({ app, page, server }) => {
  const account = await server.createServiceAccount('iot-fleet', { allowed_scopes: ['mintkey:tokens.*'] });
  await server.createToken('Plant 3 gateway', { description: 'MQTT bridge', owner_id: account.id, ttl: '30d', allowed_cidrs: ['10.4.0.0/16'] });
  await app.signIn();
  const row = await app.openMenu('Plant 3 gateway');
  await row.getByRole('link', { name: 'Duplicate' }).click();
  const dialog = app.dialog('New token');
  await expect(dialog.getByLabel('Label')).toHaveValue('Plant 3 gateway (copy)');
  await expect(dialog.getByLabel('Description')).toHaveValue('MQTT bridge');
  await expect(dialog.getByLabel('Owner')).toHaveValue(account.id);
  await expect(dialog.getByLabel('IP allowlist')).toHaveValue('10.4.0.0/16');
  await expect(dialog.getByRole('radio', { name: '30 days' })).toBeChecked();
  await expect(app.scope(dialog, 'mintkey:tokens.read')).toBeChecked();
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await app.saveCredentials('Plant 3 gateway (copy) is ready');
  await expect(page.getByRole('status').filter({ hasText: 'Plant 3 gateway (copy) created. It works until' })).toBeVisible();
});

test("a machine's token is offered what the machine may hold, the chosen scopes first", async ({ app, page, server }) => {
  const account = await server.createServiceAccount('iot-fleet', { allowed_scopes: ['mintkey:tokens.*'] });
  const { id } = await server.createToken('Plant 3 gateway', { owner_id: account.id, scopes: ['mintkey:tokens.write'] });
  await app.signIn();
  for (const path of [`${id}/edit`, `new?owner=${account.id}`]) {
    await page.goto(`/settings/tokens/${path}`);
    const dialog = app.dialog(/token/);
    await expect(dialog.getByText('Limited to what iot-fleet may hold.')).toBeVisible();
    await expect(dialog.getByText('2 to choose from')).toBeVisible();
    await expect(app.scope(dialog, 'mintkey:audit.read')).toHaveCount(0);
  }
  await page.goto(`/settings/tokens/${id}/edit`);
  await expect(page.getByRole('group', { name: 'Available scopes' }).getByRole('checkbox').first()).toBeChecked();
});

test('without a password Enter says what is missing, and the email stays', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('Email').fill(admin.email);
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Enter your password.')).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue(admin.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
});

test('a form that lacks something is answered by its summary', async ({ app, page }) => {
  await app.signIn();
  await page.goto('/settings/tokens/new');
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(page.getByText('2 things to fix before the token can be created')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Choose at least one scope.' })).toBeVisible();
  for (const [path, button] of [
    ['service-accounts/new', 'Create service account'],
    ['scopes/new', 'Add scope'],
    ['members/invite', 'Invite member'],
    ['profile', 'Change password'],
  ]) {
    await page.goto(`/settings/${path}`);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByText(/thing(s)? to fix before/), path).toBeVisible();
  }
});

test('each new password stands beside whose it is', async ({ app, page, server }) => {
  await page.goto(await server.invite('robin@example.com'));
  const username = page.locator('form input[autocomplete=username]');
  await expect(username).toHaveValue('robin@example.com');
  expect(await username.getAttribute('type'), 'a hidden field is overlooked').toBe('text');
  await app.signIn();
  await page.goto('/settings/profile');
  await expect(username).toHaveValue(admin.email);
});

test('names that are read out have spaces', async ({ app, page, server }) => {
  await server.createToken('Plant 3 gateway');
  await app.signIn();
  await expect(page.getByRole('link', { name: 'Tokens 1', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Active 1', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: `${admin.email} Administrator`, exact: true })).toBeVisible();
});

test('a token that has ended says how, and what is left to be done', async ({ app, page, server }) => {
  const invalidated = await server.createToken('Plant 3 gateway');
  const key = await server.login();
  await server.api(`/tokens/${invalidated.id}/invalidate`, { key, body: { reason: 'Leaked or suspected' } });
  await server.createToken('Plant 4 gateway', { expires_at: new Date(Date.now() + 1500).toISOString() });
  await app.signIn();
  await page.goto(`/settings/tokens/${invalidated.id}`);
  await expect(page.getByRole('main')).toContainText(`by ${admin.email}. Reason: Leaked or suspected.`);
  await page.getByRole('link', { name: 'See the event' }).click();
  await expect(page.getByRole('heading', { name: 'Token invalidated' })).toBeVisible();

  await new Promise((resolve) => setTimeout(resolve, 1500));
  await app.act('Plant 4 gateway', 'Rotate');
  await expect(app.dialog('Plant 4 gateway has expired')).toContainText('Give it a new expiry first');
  await app.dialog('Plant 4 gateway has expired').getByRole('link', { name: 'Edit token' }).click();
  await app.dialog('Edit token').getByRole('radio', { name: '30 days' }).check();
  await app.dialog('Edit token').getByRole('button', { name: 'Save changes' }).click();
  await app.act('Plant 4 gateway', 'Rotate');
  await expect(app.dialog('Rotate Plant 4 gateway')).toContainText('in 30 days');
});
