import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from '@playwright/test';
import { expect, test as base } from '../support/test.ts';

const test = base.extend<{ folder: string }>({
  // eslint-disable-next-line no-empty-pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'mintkey-kubeconfigs-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

/** Saves the kubeconfig of the open dialog; returns the path of its file. */
async function download(dialog: Locator, folder: string, name: string): Promise<string> {
  const started = dialog.page().waitForEvent('download');
  await dialog.getByRole('link', { name: 'Download .yaml' }).click();
  const file = await started;
  expect(file.suggestedFilename()).toBe(name);
  await file.saveAs(join(folder, name));
  return join(folder, name);
}

/** What kubectl reads in a kubeconfig. */
async function read(file: string): Promise<string> {
  const view = ['--kubeconfig', file, 'config', 'view', '--minify', '--raw'];
  return (await promisify(execFile)('kubectl', view)).stdout;
}

test('a kubeconfig is for a cluster, and kubectl reads it', async ({ app, page, server, folder }) => {
  await app.signIn();
  await page.goto('/settings/tokens/new');
  const dialog = app.dialog('New token');
  await expect(dialog.getByLabel('Cluster', { exact: true }), 'an API key is for none').toBeHidden();
  await dialog.getByRole('radio', { name: /^kubeconfig/ }).check();
  await expect(dialog).toContainText('A kubeconfig needs a cluster');
  await expect(dialog.getByRole('link', { name: 'Add one' })).toHaveAttribute('href', '/settings/clusters/new');

  const { id } = await server.createCluster('plant-3', { default_namespace: 'plant' });
  await page.goto(`/settings/tokens/new?kind=kubeconfig&cluster=${id}&label=Laptop&scopes=mintkey:tokens.read`);
  await expect(dialog.getByLabel('Cluster', { exact: true })).toHaveValue(id);
  await expect(dialog.getByRole('radio', { name: /^Access tokens/ })).toBeChecked();
  await dialog.getByLabel('Namespace').fill('Hall B');
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await expect(dialog.getByLabel('Namespace')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('Namespace')).toHaveValue('Hall B');
  await dialog.getByLabel('Namespace').fill('');
  await dialog.getByRole('button', { name: 'Create token' }).click();

  const ready = app.dialog('Laptop is ready');
  await expect(ready).toContainText('kubectl runs the command mintkey, which needs a credential');
  const file = await download(ready, folder, 'laptop.kubeconfig.yaml');
  expect(await read(file)).toMatch(new RegExp(`namespace: plant[^]*- --cluster\\n\\s+- ${id}`));
  const { client_id, api_key } = await app.saveCredentials('Laptop is ready');
  expect(await readFile(file, 'utf8'), 'no secret is in it').not.toContain(api_key);

  await page.goto(`/settings/tokens/${client_id}`);
  const card = page.getByRole('region', { name: 'kubeconfig' });
  await expect(card).toContainText(/plant-3.*plant.*Access tokens/);
  await page.goto(`/settings/clusters/${id}/delete`);
  await app.dialog('Delete this cluster?').getByRole('button', { name: 'Delete cluster' }).click();
  await expect(app.dialog('Delete this cluster?')).toContainText('These tokens have kubeconfigs for this cluster: Laptop.');
});

test('a certificate of a kubeconfig lives for days, and the page says that it can not be revoked', async ({ app, page, server, folder }) => {
  const { id } = await server.createCluster('plant-3');
  await app.signIn();
  await page.goto(`/settings/tokens/new?kind=kubeconfig&cluster=${id}&label=Maintenance&scopes=mintkey:tokens.read`);
  const dialog = app.dialog('New token');
  await expect(dialog.getByRole('group', { name: 'Expires after' })).toBeVisible();
  await expect(dialog.getByLabel('Certificate expires after')).toBeHidden();
  await dialog.getByRole('radio', { name: /^Certificate/ }).check();
  await expect(dialog.getByRole('group', { name: 'Expires after' })).toBeHidden();
  await expect(dialog.getByLabel('Certificate expires after')).toHaveValue('1d');
  await dialog.getByLabel('Certificate expires after').selectOption({ label: '8 hours' });
  await dialog.getByRole('button', { name: 'Create token' }).click();

  const ready = app.dialog('Maintenance is ready');
  const file = await download(ready, folder, 'maintenance.kubeconfig.yaml');
  expect(await read(file)).toContain('client-key-data: ');
  const { client_id, api_key } = await app.saveCredentials('Maintenance is ready');
  const token = await (await server.api(`/tokens/${client_id}`, { key: api_key })).json();
  expect(Date.parse(token.expires_at) - Date.parse(token.created_at)).toBe(8 * 60 * 60 * 1000);

  await page.goto(`/settings/tokens/${client_id}`);
  await expect(page.getByRole('region', { name: 'kubeconfig' })).toContainText('The cluster can\'t revoke the certificate');
  await expect(page.getByRole('region', { name: 'Certificate', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Rotate' }).click();
  await expect(app.dialog('Rotate Maintenance')).toContainText('A new secret and kubeconfig are shown once.');
  await app.dialog('Rotate Maintenance').getByRole('button', { name: 'Rotate and show secret' }).click();
  const other = await download(ready, folder, 'maintenance.kubeconfig.yaml');
  expect(await read(other)).toContain('client-key-data: ');
  await app.saveCredentials('Maintenance is ready');
});
