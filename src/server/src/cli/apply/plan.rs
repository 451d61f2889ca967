//! What has to be done, so that the server has what the file describes.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::PathBuf,
};

use futures_util::TryStreamExt as _;
use mintkey_client::{
    Client, NewScope, NewServiceAccount, Role, ScopeChanges, Search, ServiceAccountChanges, ServiceAccountFilter,
    ServiceAccountStatus, Token, TokenChanges, TokenFilter, TokenId, TokenStatus, UserId,
    wire::{self, ServiceAccount},
};
use uuid::Uuid;

use super::{
    super::values,
    state::{AccountState, ExpiryState, ScopeState, SecretTarget, State, TokenState},
    step::{OwnerId, Step},
};
use crate::{Failure, environment};

/// The steps, in an order in which each has what it needs.
pub(super) async fn plan(client: &Client, state: &State, prune: bool) -> Result<Vec<Step>, Failure> {
    let me = client.me().await?;
    let mut steps = Vec::new();
    let mut removals = Vec::new();
    let known_scopes: Vec<wire::Scope> = if state.scopes.is_some() || state.tokens.is_some() {
        client.scopes().all(Search::default()).try_collect().await?
    } else {
        Vec::new()
    };
    if let Some(wanted) = &state.scopes {
        scopes(wanted, &known_scopes, prune, &mut steps, &mut removals);
    }
    // A scope is deleted only if no service account is allowed it.
    let deletes_scopes = !removals.is_empty();
    let accounts: Vec<ServiceAccount> = if deletes_scopes || state.service_accounts.is_some() || state.tokens.is_some()
    {
        client.service_accounts().all(ServiceAccountFilter::default()).try_collect().await?
    } else {
        Vec::new()
    };
    if let Some(wanted) = &state.service_accounts {
        for account in wanted {
            steps.extend(self::account(client, account, &accounts).await?);
        }
        if prune {
            let names: HashSet<_> = wanted.iter().map(|account| account.name.as_str()).collect();
            let others = accounts.iter().filter(|account| {
                account.status != ServiceAccountStatus::Decommissioned
                    && !names.contains(account.name.as_str())
                    && account.id.uuid() != me.principal.id
            });
            removals.extend(others.map(|account| Step::DecommissionAccount {
                id: account.id,
                name: account.name.clone(),
                tokens: account.tokens,
            }));
        }
    }
    if let Some(wanted) = &state.tokens {
        check_scopes(&known_scopes, state)?;
        let owners = Owners { client, accounts: &accounts, state, me: me.principal.id };
        let mut tokens = Tokens {
            owners,
            known: HashMap::new(),
            kept: HashSet::new(),
            wanted: HashSet::new(),
            files: HashSet::new(),
        };
        for token in wanted {
            steps.extend(tokens.step(token).await?);
        }
        if prune {
            removals.extend(tokens.others(state, me.token_id).await?);
        }
    }
    // Tokens before the accounts and the scopes that they hold.
    removals.reverse();
    steps.extend(removals);
    check_removed_scopes(client, &accounts, &steps).await?;
    Ok(steps)
}

/// Refuses to delete scopes that tokens or service accounts would still hold: the server would refuse it after other
/// steps.
async fn check_removed_scopes(client: &Client, accounts: &[ServiceAccount], steps: &[Step]) -> Result<(), Failure> {
    for step in steps {
        let Step::DeleteScope { name, .. } = step else { continue };
        let filter = TokenFilter { scope: Some(name.clone()), ..TokenFilter::default() };
        let tokens: Vec<wire::Token> = client.tokens().all(filter).try_collect().await?;
        let mut held = tokens.iter().filter(|token| {
            token.status != TokenStatus::Invalidated && !steps.iter().any(|step| step.frees_token(token, name))
        });
        let by_token = held.next().map(|token| format!("the token \"{}\" of {}", token.label, token.owner.name));
        let mut allowed = accounts.iter().filter(|account| {
            account.status != ServiceAccountStatus::Decommissioned
                && account.allowed_scopes.iter().flatten().any(|scope| scope == name)
                && !steps.iter().any(|step| step.frees_account(account, name))
        });
        let by_account = allowed.next().map(|account| format!("the service account {}", account.name));
        if let Some(holder) = by_token.or(by_account) {
            return Err(Failure::Refused(format!(
                "the scope {name} can't be deleted: {holder} holds it. Keep the scope in the file, or edit the holder"
            )));
        }
    }
    Ok(())
}

/// Refuses scopes of tokens that neither the server nor the file has.
fn check_scopes(known: &[wire::Scope], state: &State) -> Result<(), Failure> {
    let mut names: HashSet<String> = known.iter().map(|scope| scope.name.clone()).collect();
    names.extend(state.scopes.iter().flatten().map(|scope| scope.name.clone()));
    for token in state.tokens.iter().flatten() {
        if let Some(unknown) = values::unknown_scope(&token.scopes, &names) {
            return Err(Failure::Usage(format!("the token \"{}\" of {}: {unknown}", token.label, token.owner)));
        }
    }
    Ok(())
}

fn scopes(wanted: &[ScopeState], known: &[wire::Scope], prune: bool, steps: &mut Vec<Step>, removals: &mut Vec<Step>) {
    for scope in wanted {
        let Some(found) = known.iter().find(|known| known.name == scope.name) else {
            steps.push(Step::CreateScope(NewScope {
                name: scope.name.clone(),
                description: scope.description.clone(),
                admin_only: scope.admin_only,
            }));
            continue;
        };
        let changes = ScopeChanges {
            description: (found.description != scope.description).then(|| scope.description.clone()),
            admin_only: (found.admin_only != scope.admin_only).then_some(scope.admin_only),
        };
        if changes.description.is_some() || changes.admin_only.is_some() {
            steps.push(Step::EditScope { id: found.id, name: found.name.clone(), changes });
        }
    }
    if prune {
        let names: HashSet<_> = wanted.iter().map(|scope| scope.name.as_str()).collect();
        let others = known.iter().filter(|scope| {
            !scope.name.starts_with(mintkey_domain::BUILT_IN_PREFIX) && !names.contains(scope.name.as_str())
        });
        removals.extend(others.map(|scope| Step::DeleteScope { id: scope.id, name: scope.name.clone() }));
    }
}

async fn account(client: &Client, wanted: &AccountState, known: &[ServiceAccount]) -> Result<Option<Step>, Failure> {
    let mut member_ids: Vec<UserId> = Vec::new();
    for email in &wanted.managed_by {
        member_ids.push(UserId::from_uuid(values::owner_id(client, email).await?));
    }
    let Some(found) = known.iter().find(|account| account.name == wanted.name) else {
        return Ok(Some(Step::CreateAccount(NewServiceAccount {
            name: wanted.name.clone(),
            description: wanted.description.clone(),
            role: wanted.role,
            allowed_scopes: wanted.allowed_scopes.clone(),
            member_ids,
        })));
    };
    if found.status == ServiceAccountStatus::Decommissioned {
        return Err(Failure::Refused(format!(
            "{} is decommissioned, permanently, and its name stays taken: choose another one",
            wanted.name
        )));
    }
    let role = wanted.role.unwrap_or(Role::Member);
    let allowed = wanted.allowed_scopes.as_deref().map(set);
    let managed_by: BTreeSet<Uuid> = found.members.iter().map(|member| member.id).collect();
    let wanted_members: BTreeSet<Uuid> = member_ids.iter().map(|id| id.uuid()).collect();
    let changes = ServiceAccountChanges {
        name: None,
        description: (found.description != wanted.description).then(|| wanted.description.clone()),
        role: (found.role != role).then_some(role),
        allowed_scopes: (found.allowed_scopes.as_deref().map(set) != allowed).then(|| wanted.allowed_scopes.clone()),
        member_ids: (managed_by != wanted_members).then_some(member_ids),
        invalidate_tokens: false,
    };
    let is_changed = changes.description.is_some()
        || changes.role.is_some()
        || changes.allowed_scopes.is_some()
        || changes.member_ids.is_some();
    Ok(is_changed.then(|| Step::EditAccount { id: found.id, name: found.name.clone(), changes }))
}

/// Finds the owners of tokens.
struct Owners<'a> {
    client: &'a Client,
    accounts: &'a [ServiceAccount],
    state: &'a State,
    me: Uuid,
}

impl Owners<'_> {
    /// As [`values::owner`] does, and service accounts that the file creates.
    async fn find(&self, name: &str) -> Result<OwnerId, Failure> {
        let is_account_name = name != "me" && !name.contains('@') && Uuid::try_parse(name).is_err();
        if is_account_name {
            if let Some(account) = self.accounts.iter().find(|account| account.name == name) {
                return Ok(OwnerId::Known(account.id.uuid()));
            }
            if self.state.service_accounts.iter().flatten().any(|account| account.name == name) {
                return Ok(OwnerId::NewAccount(name.to_owned()));
            }
        }
        let id = values::owner(self.client, name).await?;
        Ok(id.filter(|id| *id != self.me).map_or(OwnerId::Caller, OwnerId::Known))
    }

    fn id(&self, owner: &OwnerId) -> Option<Uuid> {
        match owner {
            OwnerId::Caller => Some(self.me),
            OwnerId::Known(id) => Some(*id),
            OwnerId::NewAccount(_) => None,
        }
    }
}

/// The tokens of the owners that the file names.
struct Tokens<'a> {
    owners: Owners<'a>,
    /// Those that aren't invalidated, by owner.
    known: HashMap<Uuid, Vec<wire::Token>>,
    /// Those that the file names.
    kept: HashSet<TokenId>,
    /// The owners and labels of the file.
    wanted: HashSet<(OwnerId, String)>,
    /// The files for secrets.
    files: HashSet<PathBuf>,
}

impl Tokens<'_> {
    async fn of(&mut self, owner: Uuid) -> Result<&[wire::Token], Failure> {
        if !self.known.contains_key(&owner) {
            let filter = TokenFilter { owner_id: Some(owner), ..TokenFilter::default() };
            let tokens: Vec<wire::Token> = self.owners.client.tokens().all(filter).try_collect().await?;
            let working = tokens.into_iter().filter(|token| token.status != TokenStatus::Invalidated);
            self.known.insert(owner, working.collect());
        }
        Ok(&self.known[&owner])
    }

    async fn step(&mut self, wanted: &TokenState) -> Result<Option<Step>, Failure> {
        let owner_id = self.owners.find(&wanted.owner).await?;
        if !self.wanted.insert((owner_id.clone(), wanted.label.clone())) {
            return Err(Failure::Usage(format!("the token \"{}\" of {} is there twice", wanted.label, wanted.owner)));
        }
        let mut matching = Vec::new();
        if let Some(id) = self.owners.id(&owner_id) {
            matching = self.of(id).await?.iter().filter(|token| token.label == wanted.label).cloned().collect();
        }
        match matching.as_slice() {
            [] => {
                if let Some(SecretTarget::File(path)) = &wanted.secret
                    && !self.files.insert(std::path::absolute(path).unwrap_or_else(|_| path.clone()))
                {
                    let path = path.display();
                    return Err(Failure::Usage(format!("{path} is for the secrets of two tokens")));
                }
                create(wanted, owner_id).map(Some)
            }
            [token] => {
                self.kept.insert(token.id);
                let changes = changes(token, wanted);
                let body = serde_json::to_value(&changes).unwrap_or_default();
                let is_changed = body.as_object().is_some_and(|fields| !fields.is_empty());
                Ok(is_changed.then(|| Step::EditToken {
                    id: token.id,
                    label: token.label.clone(),
                    owner: wanted.owner.clone(),
                    changes,
                }))
            }
            several => Err(Failure::Refused(format!(
                "{} tokens of {} have the label \"{}\", so that it isn't clear which one is meant: nothing was done",
                several.len(),
                wanted.owner,
                wanted.label
            ))),
        }
    }

    /// The tokens of the file's service accounts that the file doesn't name. People's tokens stay.
    async fn others(&mut self, state: &State, own: Option<TokenId>) -> Result<Vec<Step>, Failure> {
        let accounts = state.service_accounts.iter().flatten().map(|account| account.name.as_str());
        let owners = state.tokens.iter().flatten().map(|token| token.owner.as_str());
        let names: BTreeSet<&str> = accounts.chain(owners).collect();
        let mut steps = Vec::new();
        for account in self.owners.accounts {
            if !names.contains(account.name.as_str()) || account.status == ServiceAccountStatus::Decommissioned {
                continue;
            }
            let tokens = self.of(account.id.uuid()).await?.to_vec();
            let others = tokens.into_iter().filter(|token| !self.kept.contains(&token.id) && Some(token.id) != own);
            steps.extend(others.map(|token| Step::InvalidateToken {
                id: token.id,
                label: token.label,
                owner: account.name.clone(),
            }));
        }
        Ok(steps)
    }
}

fn create(wanted: &TokenState, owner_id: OwnerId) -> Result<Step, Failure> {
    let Some(secret) = wanted.secret.clone() else {
        return Err(Failure::Usage(format!(
            "the token \"{}\" of {} would be created, and its secret is shown only then: say where it goes, by `secret: \
             {{file: PATH}}` or `secret: {{command: [PROGRAM, …]}}`",
            wanted.label, wanted.owner
        )));
    };
    if let SecretTarget::File(path) = &secret
        && path.exists()
    {
        let path = path.display();
        return Err(Failure::Usage(format!(
            "{path} exists, and is never overwritten: the secret of \"{}\"",
            wanted.label
        )));
    }
    let mut token = Token::new(&wanted.label).scopes(wanted.scopes.clone());
    for range in &wanted.allowed_cidrs {
        token = token.cidr(range);
    }
    if let Some(description) = &wanted.description {
        token = token.description(description);
    }
    token = match wanted.expires {
        Some(ExpiryState::Never) => token.never_expires(),
        Some(ExpiryState::At(end)) => token.expires_at(end),
        Some(ExpiryState::In(ttl)) => token.ttl(ttl.to_string()),
        None => token,
    };
    Ok(Step::CreateToken { label: wanted.label.clone(), owner: wanted.owner.clone(), owner_id, token, secret })
}

fn changes(found: &wire::Token, wanted: &TokenState) -> TokenChanges {
    let expires_at = match wanted.expires {
        Some(ExpiryState::Never) => found.expires_at.is_some().then_some(None),
        Some(ExpiryState::At(end)) => (found.expires_at != Some(end)).then_some(Some(end)),
        // A lifetime counts from the creation, and from a renewal.
        Some(ExpiryState::In(ttl)) if found.status == TokenStatus::Expired => {
            Some(Some(environment::now().saturating_add(ttl.millis())))
        }
        Some(ExpiryState::In(_)) | None => None,
    };
    TokenChanges {
        label: None,
        description: (found.description != wanted.description).then(|| wanted.description.clone()),
        scopes: (set(&found.scopes) != set(&wanted.scopes)).then(|| wanted.scopes.clone()),
        allowed_cidrs: (set(&found.allowed_cidrs) != set(&wanted.allowed_cidrs)).then(|| wanted.allowed_cidrs.clone()),
        expires_at,
        previous_secret_expires_at: None,
    }
}

fn set(texts: &[String]) -> BTreeSet<&str> {
    texts.iter().map(String::as_str).collect()
}
