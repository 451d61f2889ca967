/** The server under test, and helpers for its public API. `cargo xtask test` sets the variables. */

const { MINTKEY_URL, MINTKEY_ADMIN_EMAIL, MINTKEY_ADMIN_PASSWORD } = process.env;
if (!MINTKEY_URL) throw new Error('MINTKEY_URL, MINTKEY_ADMIN_EMAIL and MINTKEY_ADMIN_PASSWORD name the server under test');

export const issuer = new URL(MINTKEY_URL);

/** The scopes of the tests' client. */
export const granted = ['mintkey:scopes.read', 'mintkey:tokens.read', 'mintkey:verify'];

/** Sends a request to the JSON API; throws unless it succeeds. */
export async function api(path, { key, method = 'POST', body } = {}) {
  const answer = await fetch(new URL(`/api/v1${path}`, issuer), {
    method,
    headers: { ...(key && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** An access token of the administrator. */
export async function login() {
  const body = { username: MINTKEY_ADMIN_EMAIL, password: MINTKEY_ADMIN_PASSWORD };
  return (await api('/login', { body })).access_token;
}

/** Creates a token; returns its client ID, client secret and API key. */
export async function createToken(rest = {}) {
  return api('/tokens', { key: await login(), body: { label: 'foreign client', scopes: granted, ...rest } });
}

/** Invalidates a token. */
export async function invalidate(token) {
  await api(`/tokens/${token.id}/invalidate`, { key: await login() });
}

/** Registers a JWK as the public key of a token's client. */
export async function setClientKey(token, jwk) {
  await api(`/tokens/${token.id}/client-keys`, { key: await login(), method: 'PUT', body: { keys: [jwk] } });
}
