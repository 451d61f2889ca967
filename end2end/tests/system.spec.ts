import { admin, expect, test } from '../support/test.ts';

test('an administrator sees the system and makes a backup, which the log tells of', async ({ app, page }) => {
  await app.signIn();
  await page.getByRole('link', { name: 'System' }).click();
  await expect(page.getByText('The database was never backed up.')).toBeVisible();
  await expect(page.getByRole('row', { name: /ES256/ })).toContainText('Active');
  await page.getByRole('button', { name: 'Create backup' }).click();
  await expect(page.getByText(/^mintkey-.*\.db created\.$/)).toBeVisible();
  await expect(page.getByText('The database was never backed up.')).toHaveCount(0);
  await expect(page.getByRole('listitem').filter({ hasText: /mintkey-.*\.db/ })).toHaveCount(1);
  await page.goto('/settings/audit?action=backup.create');
  await expect(page.getByRole('row', { name: /Backup created/ })).toContainText(admin.email);
});
