import { expect, test } from '../support/test.ts';

const key = { kty: 'OKP', crv: 'Ed25519', kid: 'gateway-2026', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

test('a client is given a public key, and a private one is refused', async ({ app, page, server }) => {
  await app.signIn();
  const { id } = await server.createToken('Plant 3 gateway');
  await page.goto(`/settings/tokens/${id}`);
  const card = page.getByRole('region', { name: 'Client keys' });
  await expect(card).toContainText('None: the client shows its secret.');
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
  await expect(card).toContainText('None');
});
