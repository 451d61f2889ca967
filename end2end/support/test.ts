import { test as base } from '@playwright/test';
import { Console } from './console.ts';
import { Server } from './server.ts';

interface Fixtures {
  /** Whether the server makes its first administrator by itself; off to test the set-up. */
  administrator: boolean;
  /** A server of this test's own, on an empty database. */
  server: Server;
  /** The console in the browser. */
  app: Console;
  /** What the page complained about; must be nothing at the end. */
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  administrator: [true, { option: true }],

  server: async ({ administrator }, use, info) => {
    const server = await Server.start({ administrator });
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log });
    await server.stop();
  },

  baseURL: async ({ server }, use) => use(server.url),

  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // An answer such as 401 or 422 is one of the tests' own subjects, not a fault of the page.
        const expected = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
        if (message.type() === 'error' && !expected) complaints.push(message.text());
      });
      await use(complaints);
      base.expect(complaints, 'errors in the browser console').toEqual([]);
    },
    { auto: true },
  ],

  app: async ({ page, server }, use) => use(new Console(page, server)),
});

export { expect } from '@playwright/test';
export { admin } from './server.ts';
