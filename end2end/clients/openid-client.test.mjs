/** Tests Mintkey with openid-client, which most Node programs use. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as client from 'openid-client';
import { createToken, granted, invalidate, issuer } from './mintkey.mjs';

/** Loopback needs no https. Discovery uses RFC 8414, not OpenID Connect. */
const options = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };
let token;

before(async () => {
  token = await createToken();
});

const discover = (authentication, it = token) =>
  client.discovery(issuer, it.client_id, undefined, authentication(it.client_secret), options);

for (const [name, authentication] of [
  ['Basic', client.ClientSecretBasic],
  ['form', client.ClientSecretPost],
]) {
  test(`from discovery to revocation, authenticated by ${name}`, async () => {
    const config = await discover(authentication);
    const all = await client.clientCredentialsGrant(config);
    assert.deepEqual(all.scope.split(' ').sort(), granted);
    const narrow = await client.clientCredentialsGrant(config, { scope: 'mintkey:verify' });
    assert.equal(narrow.scope, 'mintkey:verify');
    const me = await client.fetchProtectedResource(config, all.access_token, new URL('/api/v1/me', issuer), 'GET');
    assert.equal((await me.json()).via, 'access_token');
    assert.equal((await client.tokenIntrospection(config, all.access_token)).active, true);
    await client.tokenRevocation(config, all.access_token);
    assert.deepEqual(await client.tokenIntrospection(config, all.access_token), { active: false });
    assert.equal((await client.tokenIntrospection(config, narrow.access_token)).active, true);
    await assert.rejects(
      client.fetchProtectedResource(config, all.access_token, new URL('/api/v1/me', issuer), 'GET'),
      { status: 401 },
    );
  });
}

test('a scope beyond the token is refused in words of RFC 6749', async () => {
  const config = await discover(client.ClientSecretBasic);
  await assert.rejects(client.clientCredentialsGrant(config, { scope: 'mintkey:members.write' }), {
    error: 'invalid_scope',
  });
});

test('an invalidated client gets nothing more', async () => {
  const other = await createToken({ label: 'to be ended' });
  const config = await discover(client.ClientSecretPost, other);
  await client.clientCredentialsGrant(config);
  await invalidate(other);
  await assert.rejects(client.clientCredentialsGrant(config), { error: 'invalid_client' });
});
