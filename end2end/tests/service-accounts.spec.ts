import { expect, test } from '../support/test.ts';

const LIST = '/settings/service-accounts';

test('a machine gets an identity and a token, is suspended, activated and decommissioned', async ({ app, page, server }) => {
  await app.signIn();
  await page.getByRole('link', { name: /^Service accounts/ }).click();
  await page.getByRole('link', { name: 'New service account' }).click();
  const dialog = app.dialog('New service account');
  await dialog.getByLabel('Name').fill('hall-b-gateway');
  await dialog.getByLabel('Description').fill('Reads the meters of hall B');
  await dialog.getByLabel('Allowed scopes').fill('mintkey:tokens.*');
  await dialog.getByRole('button', { name: 'Create service account' }).click();
  await expect(app.row('hall-b-gateway')).toContainText('Active');

  const act = async (action: string) => {
    await page.goto(LIST);
    await app.row('hall-b-gateway').getByRole('button', { name: 'Actions for hall-b-gateway' }).click();
    await app.row('hall-b-gateway').getByRole('link', { name: action, exact: true }).click();
  };
  await act('New token');
  const token = app.dialog('New token');
  await expect(token.getByLabel('Owner')).toHaveText(/hall-b-gateway/);
  await token.getByLabel('Label').fill('Blue');
  await app.scope(token, 'mintkey:tokens.read').check();
  await token.getByRole('button', { name: 'Create token' }).click();
  const { api_key: key } = await app.saveCredentials(/Blue/);
  const me = await server.api('/me', { key });
  expect(me.status).toBe(200);
  expect((await me.json()).principal).toMatchObject({ type: 'service_account', name: 'hall-b-gateway' });

  await act('Suspend');
  await app.dialog(/Suspend hall-b-gateway/).getByRole('button', { name: 'Suspend' }).click();
  await expect(app.row('hall-b-gateway')).toContainText('Suspended');
  expect((await server.api('/me', { key })).status).toBe(401);
  await page.goto('/settings/tokens');
  await expect(app.row('Blue')).toContainText('Suspended');

  await act('Activate');
  await app.dialog(/Activate hall-b-gateway/).getByRole('button', { name: 'Activate' }).click();
  await expect(app.row('hall-b-gateway')).toContainText('Active');
  expect((await server.api('/me', { key })).status).toBe(200);

  await act('Decommission');
  await app.dialog(/Decommission hall-b-gateway/).getByRole('button', { name: 'Decommission' }).click();
  await expect(app.row('hall-b-gateway')).toContainText('Decommissioned');
  await expect(app.row('hall-b-gateway').getByRole('button')).toHaveCount(0);
  expect((await server.api('/me', { key })).status).toBe(401);
  await page.goto('/settings/tokens');
  await expect(app.row('Blue')).toContainText('Invalidated');
});

test('what was typed survives a mistake, which stands at its field', async ({ app, page, server }) => {
  await server.createServiceAccount('taken');
  await app.signIn();
  await page.goto(`${LIST}/new`);
  const dialog = app.dialog('New service account');
  await dialog.getByLabel('Name').fill('taken');
  await dialog.getByLabel('Allowed scopes').fill('no.such.scope');
  await dialog.getByRole('button', { name: 'Create service account' }).click();
  await expect(dialog.getByText(/Not in the scope catalogue: no.such.scope/).first()).toBeVisible();
  await expect(dialog.getByLabel('Name')).toHaveValue('taken');
  await dialog.getByLabel('Allowed scopes').fill('');
  await dialog.getByRole('button', { name: 'Create service account' }).click();
  await expect(dialog.getByText(/of this name exists/).first()).toBeVisible();
});

test('raising an account names the tokens that would gain, and invalidates them where that is said', async ({ app, page, server }) => {
  const member = { email: 'mia@example.com', password: 'twelve other plain words here' };
  await server.admin('create-user', member.email, '--role', 'member');
  const members = await (await server.api('/members', { key: await server.login() })).json();
  const { id } = members.data.find((one: { email: string }) => one.email === member.email);
  const account = await server.createServiceAccount('hall-b-gateway', { member_ids: [id] });
  const login = await server.api('/login', { body: { username: member.email, password: member.password } });
  const made = await server.api('/tokens', {
    key: (await login.json()).access_token,
    body: { label: 'Made by Mia', owner_id: account.id, scopes: ['*'] },
  });
  const { api_key: theirs } = await made.json();

  await app.signIn();
  await page.goto(`${LIST}/${account.id}/edit`);
  const dialog = app.dialog('Edit service account');
  await dialog.getByLabel('Role').selectOption('admin');
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await expect(dialog.getByText('This token would gain rights that its creator could not grant:')).toBeVisible();
  await expect(dialog.getByRole('listitem')).toContainText(['Made by Mia, created by mia@example.com']);
  expect((await server.api('/me', { key: theirs })).status).toBe(200);

  await expect(dialog.getByLabel('Role')).toHaveValue('admin');
  await dialog.getByLabel('Invalidate this token with the change').check();
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await expect(dialog).toBeHidden();
  expect((await server.api('/me', { key: theirs })).status).toBe(401);
});

test('the page of a service account has its tokens, its events and its actions', async ({ app, page, server }) => {
  const { id } = await server.createServiceAccount('hall-b-gateway', { description: 'Reads the meters of hall B' });
  await app.signIn();
  await page.goto(LIST);
  await app.row('hall-b-gateway').getByRole('link', { name: 'hall-b-gateway' }).click();
  await expect(page).toHaveURL(`${LIST}/${id}`);
  await expect(page.getByText('Reads the meters of hall B')).toBeVisible();

  await page.getByRole('link', { name: 'New token' }).click();
  const dialog = app.dialog('New token');
  await dialog.getByLabel('Label').fill('Blue');
  await app.scope(dialog, 'mintkey:tokens.read').check();
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await app.saveCredentials(/Blue/);
  await expect(page, 'closing leads back').toHaveURL(`${LIST}/${id}`);
  await expect(app.row('Blue')).toContainText('Active');

  await page.getByRole('link', { name: 'Suspend', exact: true }).click();
  await app.dialog(/Suspend hall-b-gateway/).getByRole('button', { name: 'Suspend' }).click();
  await expect(page).toHaveURL(`${LIST}/${id}`);
  await expect(app.row('Blue')).toContainText('Suspended');
  await expect(app.row('Service account suspended')).toContainText('Done');
  await expect(page.getByRole('link', { name: 'New token' })).toHaveCount(0);

  await app.row('Blue').getByRole('link', { name: 'Blue' }).click();
  await page.getByLabel('Properties').getByRole('link', { name: 'hall-b-gateway' }).click();
  await expect(page.getByRole('heading', { name: 'hall-b-gateway', level: 1 })).toBeVisible();
});
