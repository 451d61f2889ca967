import { type Server, admin, certificate } from './server.ts';

/** Names of maximum length without break opportunities. */
const word = (start: string, length: number) => `${start}${'m'.repeat(length - start.length)}`;

const person = { email: `${word('somebody', 64)}@${word('plant', 60)}.example.com`, password: 'twelve other plain words here' };

/**
 * Fills every list with names of maximum length and with every state that has a badge. Returns the paths below
 * `/settings` of the pages and dialogs of single objects.
 */
export async function fillWithLongData(server: Server): Promise<string[]> {
  const scope = word('telemetry:', 128);
  await server.createScopes([
    { name: scope, description: word('allows', 300), admin_only: true },
    { name: word('readings.', 120), description: 'Reads what each of the sensors of a hall has measured. '.repeat(6) },
  ]);
  await server.admin('create-user', person.email, '--role', 'admin');
  await server.admin('create-user', `gone.${person.email}`.slice(5).replace('somebody', 'deactiva'), '--role', 'auditor');
  await server.invite(person.email.replace('somebody', 'invitedd'), 'admin');
  const key = await server.login();
  const post = (path: string, body: object = {}) => server.api(path, { key, body });

  const { data: members } = await (await server.api('/members', { key })).json();
  const leaver = members.find(({ email }: { email: string }) => email.startsWith('deactiva'));
  await post(`/members/${leaver.id}/deactivate`);

  const account = (name: string) => server.createServiceAccount(word(name, 100), {
    description: word('description', 200), role: 'admin', allowed_scopes: [scope, 'mintkey:*', 'readings.*'],
  });
  const [active, suspended, gone] = [await account('active'), await account('suspended'), await account('gone')];
  const long = (label: string, rest: object = {}) =>
    server.createToken(word(label, 100), { description: word('why', 300), scopes: [scope, 'mintkey:tokens.read', 'mintkey:*'], ...rest });
  await long('suspended', { owner_id: suspended.id });
  await long('machine', { owner_id: active.id, expires_at: null });
  await post(`/service-accounts/${suspended.id}/suspend`);
  await server.api(`/service-accounts/${gone.id}`, { key, method: 'DELETE' });

  await server.createToken('Short');
  const used = await long('rotating');
  await server.api('/me', { key: used.api_key });
  await post(`/tokens/${used.id}/rotate`, { overlap: '24h' });
  await long('expiring', { ttl: '7d' });
  await long('expired', { expires_at: new Date(Date.now() + 1500).toISOString() });
  const ended = await long('invalidated');
  await post(`/tokens/${ended.id}/invalidate`, { reason: word('because', 200) });

  const cluster = await server.createCluster(word('plant-3-', 100), {
    server: `https://${word('a', 60)}.${word('b', 60)}.example.com:6443/${word('path', 300)}`,
    default_namespace: word('namespace', 63),
    ca_pem: certificate.repeat(5),
    groups: Array.from({ length: 100 }, (_, n) => ({ group: word(`group-${n}-`, 253), scope })),
  });
  await server.createCluster('Short', { groups: [{ group: 'operators', scope: 'mintkey:tokens.read' }] });

  const certified = await long('certified', { kind: 'client_certificate', password: 'correct horse battery', ttl: '7d' });
  await server.api(`/tokens/${certified.id}`, { key, method: 'PATCH', body: { expires_at: '2099-01-01T00:00:00Z' } });
  await server.api('/organization', { key, method: 'PATCH', body: { allow_compatible_pkcs12: true } });
  const kubeconfig = await long('kubeconfig', { kind: 'kubeconfig', cluster_id: cluster.id, method: 'certificate', allowed_cidrs: [], ttl: '1h' });

  // Another user's token and sign-in with a long user agent, and refused attempts.
  const login = await server.api('/login', { body: { username: person.email, password: person.password } });
  const theirs = (await login.json()).access_token;
  await server.api('/tokens', { key: theirs, body: { label: word('theirs', 100), scopes: [scope] } });
  for (let i = 0; i < 3; i++) await server.api('/members', { key: used.api_key });
  await fetch(`${server.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'user-agent': word('Program/', 200) },
    body: new URLSearchParams({ email: admin.email, password: admin.password }),
  });
  await new Promise((resolve) => setTimeout(resolve, 1600));

  const scopes = (await (await server.api('/scopes', { key })).json()).data;
  const added = scopes.find(({ name }: { name: string }) => name === scope);
  const pending = (await (await server.api('/members/invitations', { key })).json()).data[0];
  const events = (await (await server.api('/audit?limit=100', { key })).json()).data;
  const invalidated = events.find(({ action }: { action: string }) => action === 'token.invalidate');
  const rotated = events.find(({ action }: { action: string }) => action === 'token.rotate');
  const under = (path: string, names: string[]) => names.map((name) => `${path}/${name}`);
  return [
    `tokens/${used.id}`,
    `tokens/${ended.id}`,
    `tokens/${certified.id}`,
    'tokens/new',
    'tokens/new?kind=client_certificate',
    `tokens/${certified.id}/rotate`,
    `tokens/new?kind=kubeconfig&cluster=${cluster.id}`,
    `tokens/${kubeconfig.id}`,
    `tokens/new?owner=${active.id}&label=${word('label', 100)}`,
    ...under(`tokens/${used.id}`, ['edit', 'rotate', 'overlap', 'client-keys', 'invalidate', 'delete']),
    'service-accounts/new',
    ...under(`service-accounts/${active.id}`, ['edit', 'suspend', 'decommission']),
    'scopes/new',
    ...under(`scopes/${added.id}`, ['edit', 'delete']),
    'members/invite',
    ...under(`members/${leaver.id}`, ['role', 'activate', 'reset', 'hand-over']),
    `members/invitations/${pending.id}/withdraw`,
    `audit/${invalidated.id}`,
    `audit/${rotated.id}`,
    `clusters/${cluster.id}`,
    'clusters/new',
    ...under(`clusters/${cluster.id}`, ['edit', 'delete']),
    'organization',
    'organization/certificates',
  ];
}
