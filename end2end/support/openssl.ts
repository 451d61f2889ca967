import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** OpenSSL in a folder of its own, which is removed at the end. */
export class OpenSsl {
  private constructor(private readonly folder: string) {}

  static async start(): Promise<OpenSsl> {
    return new OpenSsl(await mkdtemp(join(tmpdir(), 'mintkey-openssl-')));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async read(name: string): Promise<string> {
    return readFile(this.path(name), 'utf8');
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(this.path(name), text);
  }

  /** Runs a command in the folder; returns its output. */
  async run(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('openssl', args, { cwd: this.folder, env: { ...process.env, HOME: this.folder } });
    return stdout;
  }

  /** The fingerprint of a certificate, as the console shows it. */
  async fingerprint(name: string): Promise<string> {
    const line = await this.run('x509', '-in', name, '-noout', '-fingerprint', '-sha256');
    return line.split('=')[1].trim().replaceAll(':', '').toLowerCase();
  }

  /** Makes a root in `root.pem` and an intermediate in `sub.pem` and `sub.key`. */
  async hierarchy(): Promise<void> {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'ca.cnf'];
    await this.write(
      'ca.cnf',
      '[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = root\n[v3_ca]\nbasicConstraints = critical,CA:TRUE\n' +
        'keyUsage = critical,keyCertSign,cRLSign\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n',
    );
    await this.run('req', '-x509', ...key, '-keyout', 'root.key', '-out', 'root.pem', '-days', '30', '-subj', '/CN=root', '-extensions', 'v3_ca');
    await this.run('req', '-new', ...key, '-keyout', 'sub.key', '-out', 'sub.csr', '-subj', '/O=Northfield Works/CN=Devices');
    await this.run('x509', '-req', '-in', 'sub.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '20', '-extfile', 'ca.cnf', '-extensions', 'v3_ca', '-out', 'sub.pem');
  }

  async stop(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
