//! One shell session for all blocks of a document. Variables persist, and the first failure ends the session.

use std::{collections::BTreeMap, fmt::Write, net::TcpListener, path::Path, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::process::Command;

use super::{
    super::server::{MINTKEY, PASSWORD, Server},
    blocks::{Block, Directive},
    shape,
};

const EMAIL: &str = "ops@example.com";
const DOCUMENTED_URL: &str = "http://127.0.0.1:8080";
/// The port of a server that an example starts.
const DOCUMENTED_PORT: &str = ":8443";
/// Precedes each block's output on standard output and standard error.
const MARK: &str = "\u{1e}block";

/// The environment of the examples. `curl` fails on an error status, also inside a pipeline. A command that reads a
/// password gets one, unless its input is a pipe or a file. A server that an example starts ends with the session.
const PRELUDE: &str = r#"set -eu
trap 'kill "${!:-}" 2> /dev/null || true' EXIT
curl() {
  echo >> calls
  if command curl --silent --show-error --fail-with-body "$@" 2> curl.stderr; then return 0; fi
  cat curl.stderr >&2
  cat curl.stderr >> refusals
  return 22
}
mintkey() {
  if [ "$1" = serve ]; then exec mintkey "$@"; fi
  if [ "$1" = login ]; then
    MINTKEY_ACCOUNT_EMAIL="$TYPED_EMAIL" MINTKEY_ACCOUNT_PASSWORD="$TYPED_PASSWORD" command mintkey "$@"
  elif [ -p /dev/stdin ] || [ -f /dev/stdin ]; then command mintkey "$@"; else printf '%s' "$TYPED_PASSWORD" | command mintkey "$@"; fi
}
end_of_block() {
  if [ "$1" = none ]; then test ! -s refusals; else test "$(grep --count "error: $1" refusals)" = "$(wc -l < calls)"; fi
  : > calls > refusals
}
: > calls > refusals
"#;

/// A server with an administrator, and the values that readers must fill in.
pub(crate) struct Session {
    server: Server,
    free_port: u16,
    values: BTreeMap<&'static str, String>,
}

impl Session {
    pub(crate) async fn start() -> Self {
        let server = Server::start_with(&[("MINTKEY_ADMIN_EMAIL", EMAIL)]).await;
        let access_token = server.access_token(EMAIL, PASSWORD).await;
        let token = server.create_token(&access_token, json!({"label": "Administrator", "scopes": ["*"]})).await;
        let values = BTreeMap::from([("MINTKEY_API_KEY", token.key), ("PASSWORD", PASSWORD.to_owned())]);
        let free_port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { server, free_port, values }
    }

    ///
    /// # Errors
    /// The line of the block that failed, and its output.
    pub(crate) async fn run(&self, blocks: &[Block]) -> Result<(), String> {
        let (status, stdout, stderr) = self.execute(&self.script(blocks)?).await;
        let (outputs, errors) = (by_block(&stdout), by_block(&stderr));
        if !status {
            let (index, output) = outputs.iter().next_back().ok_or_else(|| stderr.clone())?;
            let error = errors.get(index).copied().unwrap_or_default();
            return Err(format!("{}: failed\n{}{output}{error}", blocks[*index].line, blocks[*index].text));
        }
        for (index, block) in blocks.iter().enumerate().skip(1).filter(|(_, block)| block.language == "json") {
            let expected: Value =
                serde_json::from_str(&block.text).map_err(|error| format!("{}: {error}", block.line))?;
            let output = outputs.get(&(index - 1)).ok_or_else(|| format!("{}: nothing printed this", block.line))?;
            let real = serde_json::from_str(output).map_err(|error| format!("{}: {error}: {output}", block.line))?;
            if let Some(difference) = shape::difference(&expected, &real) {
                return Err(format!("{}: {difference}", block.line));
            }
        }
        Ok(())
    }

    /// The prelude and all blocks to run. Blocks with a file directive are saved immediately.
    fn script(&self, blocks: &[Block]) -> Result<String, String> {
        let mut script = PRELUDE.to_owned();
        for (index, block) in blocks.iter().enumerate() {
            let text = match (&block.directive, block.language.as_str()) {
                (Directive::NotRun, _) => continue,
                (Directive::File(name), _) => {
                    self.save(name, &block.text);
                    continue;
                }
                (_, "sh") => self.commands(&block.text).map_err(|error| format!("{}: {error}", block.line))?,
                // A settings file. The database URL in the environment takes precedence over the one in the file.
                (_, "toml") => {
                    self.save("example.toml", &block.text);
                    "command mintkey admin check --config example.toml\n".to_owned()
                }
                _ => continue,
            };
            writeln!(script, "printf '\\n%s\\n' '{MARK} {index}' | tee /dev/stderr").unwrap();
            match block.directive {
                Directive::Refused(status) => write!(script, "set +e\n{text}set -e\nend_of_block {status}\n"),
                _ => writeln!(script, "{text}end_of_block none"),
            }
            .unwrap();
        }
        Ok(script)
    }

    /// Adapts the commands to this server, and completes assignments such as `KEY=mk_…`.
    fn commands(&self, text: &str) -> Result<String, String> {
        let mut commands = text.replace(DOCUMENTED_URL, &self.server.url);
        commands = commands.replace(DOCUMENTED_PORT, &format!(":{}", self.free_port));
        for line in text.lines().filter(|line| line.contains('…')) {
            let (assigned, _) = line.split_once('=').ok_or_else(|| format!("incomplete: {line}"))?;
            let value = self.values.get(assigned.trim_start_matches("export "));
            let value = value.ok_or_else(|| format!("this test has no value for: {line}"))?;
            commands = commands.replacen(line, &format!("{assigned}='{value}'"), 1);
        }
        Ok(commands)
    }

    /// Runs the script; returns whether it succeeded, standard output and standard error.
    async fn execute(&self, script: &str) -> (bool, String, String) {
        self.save("examples.sh", script);
        let programs = Path::new(MINTKEY).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("sh");
        command
            .arg("examples.sh")
            .current_dir(self.folder())
            .env_clear()
            .env("HOME", self.folder())
            .env("PATH", format!("{}:{path}", programs.display()))
            .env("MINTKEY_DATABASE_URL", format!("sqlite:{}", self.server.database_file().display()))
            .env("TYPED_EMAIL", EMAIL)
            .env("TYPED_PASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = tokio::time::timeout(Duration::from_mins(1), command.output()).await.expect("it hangs").unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    }

    fn save(&self, name: &str, text: &str) {
        std::fs::write(self.folder().join(name), text).unwrap();
    }

    fn folder(&self) -> &Path {
        self.server.folder.path()
    }
}

/// Splits an output by the index of the block that wrote it.
fn by_block(output: &str) -> BTreeMap<usize, &str> {
    let parts = output.split(MARK).skip(1).filter_map(|part| part.trim_start().split_once('\n'));
    parts.filter_map(|(index, text)| Some((index.parse().ok()?, text))).collect()
}
