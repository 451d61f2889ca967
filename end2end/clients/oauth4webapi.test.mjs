/** Tests Mintkey with oauth4webapi, a strict client, which knows only the issuer and the credentials. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { createToken, granted, invalidate, issuer, setClientKey } from './mintkey.mjs';

/** Loopback needs no https. */
const plain = { [oauth.allowInsecureRequests]: true };
let server;
let token;

before(async () => {
  const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...plain });
  server = await oauth.processDiscoveryResponse(issuer, answer);
  token = await createToken();
});

const client = () => ({ client_id: token.client_id });

async function accessToken(parameters = {}, authentication = oauth.ClientSecretBasic(token.client_secret)) {
  const answer = await oauth.clientCredentialsGrantRequest(server, client(), authentication, parameters, plain);
  return oauth.processClientCredentialsResponse(server, client(), answer);
}

async function introspect(text) {
  const authentication = oauth.ClientSecretBasic(token.client_secret);
  const answer = await oauth.introspectionRequest(server, client(), authentication, text, plain);
  return oauth.processIntrospectionResponse(server, client(), answer);
}

async function revoke(text) {
  const authentication = oauth.ClientSecretPost(token.client_secret);
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client(), authentication, text, plain));
}

const get = (text, path) => oauth.protectedResourceRequest(text, 'GET', new URL(path, issuer), undefined, undefined, plain);

/** Validates a token like a protected API, with only the published keys. */
function validate(text, audience) {
  const request = new Request(new URL('/guarded', issuer), { headers: { authorization: `Bearer ${text}` } });
  return oauth.validateJwtAccessToken(server, request, audience, plain);
}

test('discovery names every endpoint that there is', () => {
  for (const name of ['token_endpoint', 'introspection_endpoint', 'revocation_endpoint', 'jwks_uri']) {
    assert.equal(new URL(server[name]).origin, issuer.origin, name);
  }
  assert.ok(server.grant_types_supported.includes('client_credentials'));
});

for (const [name, method] of [
  ['client_secret_basic', oauth.ClientSecretBasic],
  ['client_secret_post', oauth.ClientSecretPost],
]) {
  test(`client credentials by ${name} give all that the token holds`, async () => {
    assert.ok(server.token_endpoint_auth_methods_supported.includes(name));
    const answer = await accessToken({}, method(token.client_secret));
    assert.deepEqual(answer.scope.split(' ').sort(), granted);
    assert.equal(answer.token_type, 'bearer');
    assert.ok(answer.expires_in > 3500 && answer.expires_in <= 3600);
  });
}

for (const [alg, algorithm] of [
  ['ES256', { name: 'ECDSA', namedCurve: 'P-256' }],
  ['EdDSA', { name: 'Ed25519' }],
  ['PS256', { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }],
]) {
  test(`client credentials by private_key_jwt, signed ${alg}`, async () => {
    assert.ok(server.token_endpoint_auth_methods_supported.includes('private_key_jwt'));
    assert.ok(server.token_endpoint_auth_signing_alg_values_supported.includes(alg));
    const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    await setClientKey(token, { kty, crv, x, y, n, e, kid: alg });
    const authentication = oauth.PrivateKeyJwt({ key: pair.privateKey, kid: alg });
    const answer = await accessToken({}, authentication);
    assert.deepEqual(answer.scope.split(' ').sort(), granted);
    const request = await oauth.introspectionRequest(server, client(), authentication, answer.access_token, plain);
    assert.equal((await oauth.processIntrospectionResponse(server, client(), request)).active, true);
    const stranger = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    await assert.rejects(accessToken({}, oauth.PrivateKeyJwt({ key: stranger.privateKey, kid: alg })), { error: 'invalid_client', status: 401 });
  });
}

test('a scope narrows the access token, and one that the token lacks is refused', async () => {
  const narrow = await accessToken({ scope: 'mintkey:tokens.read' });
  assert.equal(narrow.scope, 'mintkey:tokens.read');
  assert.equal((await get(narrow.access_token, '/api/v1/tokens')).status, 200);
  await assert.rejects(get(narrow.access_token, '/api/v1/scopes'), (error) => {
    // The client parses the challenge (RFC 6750, section 3).
    assert.deepEqual([error.status, error.cause[0].parameters.error], [403, 'insufficient_scope']);
    return true;
  });
  await assert.rejects(accessToken({ scope: 'mintkey:members.write' }), { error: 'invalid_scope', status: 400 });
});

test('a wrong secret is refused with a challenge that the client can read', async () => {
  const wrong = oauth.ClientSecretBasic(`${token.client_secret.slice(0, -1)}!`);
  await assert.rejects(accessToken({}, wrong), (error) => {
    assert.deepEqual([error.status, error.cause[0].scheme], [401, 'basic']);
    return true;
  });
  await assert.rejects(accessToken({}, oauth.ClientSecretPost('mks_wrong')), { error: 'invalid_client', status: 401 });
});

test('an access token is a JWT of RFC 9068 that the published keys prove', async () => {
  const { access_token: text } = await accessToken();
  const audience = JSON.parse(Buffer.from(text.split('.')[1], 'base64url')).aud;
  const claims = await validate(text, audience);
  assert.equal(claims.client_id, token.client_id);
  assert.equal(claims.organization_id, token.organization_id);
  assert.deepEqual(claims.scope.split(' ').sort(), granted);
  await assert.rejects(validate(text, 'https://somebody.else.example'));
  const [head, payload, signature] = text.split('.');
  const other = Buffer.from(JSON.stringify({ ...claims, scope: '*' })).toString('base64url');
  await assert.rejects(validate([head, other, signature].join('.'), audience));
  assert.notEqual(payload, other);
});

test('introspection tells of an access token until it is revoked', async () => {
  const { access_token: text } = await accessToken();
  const { access_token: other } = await accessToken();
  const told = await introspect(text);
  assert.equal(told.active, true);
  assert.equal(told.client_id, token.client_id);
  assert.equal(told.iss, server.issuer);
  await revoke(text);
  assert.deepEqual(await introspect(text), { active: false });
  assert.equal((await introspect(other)).active, true, 'another one lives on');
  await revoke(text);
  await revoke('no.such.token');
});

test('introspection tells of an API key, and of nothing that never was', async () => {
  assert.equal((await introspect(token.api_key)).active, true);
  assert.deepEqual(await introspect('mk_nothing'), { active: false });
});

test('a key is not revoked here', async () => {
  await assert.rejects(revoke(token.api_key), { error: 'unsupported_token_type' });
  assert.equal((await introspect(token.api_key)).active, true);
});

test('an invalidated token takes its access tokens along', async () => {
  const other = await createToken({ label: 'to be ended' });
  const authentication = oauth.ClientSecretBasic(other.client_secret);
  const it = { client_id: other.client_id };
  const answer = await oauth.clientCredentialsGrantRequest(server, it, authentication, {}, plain);
  const { access_token: text } = await oauth.processClientCredentialsResponse(server, it, answer);
  assert.equal((await introspect(text)).active, true);
  await invalidate(other);
  assert.deepEqual(await introspect(text), { active: false });
  assert.deepEqual(await introspect(other.api_key), { active: false });
});
