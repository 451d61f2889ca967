import { expect, test } from '../support/test.ts';

test('a token can be made, opened and left by keyboard alone', async ({ app, page }) => {
  await app.signIn();
  const opener = page.getByRole('link', { name: 'New token' }).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = app.dialog('New token');
  await expect(dialog.getByLabel('Label')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/\/settings\/tokens$/);

  await page.getByRole('link', { name: 'New token' }).first().focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Label')).toBeFocused();
  await page.keyboard.type('Typed');
  const scope = app.scope(dialog, 'mintkey:tokens.read');
  for (let tabs = 0; tabs < 60 && !(await scope.evaluate((element) => element === document.activeElement)); tabs++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Space');
  await expect(scope).toBeChecked();
  await page.keyboard.press('Enter');
  const ready = app.dialog('Typed is ready');
  await expect(ready).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(ready, 'a secret that is shown once is not lost to a key').toBeVisible();
});

test('a secret that can not be copied is selected, and that is said', async ({ app, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('blocked')) } });
    document.execCommand = () => false;
  });
  await app.signIn();
  await app.createToken({ label: 'Blocked', scopes: ['mintkey:tokens.read'] });
  const dialog = app.dialog('Blocked is ready');
  await dialog.getByRole('button', { name: 'Copy API key' }).click();
  await expect(dialog.getByText('Copying failed. The value is selected')).toBeVisible();
  const selected = await page.evaluate(() => getSelection()!.toString());
  expect(selected.trim()).toBe((await dialog.getByLabel(/^API key/).textContent())!.trim());
});

test('a secret is copied, and that is announced', async ({ app, context, page }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.signIn();
  await app.createToken({ label: 'Copied', scopes: ['mintkey:tokens.read'] });
  const dialog = app.dialog('Copied is ready');
  await dialog.getByRole('button', { name: 'Copy API key' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'API key copied' })).toHaveCount(1);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe((await dialog.getByLabel(/^API key/).textContent())!.trim());
});
