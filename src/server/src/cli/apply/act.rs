//! Carries out the steps.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use mintkey_client::{Client, Error, Invalidation, SecretText, ServiceAccountId};

use super::{
    super::{errors::of_state_file, private_file::create_private, terminal::note},
    state::SecretTarget,
    step::{OwnerId, Step},
};
use crate::Failure;

/// Why a step failed.
enum StepError {
    Refused(Error),
    Here(Failure),
}

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Failure> for StepError {
    fn from(failure: Failure) -> Self {
        Self::Here(failure)
    }
}

/// Carries out steps, and knows what earlier ones created.
pub(super) struct Executor<'a> {
    client: &'a Client,
    accounts: HashMap<String, ServiceAccountId>,
}

impl<'a> Executor<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, accounts: HashMap::new() }
    }

    pub(super) async fn act(&mut self, step: &Step) -> Result<(), Failure> {
        self.try_act(step).await.map_err(|error| match error {
            StepError::Refused(error) => of_state_file(&error),
            StepError::Here(failure) => failure,
        })
    }

    async fn try_act(&mut self, step: &Step) -> Result<(), StepError> {
        let client = self.client;
        match step {
            Step::CreateScope(scope) => client.scopes().create(scope).await.map(drop)?,
            Step::EditScope { id, changes, .. } => client.scopes().edit(*id, changes).await.map(drop)?,
            Step::DeleteScope { id, .. } => client.scopes().delete(*id).await?,
            Step::CreateAccount(account) => {
                let created = client.service_accounts().create(account).await?;
                self.accounts.insert(created.name, created.id);
            }
            Step::EditAccount { id, changes, .. } => client.service_accounts().edit(*id, changes).await.map(drop)?,
            Step::DecommissionAccount { id, .. } => client.service_accounts().decommission(*id).await?,
            Step::EditToken { id, changes, .. } => client.tokens().edit(*id, changes).await.map(drop)?,
            Step::InvalidateToken { id, .. } => {
                client.tokens().invalidate(*id, &Invalidation::default()).await.map(drop)?;
            }
            Step::CreateToken { label, owner_id, token, secret, .. } => {
                let token = match owner_id {
                    OwnerId::Caller => token.clone(),
                    OwnerId::Known(id) => token.clone().owner(*id),
                    OwnerId::NewAccount(name) => match self.accounts.get(name) {
                        Some(id) => token.clone().owner(id.uuid()),
                        None => {
                            return Err(Failure::Refused(format!("the service account {name} wasn't created")).into());
                        }
                    },
                };
                // The file is there, and the program runs, before the secret exists.
                let target = Target::open(secret)?;
                let created = match token.register(client).await {
                    Ok(created) => created,
                    Err(error) => {
                        target.discard();
                        return Err(error.into());
                    }
                };
                let key = created.api_key.unwrap_or_else(|| SecretText::new(String::new()));
                if let Err(reason) = target.write(&key) {
                    // Nobody has the secret, so the next run has to create another token.
                    let reason = format!("the secret of \"{label}\" can't be stored ({reason})");
                    let undone = client.tokens().invalidate(created.token.id, &Invalidation::default()).await;
                    let rest = if undone.is_ok() { "its token was invalidated" } else { "invalidate its token" };
                    return Err(Failure::Refused(format!("{reason}; {rest} ({})", created.token.id)).into());
                }
            }
        }
        Ok(())
    }
}

/// Where a secret goes, ready to be written.
enum Target<'a> {
    File(&'a Path, File),
    Command(&'a str, Child),
}

impl<'a> Target<'a> {
    fn open(target: &'a SecretTarget) -> Result<Self, Failure> {
        match target {
            SecretTarget::Command(command) => {
                let (program, arguments) =
                    command.split_first().ok_or_else(|| Failure::Usage("secret: the command is empty".to_owned()))?;
                let child = Command::new(program).args(arguments).stdin(Stdio::piped()).spawn();
                let child = child.map_err(|error| Failure::Refused(format!("secret: {program}: {error}")))?;
                Ok(Self::Command(program, child))
            }
            SecretTarget::File(path) => {
                let failed = |error: std::io::Error| Failure::Refused(format!("{}: {error}", path.display()));
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(failed)?;
                }
                create_private(path).map(|file| Self::File(path, file)).map_err(failed)
            }
        }
    }

    /// The token wasn't created.
    fn discard(self) {
        // What can't be removed or stopped holds no secret.
        match self {
            Self::File(path, _) => drop(fs::remove_file(path)),
            Self::Command(_, mut child) => drop(child.kill().and_then(|()| child.wait())),
        }
    }

    fn write(self, key: &SecretText) -> Result<(), String> {
        match self {
            Self::File(path, mut file) => {
                let written = file.write_all(format!("{}\n", key.expose()).as_bytes()).and_then(|()| file.sync_all());
                if let Err(error) = written {
                    let _ = fs::remove_file(path);
                    return Err(error.to_string());
                }
                note(format_args!("The secret is in {}.", path.display()));
                Ok(())
            }
            Self::Command(program, mut child) => {
                // Dropping standard input ends it.
                let written = child.stdin.take().map(|mut input| input.write_all(key.expose().as_bytes()));
                let status = child.wait().map_err(|error| format!("{program}: {error}"))?;
                match written {
                    Some(Err(error)) => Err(format!("{program}: {error}")),
                    _ if status.success() => Ok(()),
                    _ => Err(format!("{program}: {status}")),
                }
            }
        }
    }
}
