import { expect, test } from '../support/test.ts';

const key = { kty: 'OKP', crv: 'Ed25519', kid: 'gateway-2026', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

test('a client is given a public key, and a private one is refused', async ({ app, page, server }) => {
  await app.signIn();
  const { id } = await server.createToken('Plant 3 gateway');
  await page.goto(`/settings/tokens/${id}`);
  const card = page.getByRole('region', { name: 'Client keys' });
  await expect(card).toContainText('No public keys. This client authenticates with its secret.');
  await card.getByRole('link', { name: 'Change client keys' }).click();
  const dialog = app.dialog('Client keys of Plant 3 gateway');
  const field = dialog.getByLabel('Public keys');
  const save = dialog.getByRole('button', { name: 'Save keys' });

  const typed = JSON.stringify({ keys: [{ ...key, d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A' }] });
  await field.fill(typed);
  await save.click();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByText(/private parts/).first()).toBeVisible();
  await expect(field).toHaveValue(typed);

  await field.fill(JSON.stringify(key));
  await save.click();
  await expect(dialog).toBeHidden();
  await expect(card).toContainText('gateway-2026 (Ed25519)');
  const stored = await (await server.api(`/tokens/${id}/client-keys`, { key: await server.login() })).json();
  expect(stored).toEqual({ keys: [key] });

  await card.getByRole('link', { name: 'Change client keys' }).click();
  await field.fill('');
  await save.click();
  await expect(card).toContainText('No public keys');
});

test('rotating says how many client keys end, and keeps them where that is asked for', async ({ app, page, server }) => {
  await app.signIn();
  const { id } = await server.createToken('Plant 3 gateway');
  const login = await server.login();
  const keys = async () => (await (await server.api(`/tokens/${id}/client-keys`, { key: login })).json()).keys;
  const set = await server.api(`/tokens/${id}/client-keys`, { key: login, method: 'PUT', body: { keys: [key] } });
  expect(set.status).toBe(200);

  const rotate = async (keep: boolean) => {
    await page.goto(`/settings/tokens/${id}/rotate`);
    const dialog = app.dialog('Rotate Plant 3 gateway');
    await expect(dialog.getByRole('group', { name: 'Client keys' })).toContainText('This token has 1 client key. It ends');
    await dialog.getByRole('radio', { name: /Immediately/ }).check();
    await dialog.getByLabel('Keep client keys working').setChecked(keep);
    await dialog.getByRole('button', { name: 'Rotate and show secret' }).click();
    await app.saveCredentials(/Plant 3 gateway/);
  };
  await rotate(true);
  expect(await keys()).toEqual([key]);
  await rotate(false);
  expect(await keys()).toEqual([]);
  await page.goto(`/settings/tokens/${id}/rotate`);
  await expect(app.dialog('Rotate Plant 3 gateway').getByText(/client key/)).toHaveCount(0);
});
