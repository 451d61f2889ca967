import { createMintkeyClient } from './src/index.js';

const { MINTKEY_URL: url, MINTKEY_TOKEN: token } = process.env;
if (!url || !token) throw new Error('set MINTKEY_URL and MINTKEY_TOKEN, or use `mintkey exec`');
const mintkey = createMintkeyClient({ url, token });

const me = await mintkey.GET('/api/v1/me');
if (me.error) throw new Error(me.error.detail);
console.log(`I am ${me.data.principal.name}`);

const created = await mintkey.POST('/api/v1/tokens', {
  body: { label: 'hall-b-gateway', scopes: ['mintkey:tokens.read'], ttl: '90d' },
});
if (created.error) throw new Error(created.error.detail);
const { id, key_hint } = created.data;
console.log(`${id} has the key ${key_hint}`);

const params = { path: { id } };
const rotated = await mintkey.POST('/api/v1/tokens/{id}/rotate', { params, body: { overlap: '24h' } });
if (rotated.error) throw new Error(rotated.error.detail);
console.log(`it has the key ${rotated.data.key_hint} now, and the old one until ${rotated.data.previous_secret_expires_at}`);

await mintkey.POST('/api/v1/tokens/{id}/invalidate', { params, body: { reason: 'an example' } });
const active = await mintkey.GET('/api/v1/tokens', { params: { query: { status: 'active' } } });
console.log(`active: ${active.data?.total}`);
