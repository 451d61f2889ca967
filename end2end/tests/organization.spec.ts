import { admin, expect, test } from '../support/test.ts';

test('an organization is renamed and held to a maximum lifetime', async ({ app, page, server }) => {
  await app.signIn();
  await page.goto('/settings/organization');
  await page.getByLabel('Name').fill('Northfield Works');
  await page.getByLabel('Maximum token lifetime').fill('30d');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('1 thing to fix before the settings can be saved')).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveValue('Northfield Works');
  await expect(page.getByLabel('Maximum token lifetime')).toHaveAttribute('aria-invalid', 'true');

  await page.getByLabel('Default token lifetime').fill('7d');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Northfield Works saved.')).toBeVisible();
  const found = await (await server.api('/organization', { key: await server.login() })).json();
  expect(found).toMatchObject({ name: 'Northfield Works', default_token_ttl: '7d', max_token_ttl: '30d' });
});

test('a person goes from one of their organizations to another', async ({ app, page, server }) => {
  await server.createToken('Plant 3 gateway');
  await app.signIn();
  await expect(page.getByRole('button', { name: /switch organization/ }), 'there is only one').toHaveCount(0);
  await server.admin('organization', 'create', 'Plant 3 pilot', '--admin', admin.email);
  await page.reload();
  await page.getByRole('button', { name: /switch organization/ }).click();
  await page.getByRole('button', { name: 'Plant 3 pilot' }).click();
  await expect(page.getByRole('button', { name: /^Plant 3 pilot.*switch/ })).toBeVisible();
  await page.goto('/settings/tokens');
  await expect(app.row('Plant 3 gateway'), 'organizations never see each other').toHaveCount(0);
});

test('who has an account signs in to accept, and comes back', async ({ app, page, server }) => {
  const printed = await server.admin('organization', 'create', 'Plant 3 pilot', '--admin', 'robin@example.com', '--public-url', server.url);
  const first = printed.split('\n').at(-1)!;
  await page.goto(first);
  await page.getByLabel('Password', { exact: true }).fill('twelve other plain words here');
  await page.getByLabel('Repeat password').fill('twelve other plain words here');
  await page.getByRole('button', { name: 'Create account and join' }).click();
  await expect(page).toHaveURL(/\/settings\/tokens/);

  // Robin is signed in, but the link is for the other organization's administrator, so Robin must not join by accident.
  await page.goto('/settings/members/invite');
  await app.dialog('Invite member').getByLabel('Email').fill(admin.email);
  await app.dialog('Invite member').getByRole('button', { name: 'Invite member' }).click();
  const link = await app.takeLink(`${admin.email} is invited`, /^Invitation link/);
  await page.goto(link);
  await expect(page.getByText('You are signed in as robin@example.com.')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out and use that account' }).click();
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Join Plant 3 pilot' })).toBeVisible();
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('button', { name: /^Plant 3 pilot.*switch/ })).toBeVisible();
});
