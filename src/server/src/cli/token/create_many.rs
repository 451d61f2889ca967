//! `mintkey token create --from`: a token for each row of a CSV file.
//!
//! The results are written as they come. Each row has an idempotency key of its own, made of its number and the run's ID,
//! which is kept in a file beside the results until the run is complete: a second run goes on where the first one
//! stopped, and makes no duplicates.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use futures_util::{StreamExt as _, stream};
use mintkey_client::{Client, Error, Rotation, SecretText, Token, wire::NewCredentials};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::super::{input, print::plural, private_file::create_private, progress, terminal::note, values};
use crate::{Failure, output};

/// How many tokens are created at the same time.
const CONCURRENCY: usize = 16;

/// A row of the input. What it leaves out, the options say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    label: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    scopes: Option<String>,
    #[serde(default)]
    cidrs: Option<String>,
    #[serde(default)]
    ttl: Option<String>,
    /// A time, or `never`.
    #[serde(default)]
    expires_at: Option<String>,
}

/// A row of the results.
#[derive(Debug, Serialize, Deserialize)]
struct ResultRow {
    row: usize,
    label: String,
    id: String,
    client_id: String,
    #[serde(serialize_with = "SecretText::show")]
    client_secret: SecretText,
    #[serde(serialize_with = "SecretText::show")]
    api_key: SecretText,
    error: String,
}

/// The run that a file of results belongs to.
#[derive(Serialize, Deserialize)]
struct Run {
    id: Uuid,
    input: String,
}

/// Many tokens to create.
pub(super) struct CreateMany {
    pub(super) from: PathBuf,
    pub(super) results: PathBuf,
    pub(super) dry_run: bool,
    /// What rows leave out.
    pub(super) scopes: Vec<String>,
    pub(super) owner: Option<String>,
    pub(super) ttl: Option<String>,
}

/// The file of results, and the rows that are in it already.
struct Results {
    file: File,
    run_file: PathBuf,
    run: Run,
    done: HashSet<usize>,
    /// How many of them were refused.
    refused: usize,
    /// The lock of the run, so that no second one goes on with it.
    _lock: File,
}

/// Says how to continue if the run ends early, by an error or by Ctrl-C.
struct Unfinished;

impl Drop for Unfinished {
    fn drop(&mut self) {
        note(format_args!("Not all rows are done: run the same command again to continue."));
    }
}

impl CreateMany {
    pub(super) async fn run(self, client: &Client) -> Result<(), Failure> {
        let text = input::read(&self.from)?;
        let rows = self.read(&text)?;
        self.check_scopes(client, &rows).await?;
        if self.dry_run {
            let tokens = plural(rows.len(), "token", "tokens");
            return output::line(format_args!("{tokens} would be created."));
        }
        let owners = self.owners(client, &rows).await?;
        let origin = client.origin();
        let options_text = format!("{origin}\n{:?} {:?} {:?}\n", self.scopes, self.owner, self.ttl);
        let mut results = Results::open(&self.results, &(options_text + &text))?;
        if !results.done.is_empty() {
            note(format_args!("{} already done.", plural(results.done.len(), "row is", "rows are")));
        }
        let bar = progress::bar(rows.len());
        bar.inc(results.done.len() as u64);
        let run = results.run.id;
        let todo = (1..).zip(&rows).filter(|(number, _)| !results.done.contains(number));
        let requests: Vec<_> = todo
            .map(|(number, row)| {
                let token = self.token(row, &owners).idempotency_key(format!("{run}-{number}"));
                async move { (number, row, register(client, &token).await) }
            })
            .collect();
        let mut created = std::pin::pin!(stream::iter(requests).buffer_unordered(CONCURRENCY));
        let mut refused = results.refused;
        let unfinished = Unfinished;
        while let Some((number, row, answer)) = created.next().await {
            let answer = match answer {
                Ok(credentials) => Ok(credentials),
                Err(error @ Error::Refused(_)) if !is_for_all(&error) => Err(error.to_string()),
                Err(error) => {
                    bar.abandon();
                    return Err(error.into());
                }
            };
            refused += usize::from(answer.is_err());
            results.write(number, &row.label, answer)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        results.complete()?;
        std::mem::forget(unfinished);
        let path = self.results.display();
        let created = plural(rows.len() - refused, "token was", "tokens were");
        match rows.len() - refused {
            0 => note(format_args!("{created} created.")),
            _ => note(format_args!("{created} created. The secrets are in {path}.")),
        }
        match refused {
            0 => Ok(()),
            count => Err(Failure::Refused(format!(
                "{count} of {} rows were refused: {path} says why. Correct them in a file of their own, with other --results",
                rows.len()
            ))),
        }
    }

    /// Reads the rows. An error names the line.
    fn read(&self, text: &str) -> Result<Vec<Row>, Failure> {
        const COLUMNS: [&str; 7] = ["label", "description", "owner", "scopes", "cidrs", "ttl", "expires_at"];
        let path = self.from.display();
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let unknown = reader.headers().ok().and_then(|names| names.iter().find(|name| !COLUMNS.contains(name)));
        if let Some(name) = unknown {
            let columns = COLUMNS.join(", ");
            return Err(Failure::Usage(format!(
                "{path}: line 1: {name:?} is none of the columns, which are: {columns}"
            )));
        }
        let mut rows = Vec::new();
        for row in reader.deserialize::<Row>() {
            let row = row.map_err(|error| {
                let line = error.position().map_or(1, csv::Position::line);
                Failure::Usage(format!("{path}: line {line}: expected a value for each column of line 1"))
            })?;
            let line = rows.len() + 2;
            if row.label.is_empty() {
                return Err(Failure::Usage(format!("{path}: line {line}: the label is missing")));
            }
            if row.ttl.is_some() && row.expires_at.is_some() {
                return Err(Failure::Usage(format!("{path}: line {line}: give ttl or expires_at")));
            }
            if self.row_scopes(&row).is_empty() {
                return Err(Failure::Usage(format!(
                    "{path}: line {line}: the scopes are missing; --scope is for all rows"
                )));
            }
            let is_time = |text: &String| text == "never" || values::time(text).is_ok();
            if !row.expires_at.iter().all(is_time) {
                return Err(Failure::Usage(format!("{path}: line {line}: expires_at: expected a time, or never")));
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(Failure::Usage(format!("{path} has no rows")));
        }
        Ok(rows)
    }

    fn row_scopes(&self, row: &Row) -> Vec<String> {
        let own: Vec<_> = row.scopes.iter().flat_map(|text| text.split([' ', ';'])).map(str::to_owned).collect();
        let own = values::scopes(&own);
        if own.is_empty() { self.scopes.clone() } else { own }
    }

    /// Refuses scopes that don't exist, before anything is created.
    async fn check_scopes(&self, client: &Client, rows: &[Row]) -> Result<(), Failure> {
        let known = values::scope_names(client).await?;
        for (line, row) in (2..).zip(rows) {
            if let Some(unknown) = values::unknown_scope(&self.row_scopes(row), &known) {
                return Err(Failure::Usage(format!("{}: line {line}: {unknown}", self.from.display())));
            }
        }
        Ok(())
    }

    /// The owners by the names that the rows have for them; `None` is the caller.
    async fn owners(&self, client: &Client, rows: &[Row]) -> Result<HashMap<String, Option<Uuid>>, Failure> {
        let mut owners = HashMap::new();
        let named = (2..).zip(rows).filter_map(|(line, row)| Some((Some(line), row.owner.as_ref()?)));
        for (line, name) in named.chain(self.owner.iter().map(|name| (None::<usize>, name))) {
            if owners.contains_key(name) {
                continue;
            }
            let owner = values::owner(client, name).await.map_err(|failure| match (failure, line) {
                (Failure::Refused(reason), Some(line)) => {
                    Failure::Refused(format!("{}: line {line}: {reason}", self.from.display()))
                }
                (failure, _) => failure,
            })?;
            owners.insert(name.clone(), owner);
        }
        Ok(owners)
    }

    fn token(&self, row: &Row, owners: &HashMap<String, Option<Uuid>>) -> Token {
        let mut token = Token::new(&row.label).scopes(self.row_scopes(row));
        for range in row.cidrs.iter().flat_map(|text| text.split([' ', ';', ','])).filter(|range| !range.is_empty()) {
            token = token.cidr(range);
        }
        if let Some(description) = &row.description {
            token = token.description(description);
        }
        let owner = row.owner.as_ref().or(self.owner.as_ref());
        if let Some(owner) = owner.and_then(|name| owners.get(name).copied().flatten()) {
            token = token.owner(owner);
        }
        match (row.expires_at.as_deref(), row.ttl.as_ref().or(self.ttl.as_ref())) {
            (Some("never"), _) => token.never_expires(),
            (Some(end), _) => match values::time(end) {
                Ok(end) => token.expires_at(end),
                Err(_) => token,
            },
            (None, Some(ttl)) => token.ttl(ttl),
            (None, None) => token,
        }
    }
}

/// Creates a token. If an earlier run created it and its secret was lost, it gets another one.
async fn register(client: &Client, token: &Token) -> Result<NewCredentials, Error> {
    match token.register(client).await {
        Err(Error::SecretLost(token)) => client.tokens().rotate(token.id, &Rotation::default()).await,
        result => result,
    }
}

/// Locks a run for this process.
fn lock(run_file: &Path) -> Result<File, Failure> {
    let shown = run_file.display();
    let file = File::open(run_file).map_err(|error| Failure::Usage(format!("{shown}: {error}")))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Usage(format!("{shown}: another process goes on with this run"))),
        Err(TryLockError::Error(error)) => Err(Failure::Usage(format!("{shown}: {error}"))),
    }
}

/// Whether the other rows would be refused for the same reason.
fn is_for_all(error: &Error) -> bool {
    error.refusal().is_some_and(|refusal| !matches!(refusal.status, 400 | 403 | 404 | 409 | 422))
}

impl Results {
    /// Creates the files, or goes on with those of the same input.
    fn open(path: &Path, text: &str) -> Result<Self, Failure> {
        let shown = path.display();
        let failed = |error: std::io::Error| Failure::Usage(format!("--results: {shown}: {error}"));
        let run_file = PathBuf::from(format!("{shown}.run"));
        let input = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        match create_private(path) {
            Ok(mut file) => {
                let run = Run { id: Uuid::new_v4(), input };
                // The run's ID is kept before anything is created with it.
                fs::write(&run_file, serde_json::to_string(&run).unwrap_or_default()).map_err(failed)?;
                let lock = lock(&run_file)?;
                file.write_all(b"row,label,id,client_id,client_secret,api_key,error\n").map_err(failed)?;
                file.sync_all().map_err(failed)?;
                Ok(Self { file, run_file, run, done: HashSet::new(), refused: 0, _lock: lock })
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let run = fs::read_to_string(&run_file).ok().and_then(|text| serde_json::from_str::<Run>(&text).ok());
                let run =
                    run.ok_or_else(|| Failure::Usage(format!("--results: {shown} exists, and is never overwritten")))?;
                let lock = lock(&run_file)?;
                if run.input != input {
                    let message =
                        "belongs to another input: go on with the file, the options and the server of its run";
                    return Err(Failure::Usage(format!("--results: {shown} {message}")));
                }
                let (file, done, refused) = Self::resume(path).map_err(failed)?;
                Ok(Self { file, run_file, run, done, refused, _lock: lock })
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Opens the file, positioned after its last complete line, and reads which rows are done.
    fn resume(path: &Path) -> std::io::Result<(File, HashSet<usize>, usize)> {
        let text = fs::read(path)?;
        let complete = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let rows = csv::Reader::from_reader(&text[..complete]).into_deserialize::<ResultRow>();
        let rows: Vec<ResultRow> = rows.filter_map(Result::ok).collect();
        let refused = rows.iter().filter(|row| !row.error.is_empty()).count();
        let done = rows.into_iter().map(|row| row.row).collect();
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.set_len(complete as u64)?;
        file.seek(std::io::SeekFrom::End(0))?;
        Ok((file, done, refused))
    }

    fn write(&mut self, row: usize, label: &str, answer: Result<NewCredentials, String>) -> Result<(), Failure> {
        let empty = || SecretText::new(String::new());
        let result = match answer {
            Ok(credentials) => ResultRow {
                row,
                label: label.to_owned(),
                id: credentials.token.id.to_string(),
                client_id: credentials.token.client_id.to_string(),
                client_secret: credentials.client_secret.unwrap_or_else(empty),
                api_key: credentials.api_key.unwrap_or_else(empty),
                error: String::new(),
            },
            Err(error) => ResultRow {
                row,
                label: label.to_owned(),
                id: String::new(),
                client_id: String::new(),
                client_secret: empty(),
                api_key: empty(),
                error,
            },
        };
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        let line = writer.serialize(result).ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
        self.file.write_all(&line).map_err(|error| Failure::Refused(format!("the results can't be written: {error}")))
    }

    /// The run is complete: its ID isn't needed any more.
    fn complete(self) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::Refused(format!("the results can't be written: {error}"));
        self.file.sync_all().map_err(failed)?;
        fs::remove_file(&self.run_file).map_err(failed)
    }
}
