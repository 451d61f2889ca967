//! `mintkey profile`.

use clap::Subcommand;
use mintkey_client::SecretText;
use serde::Serialize;

use super::{
    connection::given_profile,
    global::GlobalOptions,
    paging::complete,
    print::{self, Listing, optional},
    profiles::ProfilesFile,
    terminal::note,
    values,
};
use crate::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum ProfileCommand {
    /// List the profiles of mintkey.yaml
    List,
    /// Make a profile the default
    Use {
        /// The profile's name
        name: String,
    },
    /// Show a profile, without its token's secret
    Show {
        /// The profile's name [default: the one in use]
        name: Option<String>,
    },
    /// Remove a profile from the file. Its token keeps working until it is invalidated.
    Remove {
        /// The profile's name
        name: String,
    },
}

/// A profile as it is shown: without the secret.
#[derive(Serialize)]
struct Shown {
    name: String,
    default: bool,
    url: Option<String>,
    organization_id: Option<String>,
    token_id: Option<String>,
    key_hint: Option<String>,
}

const LISTING: Listing<Shown> = Listing {
    plural: "profiles",
    columns: &[
        ("NAME", |profile| profile.name.clone()),
        ("DEFAULT", |profile| if profile.default { "yes".to_owned() } else { String::new() }),
        ("URL", |profile| optional(profile.url.as_deref())),
        ("ORGANIZATION", |profile| optional(profile.organization_id.as_deref())),
        ("KEY", |profile| optional(profile.key_hint.as_deref())),
    ],
    name: |profile| profile.name.clone(),
};

pub(crate) fn run(command: ProfileCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let mut file = ProfilesFile::load()?;
    if !file.exists() {
        let path = file.path.display();
        return Err(Failure::Usage(format!("there is no profile yet ({path}): run `mintkey login --url URL`")));
    }
    match command {
        ProfileCommand::List => {
            let data: Vec<_> = file.profiles.profiles.keys().filter_map(|name| shown(&file, name)).collect();
            print::list(options.format, &complete(data), &LISTING)
        }
        ProfileCommand::Use { name } => {
            require(&file, &name)?;
            file.set_default(&name)?;
            note(format_args!("{name} is the default profile now."));
            Ok(())
        }
        ProfileCommand::Show { name } => {
            let named = match name {
                Some(name) => Some(name),
                None => given_profile(options)?,
            };
            let name = file
                .name(named)
                .ok_or_else(|| Failure::Usage(format!("{} has no default profile: name one", file.path.display())))?;
            let profile = require(&file, &name)?;
            print::object(options.format, &profile, &profile.name, || {
                vec![
                    ("Name", profile.name.clone()),
                    ("Default", if profile.default { "yes" } else { "no" }.to_owned()),
                    ("URL", optional(profile.url.as_deref())),
                    ("Organization", optional(profile.organization_id.as_deref())),
                    ("Token", optional(profile.token_id.as_deref())),
                    ("Key", optional(profile.key_hint.as_deref())),
                    ("File", file.path.display().to_string()),
                ]
            })
        }
        ProfileCommand::Remove { name } => {
            let profile = require(&file, &name)?;
            file.remove(&name)?;
            if let Some(id) = profile.token_id {
                note(format_args!("The profile {name} was removed. Its token {id} still works."));
            }
            Ok(())
        }
    }
}

fn require(file: &ProfilesFile, name: &str) -> Result<Shown, Failure> {
    shown(file, name).ok_or_else(|| {
        let path = file.path.display();
        Failure::Usage(format!("there is no profile {name} in {path}: `mintkey profile list` lists the existing ones"))
    })
}

fn shown(file: &ProfilesFile, name: &str) -> Option<Shown> {
    let profile = file.profiles.profiles.get(name)?;
    let token_id = profile.api_token.as_ref().and_then(|token| values::token_of(token.expose()));
    Some(Shown {
        name: name.to_owned(),
        default: file.profiles.default_profile.as_deref() == Some(name),
        url: profile.url.clone(),
        organization_id: profile.organization_id.map(|id| id.to_string()),
        token_id: token_id.map(|id| id.to_string()),
        key_hint: profile.api_token.as_ref().filter(|_| token_id.is_some()).map(SecretText::hint),
    })
}
