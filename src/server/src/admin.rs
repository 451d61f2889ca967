//! `mintkey admin`: runs the service directly on the database, whether or not a server is running.

mod import_export;
mod restore;

use std::io::{BufWriter, IsTerminal, Read, Write, stdin, stdout};

use mintkey_domain::{ErrorCode, MembershipStatus, OrganizationId};
use mintkey_service::{
    Access, Actor, AuditCheck, AuditHead, Damage, Error, KeyRotation, KeyView, Limits, Migrations, OldKeys, Service,
    Settings, check_database, database_migrations, migrate_database,
};

use crate::{
    Failure,
    cli::{GlobalOptions, note},
    command_line::{
        AdminCommand, AuditCommand, DatabaseCommand, OrganizationCommand, SigningKeyCommand, StorageOptions,
    },
    environment, master_key_file, output,
    settings::{self, Storage},
};

/// Maximum number of bytes to read of a piped password. Longer ones fail the password check.
const MAX_INPUT: u64 = 4096;

pub(crate) async fn run(command: AdminCommand, global: &GlobalOptions) -> Result<(), Failure> {
    match command {
        AdminCommand::CreateUser { email, role, organization, storage } => {
            let service = open(storage, None).await?;
            let actor = service.administrator(organization.organization).await?;
            if service.add_known_user(&actor, &email, role).await? {
                output::line(format_args!(
                    "{email} has an account and is a member now, as {role}. Their password stays as it is."
                ))?;
            } else {
                service.create_user(&actor, &email, password()?, role).await?;
                output::line(format_args!("{email} can sign in now, as {role}."))?;
            }
        }
        AdminCommand::RenameUser { old, new, organization, storage } => {
            let service = open(storage, None).await?;
            let actor = service.administrator(organization.organization).await?;
            service.rename_user(&actor, &old, &new).await?;
            output::line(format_args!("{new} is the address now, and signs in with the same password."))?;
        }
        AdminCommand::ResetPassword { email, organization, storage } => {
            let service = open(storage, None).await?;
            let actor = service.administrator(organization.organization).await?;
            service.reset_password(&actor, &email, password()?).await?;
            output::line(format_args!("{email} has a new password; every session of theirs has ended."))?;
        }
        AdminCommand::ResetLink { email, organization, address, storage } => {
            let service = open(storage, address.public_url).await?;
            let actor = service.administrator(organization.organization).await?;
            let member = match service.find_member(&actor, &email).await {
                Err(Error::Refused(problem)) if problem.code == ErrorCode::NotFound => {
                    return Err(Failure::Refused(format!("{email} is no member of this organization")));
                }
                member => member?,
            };
            if member.status == MembershipStatus::Deactivated {
                note(format_args!("{email} is deactivated, and can sign in once they are activated."));
            }
            output::line(format_args!("{}", service.create_password_reset(&actor, member.id).await?.url.expose()))?;
        }
        AdminCommand::Backup { file, storage } => {
            let service = open(storage, None).await?;
            // A backup has all organizations, so any organization's administrator may create it.
            let actor = any_administrator(&service).await?;
            if !service.backup(&actor, &file).await? {
                note(format_args!("the backup is complete, but could not be written to the audit log"));
            }
            output::line(format_args!("{}", file.display()))?;
        }
        AdminCommand::Export(command) => command.run().await?,
        AdminCommand::Import(command) => command.run().await?,
        AdminCommand::Check { storage } => check(storage).await?,
        AdminCommand::Restore { file, storage } => restore::run(&file, storage, global).await?,
        AdminCommand::Database(DatabaseCommand::Status { storage }) => {
            let Migrations { applied, pending } = database_migrations(&existing(storage)?.database_url).await?;
            output::line(format_args!("migrations: {applied} applied, {pending} pending"))?;
        }
        AdminCommand::Database(DatabaseCommand::Migrate { storage }) => {
            let url = existing(storage)?.database_url;
            migrate_database(&url).await?;
            let Migrations { applied, .. } = database_migrations(&url).await?;
            output::line(format_args!("migrations: {applied} applied, 0 pending"))?;
        }
        AdminCommand::Organization(command) => organization(command).await?,
        AdminCommand::Audit(AuditCommand::Verify { organization, expect, storage }) => {
            verify(&open(storage, None).await?, organization, expect).await?;
        }
        AdminCommand::Audit(AuditCommand::Export { organization, after, storage }) => {
            let service = open(storage, None).await?;
            for actor in actors(&service, organization).await? {
                export(&service, &actor, after).await?;
            }
        }
        AdminCommand::Audit(AuditCommand::Prune { storage }) => {
            let service = open(storage, None).await?;
            for actor in service.administrators().await? {
                let count = service.prune_audit_log(&actor).await?;
                output::line(format_args!("{} {count} removed", actor.organization()))?;
            }
        }
        AdminCommand::SigningKey(SigningKeyCommand::List { storage }) => {
            let service = open(storage, None).await?;
            for key in service.list_signing_keys(&any_administrator(&service).await?).await? {
                output::line(format_args!("{}", described(&key)))?;
            }
        }
        AdminCommand::SigningKey(SigningKeyCommand::Rotate { algorithm, retire_old_after, revoke_old, storage }) => {
            let service = open(storage, None).await?;
            let old = if revoke_old { OldKeys::Revoke } else { OldKeys::RetireAfter(retire_old_after) };
            let rotation = KeyRotation { algorithm, old };
            let key = service.rotate_signing_key(&any_administrator(&service).await?, rotation).await?;
            output::line(format_args!("{}", described(&key)))?;
        }
    }
    Ok(())
}

async fn organization(command: OrganizationCommand) -> Result<(), Failure> {
    match command {
        OrganizationCommand::Create { name, admin, address, storage } => {
            let service = open(storage, address.public_url).await?;
            let actor = any_administrator(&service).await?;
            let made = service.create_organization(&actor, &name, &admin).await?;
            output::line(format_args!("{}", made.id))?;
            if let Some(url) = made.invitation {
                note(format_args!("Give {admin} this link; it works once, within 7 days:"));
                output::line(format_args!("{}", url.expose()))?;
            }
        }
        OrganizationCommand::List { storage } => {
            let service = open(storage, None).await?;
            for organization in service.organizations(&any_administrator(&service).await?).await? {
                output::line(format_args!("{} {}", organization.id, organization.name))?;
            }
        }
    }
    Ok(())
}

async fn check(options: StorageOptions) -> Result<(), Failure> {
    report(&check_database(&existing(options)?.database_url).await?)
}

/// Prints each damage on a line. Any damage is an error.
fn report(damage: &Damage) -> Result<(), Failure> {
    for report in &damage.file {
        output::line(format_args!("database: {report}"))?;
    }
    for row in &damage.rows {
        let key: Vec<_> = row.key.iter().map(|(column, value)| format!("{column}={value}")).collect();
        output::line(format_args!("{} {}: can't read {}", row.table, key.join(" "), row.columns.join(", ")))?;
    }
    for address in &damage.older_addresses {
        output::line(format_args!(
            "users id={}: the address {:?} is refused today, or another person's in another spelling; it signs in by \
             just this text. `mintkey admin rename-user {} NEW` gives the person another",
            address.id, address.email, address.id
        ))?;
    }
    match damage.file.len() + damage.rows.len() + damage.older_addresses.len() {
        0 => output::line(format_args!("No problems found.")),
        1 => Err(Failure::Refused("1 problem found".to_owned())),
        n => Err(Failure::Refused(format!("{n} problems found"))),
    }
}

/// The actor for commands that concern all organizations.
async fn any_administrator(service: &Service) -> Result<Actor, Failure> {
    let first = service.administrators().await?.into_iter().next();
    first.ok_or_else(|| Failure::Refused("there is no organization yet: set Mintkey up first".to_owned()))
}

fn described(key: &KeyView) -> String {
    let end = key.retires_at.map(|at| format!(", retires {at}")).unwrap_or_default();
    format!("{} {} {}, signs from {}{end}", key.id, key.algorithm, key.state.as_str(), key.active_from)
}

/// Verifies one or all audit logs, and stops at the first broken chain.
async fn verify(
    service: &Service,
    organization: Option<OrganizationId>,
    expect: Option<AuditHead>,
) -> Result<(), Failure> {
    let actors = actors(service, organization).await?;
    if expect.is_some() && actors.len() != 1 {
        return Err(Failure::Usage("--expect is about one log: name its --organization".to_owned()));
    }
    for actor in actors {
        let organization = actor.organization();
        match service.verify_audit_log(&actor, expect.clone()).await? {
            AuditCheck::Whole(head) => output::line(format_args!("{organization} {head}"))?,
            AuditCheck::Broken { sequence, flaw } => {
                return Err(Failure::Refused(format!(
                    "the audit log of organization {organization} is broken: event {sequence} {flaw}"
                )));
            }
        }
    }
    Ok(())
}

/// Prints one audit log as JSON lines.
async fn export(service: &Service, actor: &Actor, mut after: i64) -> Result<(), Failure> {
    const AT_ONCE: u32 = 1000;
    service.record_audit_export(actor, after).await?;
    let mut out = BufWriter::new(stdout().lock());
    loop {
        let events = service.export_audit_log(actor, after, AT_ONCE).await?;
        let Some(last) = events.last() else { break };
        after = last.sequence();
        for event in &events {
            let line = serde_json::to_string(event)
                .map_err(|error| Failure::Refused(format!("an event can't be written: {error}")))?;
            output::written(writeln!(out, "{line}"))?;
        }
    }
    output::written(out.flush())
}

/// Administrator actors for the named organization, or for each.
async fn actors(service: &Service, organization: Option<OrganizationId>) -> Result<Vec<Actor>, Failure> {
    Ok(match organization {
        Some(_) => vec![service.administrator(organization).await?],
        None => service.administrators().await?,
    })
}

/// Opens the service on an existing database. `public_url` is the base URL of links.
async fn open(options: StorageOptions, public_url: Option<String>) -> Result<Service, Failure> {
    let issuer = settings::admin_public_url(public_url, &options)?;
    let storage = existing(options)?;
    let environment = environment::system();
    let master_key = master_key_file::load(&storage, &environment)?;
    let settings = Settings {
        database_url: storage.database_url,
        access: Access::Tool,
        master_key,
        issuer,
        limits: Limits::default(),
    };
    Ok(Service::open(settings, environment).await?)
}

/// Resolves the storage settings. Admin commands never create a database.
fn existing(options: StorageOptions) -> Result<Storage, Failure> {
    let storage = Storage::resolve(options)?;
    if storage.database_file.exists() {
        return Ok(storage);
    }
    Err(Failure::Refused(format!("there is no database at {}", storage.database_file.display())))
}

/// Reads a new password: twice from a terminal, otherwise the first line of standard input.
fn password() -> Result<String, Failure> {
    let unread = |error: std::io::Error| Failure::Refused(format!("the password cannot be read: {error}"));
    if stdin().is_terminal() {
        let first = rpassword::prompt_password("New password: ").map_err(unread)?;
        let second = rpassword::prompt_password("Repeat it: ").map_err(unread)?;
        return if first == second { Ok(first) } else { Err(Failure::Usage("the two passwords differ".to_owned())) };
    }
    let mut text = String::new();
    stdin().take(MAX_INPUT).read_to_string(&mut text).map_err(unread)?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(Failure::Usage("no password: pipe it in, or run this on a terminal to be asked for it".to_owned())),
    }
}
