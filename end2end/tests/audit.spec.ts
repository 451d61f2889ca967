import { admin, expect, test } from '../support/test.ts';

test('the log tells who did what, and is narrowed and opened', async ({ app, page, server }) => {
  const { id } = await server.createToken('Plant 3 gateway');
  const key = await server.login();
  await server.api(`/tokens/${id}`, { key, method: 'PATCH', body: { label: 'Plant 4 gateway' } });
  await server.api(`/tokens/${id}/invalidate`, { key, body: { reason: 'no longer needed' } });
  await app.signIn();
  await page.getByRole('link', { name: 'Audit log' }).click();
  const rows = page.getByRole('table', { name: /Audit events/ }).getByRole('row');
  const row = (act: string) => rows.filter({ has: page.getByRole('cell', { name: act }) });
  await expect(row('Token edited')).toContainText('Plant 3 gateway → Plant 4 gateway');
  await expect(row('Token edited')).toContainText(admin.email);
  await expect(row('Token invalidated')).toContainText('no longer needed');

  await page.getByLabel('Action').selectOption({ label: 'Token edited' });
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page, 'no field that is empty').toHaveURL(/\/audit\?action=token.edit$/);
  await expect(row('Token edited')).toHaveCount(1);
  await expect(row('Token invalidated')).toHaveCount(0);
  await expect(page.getByText('1 event matches')).toBeVisible();

  await row('Token edited').getByRole('link', { name: /details/ }).click();
  await expect(page.getByRole('heading', { name: 'Token edited' })).toBeVisible();
  const changed = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Label' }) });
  await expect(changed).toContainText('Plant 3 gateway');
  await expect(changed).toContainText('Plant 4 gateway');
  await expect(page.getByText(/^[0-9a-f]{64}$/)).toHaveCount(2);
  await expect(page.getByRole('link', { name: 'All events for this token' })).toBeVisible();
  await page.getByRole('link', { name: 'Next event' }).click();
  await expect(page.getByRole('heading', { name: 'Token invalidated' })).toBeVisible();
  await page.getByRole('link', { name: 'Previous event' }).click();
  await expect(page.getByRole('heading', { name: 'Token edited' })).toBeVisible();
  await page.getByRole('link', { name: 'Plant 4 gateway', exact: true }).or(page.getByRole('link', { name: 'Plant 3 gateway', exact: true })).click();
  await expect(page).toHaveURL(new RegExp(`/settings/tokens/${id}$`));

  await page.goto('/settings/audit?since=2001-01-01&until=2001-01-02');
  await expect(page.getByText('No event matches.')).toBeVisible();
  await page.getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL(/\/settings\/audit$/);
  await expect(page.getByRole('link', { name: 'Clear' })).toHaveCount(0);
});

test('the export has the same events, and no formula', async ({ app, page, server }) => {
  await server.createToken('=HYPERLINK("http://elsewhere.example","a")');
  await server.createToken('Plant 3 gateway');
  await app.signIn();
  await page.goto('/settings/audit?action=token.create');
  await expect(page.getByRole('link', { name: 'Export CSV' })).toHaveAttribute('href', /audit\.csv\?action=token\.create/);
  const answer = await page.request.get('/settings/audit.csv?action=token.create');
  expect(answer.headers()['content-type']).toContain('text/csv');
  const lines = (await answer.text()).split('\r\n');
  expect(lines[0], 'a byte order mark, and every cell quoted').toMatch(/^\uFEFF?"sequence","occurred_at",/);
  expect(lines.length, 'a head, two events, and the end of the last').toBe(4);
  expect(lines[1]).toContain('Plant 3 gateway');
  expect(lines[2]).toContain(`"'=HYPERLINK(""http://elsewhere.example"",""a"")"`);
});

test('older events are on the next page', async ({ app, page, server }) => {
  const key = await server.login();
  for (let i = 0; i < 60; i++) {
    await server.api('/tokens', { key, body: { label: `Token ${i}`, scopes: ['mintkey:tokens.read'] } });
  }
  await app.signIn();
  await page.goto('/settings/audit?action=token.create');
  await expect(page.getByText('Showing 50 of 60 events')).toBeVisible();
  await page.getByRole('link', { name: 'Older' }).click();
  await expect(page.getByText('Showing 10 of 60 events')).toBeVisible();
  await page.getByRole('link', { name: 'Newest' }).click();
  await expect(page.getByText('Showing 50 of 60 events')).toBeVisible();
});

test('only who may read the log sees it', async ({ app, page, server }) => {
  await page.goto(await server.invite('robin@example.com'));
  await page.getByLabel('Password', { exact: true }).fill('twelve other plain words here');
  await page.getByLabel('Repeat password').fill('twelve other plain words here');
  await page.getByRole('button', { name: 'Create account and join' }).click();
  await expect(page.getByRole('heading', { name: 'Tokens', level: 1 })).toBeVisible();
  for (const name of ['Audit log', 'Members', 'Organization']) {
    await expect(page.getByRole('link', { name, exact: true })).toHaveCount(0);
  }
  await page.goto('/settings/members');
  await expect(page.getByRole('main')).toContainText('Only administrators and auditors can see members.');
  await expect(page.getByRole('main')).not.toContainText(/credential|scope /);
  for (const path of ['/settings/audit', '/settings/audit.csv', '/settings/members', '/settings/members/invite', '/settings/organization', '/settings/organization/certificates']) {
    expect((await page.goto(path))!.status(), path).toBe(403);
  }
});
