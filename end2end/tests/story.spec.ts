import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { admin, expect, test } from '../support/test.ts';

const run = promisify(execFile);

test.use({ administrator: false });

test('from set-up to a refused call', async ({ app, page, server }) => {
  /** Returns the status of `GET /api/v1/me` with this credential. */
  const call = async (...credential: string[]) => {
    const url = `${server.url}/api/v1/me`;
    const { stdout } = await run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', ...credential, url]);
    return stdout;
  };
  const bearer = (key: string) => call('-H', `Authorization: Bearer ${key}`);

  await test.step('the link sets up the first administrator', async () => {
    await page.goto(await server.setupLink());
    expect(page.url()).not.toContain('code=');
    await page.getByLabel('Organization').fill('Northfield Works');
    await page.getByLabel('Your email').fill(admin.email);
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.getByLabel('Repeat password').fill(admin.password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await expect(page).not.toHaveURL(/\/setup/);
    if (page.url().includes('/login')) await app.signIn();
    await expect(page.getByRole('heading', { name: 'Mint your first token' })).toBeVisible();
  });

  const label = 'Plant 3 gateway';
  const scopes = ['mintkey:tokens.read'];
  await app.createToken({ label, description: 'MQTT bridge', expires: '30 days', scopes });
  const first = await app.saveCredentials(`${label} is ready`);

  await test.step('the token is listed, its secret is not', async () => {
    await expect(page).toHaveURL(/\/settings\/tokens(\/|\?|$)/);
    await expect(app.row(label)).toContainText('Active');
    for (const secret of [first.api_key, first.client_secret]) expect(await page.content()).not.toContain(secret);
  });

  await test.step('a device calls with it, in every form', async () => {
    expect(await bearer(first.api_key)).toBe('200');
    expect(await call('-H', `Authorization: APIToken ${first.api_key}`)).toBe('200');
    expect(await call('-H', `X-API-Key: ${first.api_key}`)).toBe('200');
    expect(await call('-u', `${first.client_id}:${first.client_secret}`)).toBe('200');
    const login = await server.api('/login', {
      body: { client_id: first.client_id, client_secret: first.client_secret },
    });
    expect(await bearer((await login.json()).access_token)).toBe('200');
  });

  const renamed = 'Plant 3 gateway, hall B';
  await test.step('edit changes label and scopes', async () => {
    await app.act(label, 'Edit');
    const dialog = app.dialog('Edit token');
    await dialog.getByLabel('Label').fill(renamed);
    await app.scope(dialog, 'mintkey:scopes.read').check();
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await expect(app.row(renamed)).toBeVisible();
    const me = await (await server.api('/me', { key: first.api_key })).json();
    expect(me.scopes.sort()).toEqual(['mintkey:scopes.read', 'mintkey:tokens.read']);
  });

  const second = await test.step('rotate with overlap: both secrets work', async () => {
    await app.act(renamed, 'Rotate');
    const dialog = app.dialog(`Rotate ${renamed}`);
    await dialog.getByRole('radio', { name: '24 hours' }).check();
    await dialog.getByRole('button', { name: 'Rotate and show secret' }).click();
    const credentials = await app.saveCredentials(/./);
    expect(credentials.client_id).toBe(first.client_id);
    expect(credentials.api_key).not.toBe(first.api_key);
    expect(await bearer(first.api_key)).toBe('200');
    expect(await bearer(credentials.api_key)).toBe('200');
    return credentials;
  });

  await test.step('invalidate: the next call is refused', async () => {
    await app.act(renamed, 'Invalidate');
    const dialog = app.dialog(`Invalidate ${renamed}?`);
    await dialog.getByRole('button', { name: 'Invalidate token' }).click();
    await expect(app.row(renamed)).toContainText('Invalidated');
    expect(await bearer(first.api_key)).toBe('401');
    expect(await bearer(second.api_key)).toBe('401');
    const row = await app.openMenu(renamed);
    await expect(row.getByRole('link', { name: 'Delete' })).toBeVisible();
    await expect(row.getByRole('link', { name: /Edit|Rotate|Invalidate/ })).toHaveCount(0);
  });

  await test.step('delete: the label must be typed, then it is gone', async () => {
    await app.act(renamed, 'Delete');
    const dialog = app.dialog(`Delete ${renamed}?`);
    await dialog.getByRole('textbox', { name: /to confirm/ }).fill(renamed);
    await dialog.getByRole('button', { name: 'Delete token' }).click();
    await expect(dialog).toBeHidden();
    await expect(app.row(renamed)).toHaveCount(0);
  });
});
