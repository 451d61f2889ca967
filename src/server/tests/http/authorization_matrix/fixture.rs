//! Two organizations, and every kind of user in the first.

use serde_json::{Value, json};

use crate::http::server::{CreatedToken, PASSWORD, Server, send};

pub(super) const MEMBER: &str = "mia@example.com";
pub(super) const AUDITOR: &str = "una@example.com";
pub(super) const OTHER_TENANT: &str = "sam@example.org";
const LEFT: &str = "lou@example.com";
const TARGET: &str = "tom@example.com";

/// The target of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// No target.
    Nothing,
    /// The member's token.
    Token,
    /// A service account without managers.
    Machine,
    /// A scope that the organization added.
    Scope,
    /// Another member.
    Person,
    Invitation,
    Event,
    /// The organization, which has a certificate authority.
    Organization,
    /// A Kubernetes cluster.
    Cluster,
}

/// A certificate authority of nobody.
pub(super) const AUTHORITY_PEM: &str = include_str!("../../../../service/tests/authority.pem");
pub(super) const AUTHORITY_PRIVATE: &str = include_str!("../../../../service/tests/authority.key");

/// The server and its credentials.
pub(super) struct Fixture {
    pub(super) server: Server,
    /// The ID of the first organization.
    pub(super) organization: String,
    /// Credentials by kind of user; `None` for an unauthenticated caller.
    pub(super) callers: Vec<(&'static str, Option<CreatedToken>)>,
    pub(super) member: String,
    person: String,
    count: std::cell::Cell<u32>,
}

impl Fixture {
    pub(super) async fn new() -> Self {
        const MANY: &str = "1000000";
        let server = Server::start_with(&[
            ("MINTKEY_KEY_FAILURES_PER_ADDRESS", MANY),
            ("MINTKEY_SIGN_IN_FAILURES", MANY),
            ("MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS", MANY),
        ])
        .await;
        let admin = server.admin().await;
        for (email, role) in [(MEMBER, "member"), (AUDITOR, "auditor"), (LEFT, "member"), (TARGET, "member")] {
            server.add_person(email, role).await;
        }
        let mut people = Vec::new();
        for email in [MEMBER, AUDITOR, LEFT] {
            let access = server.access_token(email, PASSWORD).await;
            // Auditors can't create tokens, so they use the access token.
            people.push(if email == AUDITOR {
                CreatedToken::new(json!({"api_key": access}))
            } else {
                server.create_token(&access, json!({"label": "everything", "scopes": ["*"]})).await
            });
        }
        let mut service_account_tokens = Vec::new();
        for role in ["admin", "member", "auditor"] {
            let body = json!({"name": format!("{role} service account"), "role": role});
            let path = "/api/v1/service-accounts";
            let account = send(server.post(path).bearer_auth(&admin.key).json(&body)).await.expect(201);
            let body = json!({"label": role, "scopes": ["*"], "owner_id": account["id"]});
            service_account_tokens.push(server.create_token(&admin.key, body).await);
        }
        let members = send(server.get("/api/v1/members").bearer_auth(&admin.key)).await.expect(200);
        let id = |email: &str| {
            let member = members["data"].as_array().unwrap().iter().find(|member| member["email"] == email).unwrap();
            member["id"].as_str().unwrap().to_owned()
        };
        let path = format!("/api/v1/members/{}/deactivate", id(LEFT));
        send(server.post(&path).bearer_auth(&admin.key)).await.expect(200);
        // The other organization's first administrator is only invited, so that every user here is in one organization.
        let arguments =
            ["organization", "create", "Second", "--admin", "first@example.org", "--public-url", &server.url];
        let (code, out, error) = server.admin_command(&arguments).await;
        assert_eq!(code, 0, "{error}");
        let second = out.lines().next().unwrap();
        server.add_person_with(&[OTHER_TENANT, "--role", "admin", "--organization", second]).await;
        let access = server.access_token(OTHER_TENANT, PASSWORD).await;
        let other_tenant = server.create_token(&access, json!({"label": "other tenant", "scopes": ["*"]})).await;

        let organization = admin.json["organization_id"].as_str().unwrap().to_owned();
        let (member, person) = (id(MEMBER), id(TARGET));
        let [mia, una, lou] = people.try_into().unwrap();
        let [robot, worker, reader] = service_account_tokens.try_into().unwrap();
        let callers = vec![
            ("admin", Some(admin)),
            ("member", Some(mia)),
            ("auditor", Some(una)),
            ("admin service account", Some(robot)),
            ("member service account", Some(worker)),
            ("auditor service account", Some(reader)),
            ("deactivated", Some(lou)),
            ("nobody", None),
            ("other tenant", Some(other_tenant)),
        ];
        Self { server, organization, callers, member, person, count: 0.into() }
    }

    pub(super) fn key(&self, name: &str) -> &str {
        let (_, created) = self.callers.iter().find(|(known, _)| *known == name).unwrap();
        &created.as_ref().unwrap().key
    }

    /// Creates a target for one call; returns its ID.
    pub(super) async fn target(&self, target: Target) -> String {
        let name = self.unique();
        let made = match target {
            Target::Nothing => return String::new(),
            Target::Person => {
                let path = format!("/api/v1/members/{}/activate", self.person);
                self.post(&path, "admin", &json!({})).await
            }
            Target::Token => {
                let body = json!({"label": name, "scopes": ["mintkey:tokens.read"]});
                self.post("/api/v1/tokens", "member", &body).await
            }
            Target::Machine => self.post("/api/v1/service-accounts", "admin", &json!({"name": name})).await,
            Target::Scope => self.post("/api/v1/scopes", "admin", &json!({"name": name})).await,
            Target::Invitation => {
                let body = json!({"email": format!("{name}@example.com")});
                self.post("/api/v1/members/invitations", "admin", &body).await
            }
            Target::Organization => {
                let published = send(self.server.get(&format!("/pki/{}/ca.pem", self.organization))).await;
                if published.status == 404 {
                    let body = json!({"certificates": AUTHORITY_PEM, "private_key": AUTHORITY_PRIVATE});
                    self.post("/api/v1/certificate-authorities", "admin", &body).await;
                }
                return self.organization.clone();
            }
            Target::Cluster => {
                let body = json!({"name": name, "server": "https://a", "ca_pem": AUTHORITY_PEM});
                self.post("/api/v1/clusters", "admin", &body).await
            }
            Target::Event => {
                let request = self.server.get("/api/v1/audit?limit=1").bearer_auth(self.key("admin"));
                send(request).await.expect(200)["data"][0].clone()
            }
        };
        made["id"].as_str().unwrap().to_owned()
    }

    /// A new unique name.
    pub(super) fn unique(&self) -> String {
        self.count.set(self.count.get() + 1);
        self.latest()
    }

    /// The latest unique name.
    pub(super) fn latest(&self) -> String {
        format!("walk-{}", self.count.get())
    }

    async fn post(&self, path: &str, by: &str, body: &Value) -> Value {
        let mut request = self.server.post(path).bearer_auth(self.key(by));
        if body != &json!({}) {
            request = request.json(body);
        }
        let reply = send(request).await;
        assert!(matches!(reply.status, 200 | 201), "{path}: {}", reply.text);
        reply.json
    }
}
