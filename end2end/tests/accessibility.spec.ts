import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Server } from '../support/server.ts';
import { admin, expect, test } from '../support/test.ts';

const sizes = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

/** Checks the current page in both themes and at all sizes. */
async function check(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const size of sizes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(size);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
      // Soft, so that all pages are checked before the test fails.
      expect.soft(found, `${name}, ${colorScheme}, ${size.width} px`).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(overflow, `${name} is wider than ${size.width} px`).toBeLessThanOrEqual(0);
    }
  }
}

test('no page has a violation', async ({ app, page, server }) => {
  test.setTimeout(600_000);
  await page.goto('/login');
  await check(page, '/login');
  await app.signIn();
  await check(page, 'empty list');

  const { id } = await server.createToken('Plant 3 gateway');
  await server.createToken('x'.repeat(100), { scopes: ['mintkey:tokens.read', 'mintkey:scopes.read'] });
  const paths = ['', '?q=zzzz', '/new', `/${id}`, ...['edit', 'rotate', 'client-keys', 'invalidate', 'delete'].map((name) => `/${id}/${name}`), `/bulk?action=invalidate&ids=${id}`, `/bulk?action=delete&ids=${id}`];
  await page.goto('/settings/service-accounts');
  await check(page, 'no service accounts');
  const certificate = await server.createToken('Plant 3 panel', { kind: 'client_certificate', password: 'correct horse battery' });
  paths.push('/new?kind=client_certificate', `/${certificate.id}`, `/${certificate.id}/rotate`);
  const account = await server.createServiceAccount('hall-b-gateway', { description: 'Reads the meters', allowed_scopes: ['mintkey:*'] });
  await server.createToken('A token of the gateway', { owner_id: account.id });
  const members = await peopleOf(server);
  await page.goto('/settings/clusters');
  await check(page, 'no clusters');
  const cluster = await server.createCluster('plant-3', { groups: [{ group: 'readers', scope: 'mintkey:tokens.read' }] });
  const clusters = ['', '/new', `/${cluster.id}`, ...['edit', 'delete'].map((name) => `/${cluster.id}/${name}`)];
  const kubeconfig = await server.createToken('Laptop', { kind: 'kubeconfig', cluster_id: cluster.id, method: 'certificate' });
  paths.push('/new?kind=kubeconfig', `/${kubeconfig.id}`, `/${kubeconfig.id}/rotate`);
  const accounts = ['', '?q=zzzz', '/new', `/${account.id}`, ...['edit', 'suspend', 'activate', 'decommission'].map((name) => `/${account.id}/${name}`)];
  const others = [
    ...accounts.map((path) => `/settings/service-accounts${path}`),
    `/settings/tokens/new?owner=${account.id}`,
    ...clusters.map((path) => `/settings/clusters${path}`),
    '/settings/scopes',
    '/settings/scopes/new',
    '/settings/profile',
    ...members,
    '/settings/organization',
    '/settings/organization/certificates',
    '/settings/system',
    '/settings/help',
    '/settings/audit',
    '/settings/audit?q=zzzz',
    `/settings/audit/${await newestEvent(server)}`,
  ];
  // With two organizations, the sidebar has a menu of organizations.
  await server.admin('organization', 'create', 'Plant 3 pilot with a rather long name', '--admin', admin.email);
  for (const path of [...paths.map((path) => `/settings/tokens${path}`), ...others]) {
    await page.goto(path);
    await check(page, path);
  }

  await page.setViewportSize(sizes[0]);
  await app.createToken({ label: ' ', scopes: [] });
  await expect(app.dialog('New token').getByText(/to fix/)).toBeVisible();
  await check(page, 'errors');
  await page.setViewportSize(sizes[0]);
  await page.goto('/settings/clusters/new');
  await app.dialog('Add cluster').getByLabel('Groups').fill('operators');
  await app.dialog('Add cluster').getByRole('button', { name: 'Add cluster' }).click();
  await expect(app.dialog('Add cluster').getByText('4 things to fix')).toBeVisible();
  await check(page, 'a cluster with errors');
  await page.setViewportSize(sizes[0]);
  await page.goto('/settings/members/invite');
  await app.dialog('Invite member').getByLabel('Email').fill(`${'x'.repeat(40)}@example.com`);
  await app.dialog('Invite member').getByRole('button', { name: 'Invite member' }).click();
  await expect(app.dialog(/is invited/)).toBeVisible();
  await check(page, 'invited');
  await page.setViewportSize(sizes[0]);
  await app.createToken({ label: 'Shown once', scopes: ['mintkey:tokens.read'] });
  await expect(app.dialog('Shown once is ready')).toBeVisible();
  await check(page, 'created');
  await page.setViewportSize(sizes[0]);
  await page.goto('/settings/tokens/new?kind=client_certificate&label=Panel&scopes=mintkey:tokens.read');
  await page.getByLabel('Bundle password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create token' }).click();
  await check(page, 'a certificate with errors');
  await page.setViewportSize(sizes[0]);
  await page.getByLabel('Bundle password').fill('correct horse battery');
  await page.getByLabel('Repeat password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(app.dialog('Panel is ready')).toBeVisible();
  await check(page, 'created with a certificate');
  await page.setViewportSize(sizes[0]);
  await page.goto('/settings/tokens/new?kind=kubeconfig&label=Kubectl&scopes=mintkey:tokens.read');
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(app.dialog('Kubectl is ready')).toBeVisible();
  await check(page, 'created with a kubeconfig');
});

/** The members pages, with a pending invitation and a member with a long email address. */
async function peopleOf(server: Server): Promise<string[]> {
  await server.invite('robin@example.com', 'auditor');
  await server.admin('create-user', `${'long-name-'.repeat(6)}@example.com`, '--role', 'member');
  const key = await server.login();
  const { data: members } = await (await server.api('/members', { key })).json();
  const { data: pending } = await (await server.api('/members/invitations', { key })).json();
  const { id } = members.find(({ email }: { email: string }) => email !== admin.email);
  const dialogs = ['role', 'deactivate', 'activate', 'reset', 'hand-over'].map((name) => `/${id}/${name}`);
  return ['', '/invite', ...dialogs, `/invitations/${pending[0].id}/withdraw`].map((path) => `/settings/members${path}`);
}

/** The ID of the newest event. */
async function newestEvent(server: Server): Promise<string> {
  const { data } = await (await server.api('/audit?limit=1', { key: await server.login() })).json();
  return data[0].id;
}

test('pages of links have no violation', async ({ page, server }) => {
  test.setTimeout(120_000);
  for (const path of ['/invite', '/reset', '/reset/done']) {
    await page.goto(path);
    await check(page, path);
  }
  await page.goto(await server.invite('robin@example.com'));
  await check(page, 'invitation');
  await page.goto(await server.invite(admin.email.replace('ops', 'robin')));
  await check(page, 'invitation again');
});

test.describe('set-up', () => {
  test.use({ administrator: false });
  test('has no violation', async ({ page, server }) => {
    await page.goto(await server.setupLink());
    await check(page, '/setup');
  });
});
