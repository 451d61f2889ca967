import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** The Chromium that `cargo xtask test` found, or the system's. */
const chromium =
  process.env.MINTKEY_CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

export default defineConfig({
  testDir: 'tests',
  // One worker: each test starts its own server, and the tests must run on two cores.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      // The browser must connect only to the server under test.
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'with-script', use: { javaScriptEnabled: true } },
    {
      name: 'without-script',
      use: { javaScriptEnabled: false },
      // These test features that need JavaScript, or use JavaScript themselves.
      testIgnore: ['accessibility.spec.ts', 'api-docs.spec.ts', 'keyboard.spec.ts', 'weight.spec.ts', 'widths.spec.ts'],
    },
  ],
});
