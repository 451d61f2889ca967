//! `mintkey login`: makes a token for a person, and stores it in a profile.

use clap::Args;
use mintkey_client::{
    Client, Credential, Error, ErrorCode, Invalidation, Login as SignIn, OrganizationId, SecretText, Token,
    wire::{Me, NewCredentials},
};
use mintkey_domain::{FieldCode, Ttl};

use super::{
    connection::{builder, given_profile, given_url, is_same_origin, organization},
    global::{Format, GlobalOptions},
    print,
    profiles::{Profile, ProfilesFile},
    terminal::{ask, ask_secret, is_interactive, note, secret_from_stdin},
    values,
};
use crate::{Failure, interrupt::uninterrupted, output, setting::variable};

const DEFAULT_URL: &str = "http://127.0.0.1:8080";
const DEFAULT_NAME: &str = "default";

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  mintkey login --url https://mintkey.example.com\n  \
                        mintkey login --profile ci --url https://mintkey.example.com --token-stdin < key.txt")]
pub(crate) struct Login {
    /// Your e-mail address [env: MINTKEY_ACCOUNT_EMAIL]
    #[arg(long, value_name = "EMAIL")]
    email: Option<String>,
    /// Read the password from standard input [env: MINTKEY_ACCOUNT_PASSWORD]
    #[arg(long, conflicts_with = "token_stdin")]
    password_stdin: bool,
    /// Store the API key from standard input, instead of making a token
    #[arg(long, conflicts_with_all = ["email", "organization", "ttl", "label"])]
    token_stdin: bool,
    /// The organization, for a person who is a member of several [env: MINTKEY_ORGANIZATION_ID]
    #[arg(long, value_name = "ID", value_parser = values::id::<OrganizationId>)]
    organization: Option<OrganizationId>,
    /// The token's lifetime [default: the organization's maximum, else unlimited]
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    ttl: Option<Ttl>,
    /// The token's display name [default: mintkey on HOSTNAME]
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
}

impl Login {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let mut file = ProfilesFile::load()?;
        let name = file.name(given_profile(options)?).unwrap_or_else(|| DEFAULT_NAME.to_owned());
        if name.is_empty() || name.contains(char::is_control) {
            return Err(Failure::Usage("--profile: expected a name".to_owned()));
        }
        let old = file.profiles.profiles.get(&name).cloned();
        let url = url(options, old.as_ref())?;
        let anonymous = builder(&url).build()?;
        let is_same = |old: &Profile| old.url.as_deref().is_some_and(|old| is_same_origin(old, &url));
        if let Some(other) = old.as_ref().filter(|old| !is_same(old)).and_then(|old| old.url.as_deref())
            && given_profile(options)?.is_none()
        {
            return Err(Failure::Usage(format!(
                "the profile {name} is of {other}: name another one with --profile, or this one to replace it"
            )));
        }
        let old = old.filter(is_same);
        let sign_in = if self.token_stdin { None } else { Some(self.ask(options, old.as_ref())?) };
        let given = if self.token_stdin { Some(secret_from_stdin("API key")?) } else { None };
        let store = async {
            let api_token = match (sign_in, given) {
                (Some(sign_in), _) => self.make_token(&anonymous, &sign_in).await?,
                (None, given) => given.unwrap_or_else(|| SecretText::new(String::new())),
            };
            let client = builder(&url).credential(Credential::Bearer(api_token.clone())).build()?;
            let stored = store(&client, &mut file, &name, &api_token).await;
            if stored.is_err() && !self.token_stdin {
                // Without a profile, nobody has the new token.
                if let Some(id) = values::token_of(api_token.expose()) {
                    let invalidation = Invalidation { force: true, ..Invalidation::default() };
                    let _ = client.tokens().invalidate(id, &invalidation).await;
                }
            }
            stored
        };
        let me = uninterrupted(store).await?;
        let origin = anonymous.origin();
        let previous = old.and_then(|old| values::token_of(old.api_token?.expose()));
        if let Some(previous) = previous.filter(|previous| Some(*previous) != me.token_id) {
            note(format_args!("The earlier token of this profile still works: `mintkey token invalidate {previous}`."));
        }
        let path = file.path.display();
        match options.format {
            Format::Table => {
                output::line(format_args!("You are {} at {origin}.", print::printable(&me.principal.name)))?;
                let end = me
                    .expires_at
                    .map_or_else(|| "never expires".to_owned(), |end| format!("expires {}", print::end(Some(end))));
                note(format_args!("The profile {name} in {path} has a token that {end}."));
                Ok(())
            }
            format => print::object(format, &me, &me.principal.name, Vec::new),
        }
    }

    /// Finds out who signs in.
    fn ask(&self, options: &GlobalOptions, profile: Option<&Profile>) -> Result<SignIn, Failure> {
        let email = match &self.email {
            Some(email) => email.clone(),
            None => match variable("MINTKEY_ACCOUNT_EMAIL")? {
                Some(email) => email,
                None if is_interactive(options) && !self.password_stdin => ask(format_args!("E-mail address:"))?
                    .ok_or_else(|| Failure::Usage("an e-mail address is needed".to_owned()))?,
                None => {
                    return Err(Failure::Usage("whose token? Give --email, or set MINTKEY_ACCOUNT_EMAIL".to_owned()));
                }
            },
        };
        let password = if self.password_stdin {
            secret_from_stdin("Password")?
        } else {
            match variable("MINTKEY_ACCOUNT_PASSWORD")? {
                Some(password) => SecretText::new(password),
                None if is_interactive(options) => ask_secret(&format!("Password of {email}:"))?,
                None => {
                    let message = "no password: give --password-stdin, or set MINTKEY_ACCOUNT_PASSWORD";
                    return Err(Failure::Usage(message.to_owned()));
                }
            }
        };
        let organization = match self.organization {
            Some(id) => Some(id),
            None => organization(profile)?,
        };
        Ok(SignIn::new(&email, password).organization(organization))
    }

    /// Signs in and makes the token.
    async fn make_token(&self, client: &Client, sign_in: &SignIn) -> Result<SecretText, Failure> {
        let organization = self.organization.map_or_else(|| organization(None), |id| Ok(Some(id)))?;
        let access = client.login(sign_in).await;
        let access = access.map_err(|error| {
            if error.is(ErrorCode::InvalidCredential) {
                return Failure::Refused(match organization {
                    Some(id) => format!("the e-mail address, the password or the organization {id} is wrong"),
                    None => "the e-mail address or the password is wrong".to_owned(),
                });
            }
            error.into()
        })?;
        let client = builder(client.origin()).credential(Credential::text(access.access_token)).build()?;
        let label = self.label.clone().unwrap_or_else(|| format!("mintkey on {}", host_name()));
        let token = Token::new(label).scope("*");
        let created = match &self.ttl {
            Some(ttl) => token.ttl(ttl.to_string()).register(&client).await?,
            None => longest(&client, token).await?,
        };
        created.api_key.ok_or_else(|| Failure::Refused("the answer has no API key".to_owned()))
    }
}

/// Stores the token in a profile.
async fn store(client: &Client, file: &mut ProfilesFile, name: &str, api_token: &SecretText) -> Result<Me, Failure> {
    let me = client.me().await?;
    let profile = Profile {
        url: Some(client.origin().to_owned()),
        organization_id: Some(me.organization_id),
        api_token: Some(api_token.clone()),
        ..Profile::default()
    };
    file.set(name, &profile)?;
    Ok(me)
}

/// Creates the token without an end, or with the longest lifetime that the organization allows.
async fn longest(client: &Client, token: Token) -> Result<NewCredentials, Failure> {
    match token.clone().never_expires().register(client).await {
        Err(error) if exceeds_maximum(&error) => {
            // Only administrators and auditors may read the organization. For others, the default lifetime.
            let organization = values::if_allowed(client.organization().await)?;
            let longest = organization.and_then(|organization| organization.max_token_ttl);
            let token = longest.map_or_else(|| token.clone(), |ttl| token.clone().ttl(ttl));
            Ok(token.register(client).await?)
        }
        result => Ok(result?),
    }
}

fn exceeds_maximum(error: &Error) -> bool {
    error.refusal().is_some_and(|refusal| {
        refusal
            .errors
            .iter()
            .any(|error| error.field == "expires_at" && error.code == FieldCode::ExceedsMaximum.as_str())
    })
}

/// The address from the flag, the environment, the profile, or a prompt.
fn url(options: &GlobalOptions, profile: Option<&Profile>) -> Result<String, Failure> {
    if let Some(url) = given_url(options)? {
        return Ok(url);
    }
    if let Some(url) = profile.and_then(|profile| profile.url.clone()) {
        return Ok(url);
    }
    if is_interactive(options) {
        return Ok(
            ask(format_args!("Address of the server [{DEFAULT_URL}]:"))?.unwrap_or_else(|| DEFAULT_URL.to_owned())
        );
    }
    Err(Failure::Usage("which server? Give --url, or set MINTKEY_URL".to_owned()))
}

fn host_name() -> String {
    rustix::system::uname()
        .nodename()
        .to_str()
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or("this computer")
        .to_owned()
}
