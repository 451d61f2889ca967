//! Test fixture: a small organization with every kind of user, and another organization.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use mintkey_domain::{
    AddressRanges, ErrorCode, FieldErrors, Label, OrganizationId, Password, Principal, Role, SecretText,
    ServiceAccountId, Timestamp, UserId,
    request::{NewServiceAccountDraft, NewToken, NewTokenDraft, ServiceAccountChangesDraft},
    wire::NewCredentials,
};
use mintkey_service::{
    Access, Actor, Clock, Credential, Entropy, Environment, Error, Limits, MasterKey, Origin, Service, Settings,
    SetupDraft, SignedIn,
};
use mintkey_store::Writer;
use sha2::{Digest, Sha256};

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct TestClock(AtomicI64);
struct TestEntropy(AtomicU64);

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) organization: OrganizationId,
    pub(crate) admin: Actor,
    pub(crate) member: Actor,
    pub(crate) other_member: Actor,
    pub(crate) auditor: Actor,
    /// An administrator of another organization.
    pub(crate) other_tenant: Actor,
    pub(crate) system: Actor,
    /// A second connection to the same database, as from another process.
    pub(crate) store: Writer,
    pub(crate) folder: tempfile::TempDir,
    environment: Environment,
    master_key: MasterKey,
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub(crate) fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Entropy for TestEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::digest(self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(1_800_000_000_000)));
        let environment = Environment { clock: clock.clone(), entropy: Arc::new(TestEntropy(AtomicU64::new(0))) };
        let url = format!("sqlite:{}", folder.path().join("mintkey.db").display());
        let master_key = MasterKey::generate(&environment);
        let service = open(&url, Access::Server, &master_key, &environment).await;
        let code = service.setup_code().await.unwrap().unwrap();
        let draft = SetupDraft {
            organization: "Northfield Works".to_owned(),
            email: "admin@example.com".to_owned(),
            password: PASSWORD.to_owned(),
            repeat_password: PASSWORD.to_owned(),
        };
        let founded = service.complete_setup(&code, draft, &Origin::default()).await.unwrap();
        let admin = of_session(&service, &founded).await.unwrap();
        let organization = founded.organization_id;
        let system = service.administrator(None).await.unwrap();
        let mut people = Vec::new();
        for (name, role) in [("member", Role::Member), ("other", Role::Member), ("auditor", Role::Auditor)] {
            let email = format!("{name}@example.com");
            service.create_user(&system, &email, PASSWORD.to_owned(), role).await.unwrap();
            people.push(sign_in(&service, &email).await.unwrap());
        }
        let store = Writer::open(&url, Access::Tool).await.unwrap();
        let other_tenant = create_other_tenant(&service, &system).await;
        let [member, other_member, auditor] = people.try_into().ok().unwrap();
        Self {
            service,
            clock,
            organization,
            admin,
            member,
            other_member,
            auditor,
            other_tenant,
            system,
            store,
            folder,
            environment,
            master_key,
        }
    }

    /// The service of another process on the same database.
    pub(crate) async fn another_service(&self) -> Service {
        let url = format!("sqlite:{}", self.folder.path().join("mintkey.db").display());
        open(&url, Access::Tool, &self.master_key, &self.environment).await
    }

    /// Creates new sessions for all users.
    pub(crate) async fn sign_everybody_in(&mut self) {
        self.admin = self.sign_in_again(&self.admin).await;
        self.member = self.sign_in_again(&self.member).await;
        self.other_member = self.sign_in_again(&self.other_member).await;
        self.auditor = self.sign_in_again(&self.auditor).await;
        self.other_tenant = self.sign_in_again(&self.other_tenant).await;
    }

    /// A new session for the same user.
    pub(crate) async fn sign_in_again(&self, actor: &Actor) -> Actor {
        let Some(Principal::User(user)) = actor.principal() else { unreachable!("a user") };
        session(self, user, actor.organization()).await.unwrap()
    }

    /// Creates a token with these scopes.
    pub(crate) async fn create_token(&self, actor: &Actor, scopes: &[&str]) -> NewCredentials {
        self.service.create_token(actor, new_token(scopes), None).await.unwrap()
    }

    /// Creates a token with these scopes and authenticates with its API key.
    pub(crate) async fn key_actor(&self, actor: &Actor, scopes: &[&str]) -> Actor {
        let minted = self.create_token(actor, scopes).await;
        self.use_key(&key(&minted)).await.unwrap()
    }

    pub(crate) async fn use_key(&self, key: &str) -> Result<Actor, ErrorCode> {
        self.service.authenticate(Credential::Bearer(key), Origin::default()).await.map_err(|error| code(&error))
    }

    pub(crate) async fn use_key_from(&self, key: &str, ip: &str) -> Result<Actor, ErrorCode> {
        let origin = Origin { ip: ip.parse().ok(), ..Origin::default() };
        self.service.authenticate(Credential::Bearer(key), origin).await.map_err(|error| code(&error))
    }
}

async fn open(url: &str, access: Access, master_key: &MasterKey, environment: &Environment) -> Service {
    let settings = Settings {
        database_url: url.to_owned(),
        access,
        master_key: master_key.clone(),
        issuer: "http://127.0.0.1:8080".to_owned(),
        limits: Limits::default(),
    };
    Service::open(settings, environment.clone()).await.unwrap()
}

/// A new session of a user in this organization; `None` if they can't sign in or aren't a member there.
pub(crate) async fn session(world: &World, user: UserId, organization: OrganizationId) -> Option<Actor> {
    let email = world.store.user(user).await.unwrap().unwrap().email;
    let actor = sign_in(&world.service, email.as_str()).await?;
    match world.service.switch_organization(&actor, organization).await.ok()? {
        Some(switched) => of_session(&world.service, &switched).await,
        None => Some(actor),
    }
}

pub(crate) async fn sign_in(service: &Service, email: &str) -> Option<Actor> {
    let signed_in = service.sign_in(email, password(), None, &Origin::default()).await.ok()?;
    of_session(service, &signed_in).await
}

/// The actor of a session, while it is valid.
pub(crate) async fn of_session(service: &Service, signed_in: &SignedIn) -> Option<Actor> {
    service.session(&signed_in.cookie.expose(), Origin::default()).await.unwrap()
}

pub(crate) fn new_token(scopes: &[&str]) -> NewToken {
    let draft = NewTokenDraft {
        label: "Plant 3 gateway".to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        ..NewTokenDraft::default()
    };
    draft.check().unwrap()
}

pub(crate) fn label(text: &str) -> Label {
    Label::parse(text, "label", &mut FieldErrors::new()).unwrap()
}

pub(crate) fn ranges(texts: &[&str]) -> AddressRanges {
    let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
    AddressRanges::parse(&texts, &mut FieldErrors::new()).unwrap()
}

pub(crate) fn key(minted: &NewCredentials) -> String {
    minted.api_key.as_ref().unwrap().expose().to_owned()
}

pub(crate) fn code(error: &Error) -> ErrorCode {
    error.problem().code
}

pub(crate) fn password() -> Password {
    Password::typed(PASSWORD.to_owned())
}

/// Creates another organization and returns its administrator.
async fn create_other_tenant(service: &Service, system: &Actor) -> Actor {
    let made = service.create_organization(system, "Next door", "other-tenant@example.org").await.unwrap();
    let code = code_of(&made.invitation.unwrap());
    let origin = Origin::default();
    let joined = service.accept_invitation(&code, PASSWORD.to_owned(), PASSWORD.to_owned(), &origin).await.unwrap();
    of_session(service, &joined).await.unwrap()
}

/// The code in a link.
pub(crate) fn code_of(url: &SecretText) -> String {
    url.expose().split_once("?code=").unwrap().1.to_owned()
}

pub(crate) fn user_id(actor: &Actor) -> UserId {
    match actor.principal() {
        Some(Principal::User(id)) => id,
        _ => unreachable!("a user"),
    }
}

pub(crate) async fn service_account_administrator(world: &World) -> ServiceAccountId {
    let draft = NewServiceAccountDraft {
        name: "mighty".to_owned(),
        role: Some("admin".to_owned()),
        ..NewServiceAccountDraft::default()
    };
    world.service.create_service_account(&world.admin, draft.check().unwrap()).await.unwrap().id
}

pub(crate) async fn service_account_key(world: &World, service_account: ServiceAccountId) -> Actor {
    let new = NewToken { owner_id: Some(service_account.uuid()), ..new_token(&["*"]) };
    let minted = world.service.create_token(&world.admin, new, None).await.unwrap();
    world.use_key(&key(&minted)).await.unwrap()
}

pub(crate) async fn give_role(world: &World, by: &Actor, id: ServiceAccountId, role: &str) -> Result<(), Error> {
    let draft = ServiceAccountChangesDraft { role: Some(role.to_owned()), ..Default::default() };
    world.service.edit_service_account(by, id, draft.check().unwrap()).await.map(drop)
}
