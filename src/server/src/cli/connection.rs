//! Which server a command calls, and with which credential.

use mintkey_client::{Client, ClientBuilder, Credential, OrganizationId, SecretText};

use super::{
    global::GlobalOptions,
    profiles::{Profile, ProfilesFile},
    terminal::note,
};
use crate::{Failure, setting::variable};

/// The server and the credential of a command.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) url: String,
    pub(crate) token: SecretText,
    /// The profile that the token is from; `None` if it is from the environment.
    pub(crate) profile: Option<String>,
    pub(crate) credential_hosts: Vec<String>,
}

impl Connection {
    /// Finds the server and the credential: flags beat variables, and variables beat the profile. A credential of another
    /// organization than `MINTKEY_ORGANIZATION_ID` is refused.
    pub(crate) async fn open(options: &GlobalOptions) -> Result<Self, Failure> {
        let connection = Self::find(options)?;
        if let Some(wanted) = given_organization()? {
            let me = connection.client.me().await?;
            if me.organization_id != wanted {
                return Err(Failure::Refused(format!(
                    "the token belongs to the organization {}, and MINTKEY_ORGANIZATION_ID names {wanted}",
                    me.organization_id
                )));
            }
        }
        Ok(connection)
    }

    fn find(options: &GlobalOptions) -> Result<Self, Failure> {
        let url = given_url(options)?;
        let token = variable("MINTKEY_TOKEN")?.map(SecretText::new);
        if let (Some(url), Some(token), None) = (&url, &token, &options.profile) {
            return Self::new(url.clone(), token.clone(), None, Vec::new());
        }
        let file = ProfilesFile::load()?;
        let (name, profile) = find(&file, options)?;
        if file.is_readable_by_others() {
            note(format_args!("{} can be read by other users: chmod 600 {0}", file.path.display()));
        }
        let Some(url) = url.or_else(|| profile.url.clone()) else {
            return Err(Failure::Usage(format!(
                "the profile {name} has no url: run `mintkey login --profile {name} --url URL`, or set MINTKEY_URL"
            )));
        };
        if let Some(token) = token {
            return Self::new(url, token, None, profile.credential_hosts);
        }
        // Also without an address of its own, a token isn't sent just anywhere.
        if !profile.url.as_deref().is_some_and(|own| is_same_origin(own, &url)) {
            return Err(Failure::Usage(format!(
                "the token of the profile {name} isn't sent to {url}: run `mintkey login --profile NAME --url {url}`, or \
                 set MINTKEY_TOKEN"
            )));
        }
        let Some(token) = profile.api_token else {
            return Err(Failure::Usage(format!(
                "the profile {name} has no token: run `mintkey login --profile {name}`, or set MINTKEY_TOKEN"
            )));
        };
        Self::new(url, token, Some(name), profile.credential_hosts)
    }

    fn new(
        url: String,
        token: SecretText,
        profile: Option<String>,
        credential_hosts: Vec<String>,
    ) -> Result<Self, Failure> {
        let client = builder(&url).credential(Credential::Bearer(token.clone())).build()?;
        Ok(Self { client, url, token, profile, credential_hosts })
    }
}

/// A client of the server at this address, with the program's name.
pub(crate) fn builder(url: &str) -> ClientBuilder {
    Client::builder(url).user_agent(concat!("mintkey/", env!("CARGO_PKG_VERSION")))
}

/// The address from the flag or the environment.
pub(crate) fn given_url(options: &GlobalOptions) -> Result<Option<String>, Failure> {
    match &options.url {
        Some(url) => Ok(Some(url.clone())),
        None => variable("MINTKEY_URL"),
    }
}

/// The name of the profile from the flag or the environment.
pub(crate) fn given_profile(options: &GlobalOptions) -> Result<Option<String>, Failure> {
    match &options.profile {
        Some(name) => Ok(Some(name.clone())),
        None => variable("MINTKEY_PROFILE"),
    }
}

/// The organization from the environment, otherwise from the profile.
pub(crate) fn organization(profile: Option<&Profile>) -> Result<Option<OrganizationId>, Failure> {
    Ok(given_organization()?.or_else(|| profile.and_then(|profile| profile.organization_id)))
}

/// The organization from the environment.
fn given_organization() -> Result<Option<OrganizationId>, Failure> {
    let parsed = variable("MINTKEY_ORGANIZATION_ID")?.map(|text| text.trim().parse());
    parsed.transpose().map_err(|_| Failure::Usage("MINTKEY_ORGANIZATION_ID: expected a UUID".to_owned()))
}

/// The profile to use. Its values may be overridden one by one.
fn find(file: &ProfilesFile, options: &GlobalOptions) -> Result<(String, Profile), Failure> {
    let path = file.path.display();
    let named = given_profile(options)?;
    if !file.exists() {
        return Err(Failure::Usage(format!(
            "there is no profile yet ({path}): run `mintkey login --url URL`, or set MINTKEY_URL and MINTKEY_TOKEN"
        )));
    }
    let Some(name) = file.name(named) else {
        return Err(Failure::Usage(format!(
            "{path} has no default profile: name one with --profile, or run `mintkey profile use NAME`"
        )));
    };
    match file.profiles.profiles.get(&name) {
        Some(profile) => Ok((name, profile.clone())),
        None => Err(Failure::Usage(format!(
            "there is no profile {name} in {path}: `mintkey profile list` lists the existing ones; `mintkey login --profile \
             {name}` makes it"
        ))),
    }
}

/// Whether two addresses have the same scheme, host and port.
pub(crate) fn is_same_origin(one: &str, other: &str) -> bool {
    let origin = |text: &str| Client::builder(text).build().map(|client| client.origin().to_owned());
    matches!((origin(one), origin(other)), (Ok(one), Ok(other)) if one == other)
}
