import { certificate, expect, test } from '../support/test.ts';

const LIST = '/settings/clusters';

test.beforeEach(async ({ app, server }) => {
  await server.createScopes([
    { name: 'plants.read', description: 'Watch the plants' },
    { name: 'plants.write', description: 'Change the plants' },
  ]);
  await app.signIn();
});

test('a cluster is added, edited and deleted', async ({ app, page, server }) => {
  await page.getByRole('link', { name: 'Clusters', exact: true }).click();
  await expect(page.getByText('docs/kubernetes.md')).toBeVisible();
  await page.getByRole('link', { name: 'Add cluster' }).click();
  const dialog = app.dialog('Add cluster');
  await expect(dialog.getByLabel('Default namespace')).toHaveValue('default');
  await expect(dialog.getByText('plants.write', { exact: true }), 'the scopes to choose from').toBeVisible();
  await dialog.getByLabel('Name', { exact: true }).fill('plant-3');
  await dialog.getByLabel('API server', { exact: true }).fill('https://10.4.0.1:6443');
  await dialog.getByLabel('Certificates of the API server').fill(certificate);
  await dialog.getByLabel('Groups').fill('operators = plants.write\nwatchers = plants.read');
  await dialog.getByRole('button', { name: 'Add cluster' }).click();

  await expect(page.getByRole('heading', { name: 'plant-3', level: 1 })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'plant-3 added.' })).toBeVisible();
  const id = new URL(page.url()).pathname.split('/').at(-1)!;
  const webhook = page.getByLabel('Webhook URL', { exact: true });
  await expect(webhook).toHaveText(`${server.url}/k8s/${id}/tokenreview`);
  await expect(app.row('operators')).toContainText('plants.write');
  await expect(page.getByRole('group', { name: 'Certificates of the API server' })).toHaveText(certificate.trim());
  const asked = await fetch(await webhook.innerText(), { method: 'POST' });
  expect(asked.status, 'the webhook exists, and needs a credential').toBe(401);

  await page.getByRole('link', { name: 'Edit' }).click();
  const edit = app.dialog('Edit cluster');
  await expect(edit.getByLabel('Certificates of the API server')).toHaveValue(certificate);
  await edit.getByLabel('Name', { exact: true }).fill('plant 3');
  await edit.getByLabel('Groups').fill('operators = plants.write');
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('heading', { name: 'plant 3', level: 1 })).toBeVisible();
  await expect(app.row('watchers')).toHaveCount(0);

  await page.goto(LIST);
  await expect(app.row('plant 3')).toContainText(/https:\/\/10\.4\.0\.1:6443.*operators = plants\.write.*default/);
  await expect(app.row('plant 3')).toContainText(id);
  await app.row('plant 3').getByRole('button', { name: 'Actions for plant 3' }).click();
  await app.row('plant 3').getByRole('link', { name: 'Delete' }).click();
  const confirm = app.dialog('Delete this cluster?');
  await expect(confirm.getByRole('link', { name: 'Cancel' })).toBeFocused();
  await confirm.getByRole('button', { name: 'Delete cluster' }).click();
  await expect(page).toHaveURL(LIST);
  await expect(page.getByText('None yet in')).toBeVisible();
});

test('what was typed survives mistakes, which are named with their lines', async ({ app, page, server }) => {
  await server.createCluster('taken');
  await page.goto(`${LIST}/new`);
  const dialog = app.dialog('Add cluster');
  await dialog.getByLabel('Name', { exact: true }).fill('taken');
  await dialog.getByRole('button', { name: 'Add cluster' }).click();
  await expect(dialog.getByText('2 things to fix before the cluster can be saved')).toBeVisible();
  await expect(dialog.getByLabel('API server', { exact: true })).toHaveAttribute('aria-invalid', 'true');

  const groups = 'operators = plants.write\n\nwatchers = plants.look\nsystem:masters = plants.write';
  await dialog.getByLabel('API server', { exact: true }).fill('10.4.0.1');
  await dialog.getByLabel('Certificates of the API server').fill(certificate);
  await dialog.getByLabel('Default namespace').fill('Plant_3');
  await dialog.getByLabel('Groups').fill(groups);
  await dialog.getByRole('button', { name: 'Add cluster' }).click();
  await expect(dialog.getByText('4 things to fix before the cluster can be saved')).toBeVisible();
  const field = dialog.getByLabel('Groups');
  await expect(field).toHaveAccessibleDescription('Line 3: The catalogue has no such scope.');
  await expect(field).toHaveValue(groups);
  await expect(dialog.getByLabel('Certificates of the API server')).toHaveValue(certificate);
  await dialog.getByRole('link', { name: /^Line 4: Groups that begin with system:/ }).click();
  await expect(field).toBeFocused();

  await field.fill('operators = plants.write');
  await dialog.getByLabel('API server', { exact: true }).fill('https://10.4.0.1');
  await dialog.getByLabel('Default namespace').fill('plant-3');
  await dialog.getByRole('button', { name: 'Add cluster' }).click();
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveAccessibleDescription('There is a cluster of this name.');
  await dialog.getByLabel('Name', { exact: true }).fill('plant-3');
  await dialog.getByRole('button', { name: 'Add cluster' }).click();
  await expect(page.getByRole('heading', { name: 'plant-3', level: 1 })).toBeVisible();
});

test('a member sees clusters and is offered no change', async ({ app, page, server }) => {
  const { id } = await server.createCluster('plant-3', { groups: [{ group: 'operators', scope: 'plants.write' }] });
  await server.admin('create-user', 'mia@example.com', '--role', 'member');
  await page.context().clearCookies();
  await app.signIn({ email: 'mia@example.com', password: 'twelve other plain words here' });
  await page.getByRole('link', { name: 'Clusters', exact: true }).click();
  await expect(app.row('plant-3')).toContainText('operators = plants.write');
  await expect(page.getByRole('link', { name: 'Add cluster' })).toHaveCount(0);
  await expect(app.row('plant-3').getByRole('button', { name: /^Actions/ })).toHaveCount(0);
  await app.row('plant-3').getByRole('link', { name: 'plant-3' }).click();
  await expect(page.getByLabel('Webhook URL', { exact: true })).toContainText(id);
  await expect(page.getByRole('link', { name: 'Edit' })).toHaveCount(0);
  await page.goto(`${LIST}/${id}/edit`);
  await expect(page.getByText('Only administrators can change clusters.')).toBeVisible();
});

test('the webhook URL is shown in the list, and copied with one click where scripts run', async ({ app, page, server, javaScriptEnabled }) => {
  const { id } = await server.createCluster('plant-3');
  const url = `${server.url}/k8s/${id}/tokenreview`;
  await page.goto(LIST);
  await expect(app.row('plant-3').getByText(url, { exact: true })).toBeVisible();
  const copy = app.row('plant-3').getByRole('button', { name: 'Copy Webhook URL of plant-3' });
  if (!javaScriptEnabled) {
    await expect(copy).toBeHidden();
    return;
  }
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await copy.click();
  await expect(app.row('plant-3').getByRole('status')).toHaveText('Webhook URL of plant-3 copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url);
});
