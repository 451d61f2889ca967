import { test as base } from '@playwright/test';
import { Console } from './console.ts';
import { Server } from './server.ts';

interface Fixtures {
  /** Whether the server creates its first administrator on start; false to test the setup. */
  administrator: boolean;
  /** A server for this test, on an empty database. */
  server: Server;
  /** The console in the browser. */
  app: Console;
  /** Errors in the browser console; must be empty at the end. */
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
        // Statuses such as 401 or 422 are expected in tests, and aren't page errors.
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
export { admin, certificate } from './server.ts';
