import type { Page } from '@playwright/test';
import { admin, expect, test } from '../support/test.ts';

const robin = { email: 'robin@example.com', password: 'twelve other plain words here' };

/** Fills in the two password fields of a page for signed-out visitors. */
async function choosePassword(page: Page, first: RegExp, password: string, button: string): Promise<void> {
  await page.getByLabel(first).fill(password);
  await page.getByLabel('Repeat password').fill(password);
  await page.getByRole('button', { name: button }).click();
}

test('somebody is invited, joins in another browser, changes role, is deactivated and activated', async ({ app, browser, page, server }, info) => {
  await app.signIn();
  await page.goto('/settings/members');
  await page.getByRole('link', { name: 'Invite member' }).click();
  const dialog = app.dialog('Invite member');
  await dialog.getByLabel('Email').fill(robin.email);
  await dialog.getByRole('radio', { name: /^Auditor/ }).check();
  await dialog.getByRole('button', { name: 'Invite member' }).click();
  const link = await app.takeLink(`${robin.email} is invited`, /^Invitation link/);
  expect(link).toMatch(new RegExp(`^${server.url}/invite\\?code=\\w+$`));
  await expect(app.row(robin.email)).toContainText('Auditor');

  const { javaScriptEnabled } = info.project.use;
  const elsewhere = await browser.newContext({ baseURL: server.url, javaScriptEnabled });
  const other = await elsewhere.newPage();
  await other.goto(link);
  await expect(other, 'the code leaves the address').toHaveURL(`${server.url}/invite`);
  await expect(other.getByRole('heading', { level: 1 })).toContainText('Join');
  await choosePassword(other, /^Password$/, 'short', 'Create account and join');
  await expect(other.getByText(/to fix before you can join/)).toBeVisible();
  await choosePassword(other, /^Password$/, robin.password, 'Create account and join');
  await expect(other).toHaveURL(/\/settings\/tokens/);
  await expect(other.getByRole('button', { name: new RegExp(robin.email) })).toContainText('Auditor');

  const again = await elsewhere.newPage();
  await again.goto(link);
  await expect(again.getByRole('heading', { name: 'This invitation is not valid' })).toBeVisible();

  await app.actOnMember(robin.email, 'Change role');
  await app.dialog('Change role').getByRole('radio', { name: /^Member/ }).check();
  await app.dialog('Change role').getByRole('button', { name: 'Change role' }).click();
  await expect(app.row(robin.email).getByRole('cell', { name: 'Member' })).toBeVisible();
  await other.goto('/settings/tokens');
  await expect(other, 'another role ends the sessions').toHaveURL(/\/login/);

  await app.actOnMember(robin.email, 'Deactivate');
  await app.dialog(`Deactivate ${robin.email}?`).getByRole('button', { name: 'Deactivate' }).click();
  await expect(app.row(robin.email)).toContainText('Deactivated');
  const login = { username: robin.email, password: robin.password };
  expect((await server.api('/login', { body: login })).status).toBe(401);
  await app.actOnMember(robin.email, 'Activate');
  await app.dialog(`Activate ${robin.email}?`).getByRole('button', { name: 'Activate' }).click();
  await expect(app.row(robin.email)).toContainText('Active');
  expect((await server.api('/login', { body: login })).status).toBe(200);
  await elsewhere.close();
});

test('an invitation that was withdrawn opens nothing', async ({ app, page, server }) => {
  const link = await server.invite(robin.email);
  await app.signIn();
  await page.goto('/settings/members');
  await page.getByRole('link', { name: `Withdraw the invitation of ${robin.email}` }).click();
  await app.dialog(/Withdraw/).getByRole('button', { name: 'Withdraw' }).click();
  await expect(app.row(robin.email)).toHaveCount(0);
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This invitation is not valid' })).toBeVisible();
});

test('what was typed survives a mistake, which stands at its field', async ({ app, page }) => {
  await app.signIn();
  await page.goto('/settings/members/invite');
  const dialog = app.dialog('Invite member');
  await dialog.getByLabel('Email').fill(admin.email);
  await dialog.getByRole('radio', { name: /^Administrator/ }).check();
  await dialog.getByRole('button', { name: 'Invite member' }).click();
  await expect(dialog.getByText(/member of this organization already/).first()).toBeVisible();
  await expect(dialog.getByLabel('Email')).toHaveValue(admin.email);
  await expect(dialog.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByRole('radio', { name: /^Administrator/ })).toBeChecked();
});

test('the last administrator stays one', async ({ app, page }) => {
  await app.signIn();
  await app.actOnMember(admin.email, 'Deactivate');
  const dialog = app.dialog(/Deactivate/);
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await expect(dialog.getByText(/last administrator/)).toBeVisible();
  await page.goto('/settings/members');
  await expect(app.row(admin.email)).toContainText('Active');
});

test('a forgotten password is replaced by a link that works once', async ({ app, browser, page, server }, info) => {
  const { javaScriptEnabled } = info.project.use;
  const elsewhere = await browser.newContext({ baseURL: server.url, javaScriptEnabled });
  const other = await elsewhere.newPage();
  await other.goto(await server.invite(robin.email));
  await choosePassword(other, /^Password$/, robin.password, 'Create account and join');
  await expect(other).toHaveURL(/\/settings\/tokens/);

  await app.signIn();
  await app.actOnMember(robin.email, 'Reset link');
  await app.dialog('Make a reset link').getByRole('button', { name: 'Make reset link' }).click();
  const link = await app.takeLink('Reset link is ready', /^Reset link/);

  const third = await browser.newContext({ baseURL: server.url, javaScriptEnabled });
  const stranger = await third.newPage();
  await stranger.goto(link);
  await expect(stranger, 'the code leaves the address').toHaveURL(`${server.url}/reset`);
  await expect(stranger.getByText(robin.email)).toBeVisible();
  await choosePassword(stranger, /^New password$/, 'a wholly new set of words', 'Change password');
  await expect(stranger.getByRole('heading', { name: 'Password changed' })).toBeVisible();
  await other.goto('/settings/tokens');
  await expect(other, 'the sessions from before have ended').toHaveURL(/\/login/);
  await stranger.goto(link);
  await expect(stranger.getByRole('heading', { name: 'This reset link is not valid' })).toBeVisible();
  expect((await server.api('/login', { body: { username: robin.email, password: robin.password } })).status).toBe(401);
  await elsewhere.close();
  await third.close();
});

test('what a leaver owned is handed over, and its old keys are dead', async ({ app, page, server }) => {
  await server.admin('create-user', robin.email, '--role', 'admin');
  const { api_key: key } = await server.createToken('Plant 3 gateway');
  await app.signIn();
  await app.actOnMember(admin.email, 'Hand over');
  const dialog = app.dialog('Hand over');
  await dialog.getByLabel('New owner').selectOption({ label: robin.email });
  await dialog.getByRole('button', { name: 'Hand over' }).click();
  await expect(page.getByText(/1 token and 0 service accounts handed over/)).toBeVisible();
  expect((await server.api('/me', { key })).status).toBe(401);
  await page.goto('/settings/tokens');
  await expect(app.row('Plant 3 gateway')).toContainText(robin.email);
});

test('a service account is given to members', async ({ app, page, server }) => {
  await server.admin('create-user', robin.email, '--role', 'member');
  await app.signIn();
  await page.goto('/settings/service-accounts/new');
  const dialog = app.dialog('New service account');
  await dialog.getByLabel('Name').fill('hall-b-gateway');
  await dialog.getByRole('checkbox', { name: new RegExp(robin.email) }).check();
  await dialog.getByRole('button', { name: 'Create service account' }).click();
  const listed = async () => (await (await server.api('/service-accounts', { key: await server.login() })).json()).data[0];
  const account = await listed();
  expect(account.members.map(({ name }: { name: string }) => name)).toEqual([robin.email]);

  await page.goto(`/settings/service-accounts/${account.id}/edit`);
  const edit = app.dialog('Edit service account');
  await expect(edit.getByRole('checkbox', { name: new RegExp(robin.email) })).toBeChecked();
  await edit.getByRole('checkbox', { name: new RegExp(robin.email) }).uncheck();
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.row('hall-b-gateway')).toBeVisible();
  expect((await listed()).members).toEqual([]);
});
