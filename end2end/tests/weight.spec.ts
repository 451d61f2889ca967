import { expect, test } from '../support/test.ts';

/** Maximum transferred size of all files of a first load, in bytes. */
const limit = 180_000;

test('the first load of the list weighs at most 180 KB', async ({ app, browser, page, server }) => {
  for (let n = 0; n < 25; n++) await server.createToken(`Sensor ${n}`);
  await app.signIn();
  // A new browser context with the session's cookie and an empty cache.
  const context = await browser.newContext({ storageState: await page.context().storageState() });
  const fresh = await context.newPage();
  const network = await context.newCDPSession(fresh);
  await network.send('Network.enable');
  const files = new Map<string, string>();
  const sizes = new Map<string, number>();
  network.on('Network.responseReceived', ({ requestId, response }) => files.set(requestId, response.url));
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await fresh.goto(`${server.url}/settings/tokens`, { waitUntil: 'networkidle' });
  await context.close();

  const lines = [...sizes].map(([id, size]) => `${size} ${files.get(id)}`);
  expect(lines.join('\n')).toContain('.wasm');
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  expect(total, lines.join('\n')).toBeLessThanOrEqual(limit);
});
