import type { Locator } from '@playwright/test';
import { OpenSsl } from '../support/openssl.ts';
import { expect, test as base } from '../support/test.ts';

const password = 'correct horse ~ battery';

const test = base.extend<{ openssl: OpenSsl }>({
  // eslint-disable-next-line no-empty-pattern
  openssl: async ({}, use) => {
    const openssl = await OpenSsl.start();
    await use(openssl);
    await openssl.stop();
  },
});

/** Saves the file of the open dialog's download link; returns its suggested name. */
async function download(dialog: Locator, openssl: OpenSsl, link: string): Promise<string> {
  const started = dialog.page().waitForEvent('download');
  await dialog.getByRole('link', { name: link }).click();
  const file = await started;
  await file.saveAs(openssl.path(file.suggestedFilename()));
  return file.suggestedFilename();
}

/** Fills in the bundle's password, twice. */
async function typePassword(dialog: Locator, again = password): Promise<void> {
  await dialog.getByLabel('Bundle password').fill(password);
  await dialog.getByLabel('Repeat password').fill(again);
}

test('a bundle is made, downloaded, opened, and replaced by a rotation', async ({ app, page, server, openssl }) => {
  await app.signIn();
  await page.goto('/settings/tokens/new');
  const dialog = app.dialog('New token');
  await expect(dialog.getByLabel('Bundle password'), 'an API key needs none').toBeHidden();
  await dialog.getByRole('radio', { name: /^Client certificate/ }).check();
  await dialog.getByLabel('Label').fill('Plant 3 – gateway');
  await app.scope(dialog, 'mintkey:tokens.read').check();
  await expect(dialog.getByLabel('Encryption'), 'the organization allows only one').toBeHidden();
  await expect(dialog.getByLabel('Certificate signing request')).toBeHidden();

  await typePassword(dialog, 'correct horse ~ batery');
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await expect(dialog.getByLabel('Repeat password')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('Repeat password')).toHaveAccessibleDescription('The two passwords differ. Type both again.');
  await expect(dialog.getByRole('radio', { name: /^Client certificate/ })).toBeChecked();
  await expect(dialog.getByLabel('Label')).toHaveValue('Plant 3 – gateway');
  for (const label of ['Bundle password', 'Repeat password']) await expect(dialog.getByLabel(label)).toHaveValue('');

  await typePassword(dialog);
  await dialog.getByRole('button', { name: 'Create token' }).click();
  const ready = app.dialog('Plant 3 – gateway is ready');
  await expect(ready).toContainText('The private key is only in the file');
  expect(await download(ready, openssl, 'Download .p12')).toBe('plant-3-gateway.p12');
  const unpack = (name: string) =>
    openssl.run('pkcs12', '-in', 'plant-3-gateway.p12', '-passin', `pass:${password}`, '-nokeys', '-clcerts', '-out', name);
  await unpack('first.pem');
  const fingerprint = await openssl.fingerprint('first.pem');
  await expect(ready.getByLabel(/^Fingerprint/)).toHaveText(fingerprint);
  await expect(ready.getByLabel('certificate snippet', { exact: true })).toContainText('--cert plant-3-gateway.p12:PASSWORD');
  const { client_id } = await app.saveCredentials('Plant 3 – gateway is ready');

  await page.goto(`/settings/tokens/${client_id}`);
  const card = page.getByRole('region', { name: 'Certificate', exact: true });
  await expect(card.getByLabel(/^Fingerprint/)).toHaveText(fingerprint);
  await expect(card.getByText(/Rotate the token/)).toHaveCount(0);
  const later = { expires_at: '2099-01-01T00:00:00Z' };
  expect((await server.api(`/tokens/${client_id}`, { key: await server.login(), method: 'PATCH', body: later })).status).toBe(200);
  await page.reload();
  await expect(card).toContainText('Rotate the token to get one that lasts as long as the token.');

  await page.getByRole('link', { name: 'Rotate' }).click();
  const rotate = app.dialog('Rotate Plant 3 – gateway');
  await expect(rotate).toContainText('The older certificate, secret and API key end together.');
  await rotate.getByRole('button', { name: 'Rotate and show secret' }).click();
  await expect(rotate.getByLabel('Bundle password')).toHaveAttribute('aria-invalid', 'true');
  await typePassword(rotate);
  await rotate.getByRole('radio', { name: /Immediately/ }).check();
  await rotate.getByRole('button', { name: 'Rotate and show secret' }).click();
  await download(ready, openssl, 'Download .p12');
  await unpack('second.pem');
  await expect(ready.getByLabel(/^Fingerprint/)).toHaveText(await openssl.fingerprint('second.pem'));
  expect(await openssl.fingerprint('second.pem')).not.toBe(fingerprint);
  await app.saveCredentials('Plant 3 – gateway is ready');
});

test('a signing request is answered with certificates for its key', async ({ app, page, openssl }) => {
  await openssl.run('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'device.key', '-subj', '/CN=device', '-out', 'device.csr');
  await app.signIn();
  await page.goto('/settings/tokens/new?kind=client_certificate&label=Sensor&scopes=mintkey:tokens.read');
  const dialog = app.dialog('New token');
  await dialog.getByRole('radio', { name: /^Keep your own/ }).check();
  await expect(dialog.getByLabel('Bundle password')).toBeHidden();
  const field = dialog.getByLabel('Certificate signing request');
  await field.fill('-----BEGIN nothing-----');
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('-----BEGIN nothing-----');

  await field.fill(await openssl.read('device.csr'));
  await dialog.getByRole('button', { name: 'Create token' }).click();
  const ready = app.dialog('Sensor is ready');
  expect(await download(ready, openssl, 'Download .pem')).toBe('sensor.pem');
  const key = await openssl.run('pkey', '-in', 'device.key', '-pubout');
  expect(await openssl.run('x509', '-in', 'sensor.pem', '-noout', '-pubkey')).toBe(key);
  const { client_id } = await app.saveCredentials('Sensor is ready');

  await page.goto(`/settings/tokens/new?copy=${client_id}`);
  await expect(dialog.getByRole('radio', { name: /^Client certificate/ }), 'a copy is of the same kind').toBeChecked();
});

test('weak encryption is offered where the organization allows it', async ({ app, page, openssl }) => {
  await app.signIn();
  await page.goto('/settings/organization');
  await page.getByLabel('Allow PKCS#12 bundles with weak encryption').check();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByLabel('Allow PKCS#12 bundles with weak encryption')).toBeChecked();

  await page.goto('/settings/tokens/new?kind=client_certificate&label=Old+panel&scopes=mintkey:tokens.read');
  const dialog = app.dialog('New token');
  await dialog.getByLabel('Encryption').selectOption({ label: 'Compatible: Triple DES and SHA-1, weak' });
  await typePassword(dialog);
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await download(app.dialog('Old panel is ready'), openssl, 'Download .p12');
  await openssl.run('pkcs12', '-legacy', '-in', 'old-panel.p12', '-passin', `pass:${password}`, '-noout');
});

test('an authority is made with the first certificate, and another one is brought', async ({ app, page, server, openssl }) => {
  await openssl.hierarchy();
  await app.signIn();
  await page.goto('/settings/organization');
  await page.getByRole('link', { name: 'Certificate authorities' }).click();
  const list = page.getByRole('region', { name: 'Certificate authorities' });
  await expect(list).toContainText('None yet. One is made with the first client certificate.');
  await expect(page.getByRole('link', { name: 'ca.pem' })).toHaveCount(0);

  await server.createToken('Plant 3 gateway', { kind: 'client_certificate', password });
  await page.reload();
  await expect(list.getByRole('row').filter({ hasText: 'CN=Mintkey CA' })).toContainText(/Made here.*Issues/);
  for (const file of ['ca.pem', 'crl.pem', 'crl.der']) {
    const href = await page.getByRole('link', { name: file }).getAttribute('href');
    expect((await fetch(server.url + href)).status, file).toBe(200);
  }

  const certificates = page.getByLabel('Certificates', { exact: true });
  const privateKey = page.getByLabel('Private key');
  await certificates.fill(await openssl.read('root.pem'));
  await privateKey.fill(await openssl.read('sub.key'));
  await page.getByRole('button', { name: 'Add authority' }).click();
  await expect(privateKey).toHaveAttribute('aria-invalid', 'true');
  await expect(privateKey, 'a private key is never filled in again').toHaveValue('');
  await expect(certificates).toHaveValue(await openssl.read('root.pem'));

  await certificates.fill((await openssl.read('sub.pem')) + (await openssl.read('root.pem')));
  await privateKey.fill(await openssl.read('sub.key'));
  await page.getByRole('button', { name: 'Add authority' }).click();
  await expect(page.getByText(/CN=Devices.* added\./)).toBeVisible();
  const brought = list.getByRole('row').filter({ hasText: 'CN=Devices' });
  await expect(brought).toContainText(/Brought.*Issues/);
  await expect(brought).toContainText(await openssl.fingerprint('sub.pem'));
  await expect(list.getByRole('row').filter({ hasText: 'CN=Mintkey CA' })).toContainText('Earlier');
});
