//! `mintkey admin`: the service on the database itself, with or without a running server beside it.

use std::io::{IsTerminal, Read, stdin};

use mintkey_domain::OrganizationId;
use mintkey_service::{Actor, AuditCheck, AuditHead, KeyRotation, KeyView, Limits, OldKeys, Service, Settings};

use crate::{
    Failure,
    command_line::{AdminCommand, AuditCommand, SigningKeyCommand, StorageOptions},
    environment, master_key_file,
    settings::Storage,
};

/// A piped password is read up to here; a longer one is refused by its own check.
const MAX_INPUT: u64 = 4096;

/// Runs one command.
pub(crate) async fn run(command: AdminCommand) -> Result<(), Failure> {
    match command {
        AdminCommand::CreateUser { email, role, storage } => {
            let service = open(storage).await?;
            let actor = service.administrator(None).await?;
            service.create_user(&actor, &email, password()?, role).await?;
            println!("{email} can sign in now, as {role}.");
        }
        AdminCommand::ResetPassword { email, storage } => {
            let service = open(storage).await?;
            let actor = service.administrator(None).await?;
            service.reset_password(&actor, &email, password()?).await?;
            println!("{email} has a new password; every session of theirs has ended.");
        }
        AdminCommand::Backup { file, storage } => {
            let service = open(storage).await?;
            let actor = service.administrator(None).await?;
            service.backup(&actor, &file).await?;
            println!("{}", file.display());
        }
        AdminCommand::Audit(AuditCommand::Verify { organization, expect, storage }) => {
            verify(&open(storage).await?, organization, expect).await?;
        }
        AdminCommand::SigningKey(SigningKeyCommand::List { storage }) => {
            let service = open(storage).await?;
            for key in service.list_signing_keys(&operator(&service).await?).await? {
                println!("{}", line(&key));
            }
        }
        AdminCommand::SigningKey(SigningKeyCommand::Rotate { algorithm, retire_old_after, revoke_old, storage }) => {
            let service = open(storage).await?;
            let old = if revoke_old { OldKeys::Revoke } else { OldKeys::RetireAfter(retire_old_after) };
            let rotation = KeyRotation { algorithm, old };
            let key = service.rotate_signing_key(&operator(&service).await?, rotation).await?;
            println!("{}", line(&key));
        }
    }
    Ok(())
}

/// Whoever runs `mintkey admin`, for what all organizations share.
async fn operator(service: &Service) -> Result<Actor, Failure> {
    match service.administrators().await?.into_iter().next() {
        Some(actor) => Ok(actor),
        // It says that there is no organization yet.
        None => Ok(service.administrator(None).await?),
    }
}

fn line(key: &KeyView) -> String {
    let end = key.retires_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    format!("{} {} {} {} {end}", key.id, key.algorithm, key.state.as_str(), key.active_from)
}

/// Checks every audit log, or that of one organization; the first break of any ends it.
async fn verify(
    service: &Service,
    organization: Option<OrganizationId>,
    expect: Option<AuditHead>,
) -> Result<(), Failure> {
    let actors = match organization {
        Some(_) => vec![service.administrator(organization).await?],
        None => service.administrators().await?,
    };
    if expect.is_some() && actors.len() != 1 {
        return Err(Failure::Usage("--expect is about one log: name its --organization".to_owned()));
    }
    for actor in actors {
        let organization = actor.organization();
        match service.verify_audit_log(&actor, expect.clone()).await? {
            AuditCheck::Whole(head) => println!("{organization} {head}"),
            AuditCheck::Broken { sequence, flaw } => {
                return Err(Failure::Refused(format!(
                    "the audit log of organization {organization} is broken: event {sequence} {flaw}"
                )));
            }
        }
    }
    Ok(())
}

async fn open(options: StorageOptions) -> Result<Service, Failure> {
    let storage = Storage::resolve(options)?;
    if !storage.database_file.exists() {
        return Err(Failure::Refused(format!("there is no database at {}", storage.database_file.display())));
    }
    let environment = environment::system();
    let master_key = master_key_file::load(&storage, &environment)?;
    let settings =
        Settings { database_url: storage.database_url, master_key, issuer: String::new(), limits: Limits::default() };
    Ok(Service::open(settings, environment).await?)
}

/// The new password: asked for twice on a terminal, else the first line of standard input.
fn password() -> Result<String, Failure> {
    let unread = |error: std::io::Error| Failure::Refused(format!("the password cannot be read: {error}"));
    if stdin().is_terminal() {
        let first = rpassword::prompt_password("New password: ").map_err(unread)?;
        let second = rpassword::prompt_password("Repeat it: ").map_err(unread)?;
        return if first == second { Ok(first) } else { Err(Failure::Usage("the two passwords differ".to_owned())) };
    }
    let mut text = String::new();
    stdin().take(MAX_INPUT).read_to_string(&mut text).map_err(unread)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
