import { type Locator, type Page, expect } from '@playwright/test';
import { type Credentials, type Server, admin } from './server.ts';

/** User actions in the console, which locate elements by role and accessible name. */
export class Console {
  constructor(
    readonly page: Page,
    readonly server: Server,
  ) {}

  /** Signs in. Afterwards the list of tokens is open. */
  async signIn(who = admin): Promise<void> {
    await this.page.goto('/login');
    await this.page.getByLabel('Email').fill(who.email);
    await this.page.getByLabel('Password', { exact: true }).fill(who.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(this.page.getByRole('heading', { name: 'Tokens', level: 1 })).toBeVisible();
  }

  /** Opens an action of a member's row. */
  async actOnMember(email: string, action: string): Promise<void> {
    await this.page.goto('/settings/members');
    const row = this.row(email);
    await row.getByRole('button', { name: `Actions for ${email}` }).click();
    await row.getByRole('link', { name: action, exact: true }).click();
  }

  /** Reads the link that a dialog shows once, and confirms that it was sent. */
  async takeLink(title: string | RegExp, name: RegExp): Promise<string> {
    const dialog = this.dialog(title);
    const link = (await dialog.getByLabel(name).textContent())!.trim();
    await dialog.getByLabel('I have sent it').check();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
    return link;
  }

  /** The open dialog, with either dialog role. */
  dialog(name: string | RegExp): Locator {
    const { page } = this;
    return page.getByRole('dialog', { name }).or(page.getByRole('alertdialog', { name }));
  }

  /** A token's row in the list. */
  row(label: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name: label }) });
  }

  /** Opens the list and the menu of one of its rows. */
  async openMenu(label: string): Promise<Locator> {
    await this.page.goto('/settings/tokens');
    await this.row(label).getByRole('button', { name: `Actions for ${label}` }).click();
    return this.row(label);
  }

  /** Opens an action of a token's row. */
  async act(label: string, action: 'Edit' | 'Rotate' | 'Invalidate' | 'Delete'): Promise<void> {
    const row = await this.openMenu(label);
    await row.getByRole('link', { name: action }).click();
  }

  /** Creates a token, and leaves the dialog with its secret open. */
  async createToken(token: { label: string; description?: string; expires?: string; scopes: string[] }): Promise<void> {
    const { page } = this;
    await page.goto('/settings/tokens');
    await page.getByRole('link', { name: 'New token' }).first().click();
    const dialog = this.dialog('New token');
    await dialog.getByLabel('Label').fill(token.label);
    if (token.description) await dialog.getByLabel('Description').fill(token.description);
    if (token.expires) await dialog.getByRole('radio', { name: token.expires }).check();
    for (const scope of token.scopes) await this.scope(dialog, scope).check();
    await dialog.getByRole('button', { name: 'Create token' }).click();
  }

  /** The checkbox of a scope. Its accessible name also contains the description. */
  scope(dialog: Locator, name: string): Locator {
    return dialog.locator(`input[type="checkbox"][value="${name}"]`);
  }

  /** Reads the credentials from their dialog, and confirms that they are saved. */
  async saveCredentials(title: string | RegExp): Promise<Credentials> {
    const dialog = this.dialog(title);
    await expect(dialog.getByText('Copy these now.')).toBeVisible();
    const read = async (name: RegExp) => (await dialog.getByLabel(name).textContent())!.trim();
    const credentials = {
      client_id: await read(/^Client ID/),
      client_secret: await read(/^Client secret/),
      api_key: await read(/^API key/),
    };
    expect(credentials.client_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(credentials.client_secret).toMatch(/^mks_[0-9A-Za-z]{49}$/);
    expect(credentials.api_key).toMatch(/^mk_[0-9A-Za-z]{71}$/);
    await dialog.getByLabel('I have saved it').check();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
    return credentials;
  }
}
