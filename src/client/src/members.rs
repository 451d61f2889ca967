//! Members and invitations: `/api/v1/members`.

use futures_util::Stream;
use mintkey_domain::{
    OneTimeCodeId, Role, UserId,
    wire::{HandOver, Invitation, IssuedInvitation, ListPage, Member, PasswordResetLink},
};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::{Client, Page, Result, Search, transport::Request};

const PATH: &str = "/api/v1/members";
const INVITATIONS: &str = "/api/v1/members/invitations";

/// Requests about members and invitations.
#[derive(Clone, Copy)]
pub struct Members<'a>(&'a Client);

impl Client {
    /// Requests about members and invitations.
    pub fn members(&self) -> Members<'_> {
        Members(self)
    }
}

impl<'a> Members<'a> {
    /// One page of members, by address.
    pub async fn list(self, search: &Search, page: &Page) -> Result<ListPage<Member>> {
        self.0.list(PATH, search, page).await
    }

    /// All members that match.
    pub fn all(self, search: Search) -> impl Stream<Item = Result<Member>> + 'a {
        self.0.stream(PATH.to_owned(), search)
    }

    /// One member.
    pub async fn get(self, id: UserId) -> Result<Member> {
        self.0.send(Request::new(Method::GET, format!("{PATH}/{id}"))).await
    }

    /// Changes a member's role.
    pub async fn set_role(self, id: UserId, role: Role) -> Result<Member> {
        self.0.send(Request::new(Method::PATCH, format!("{PATH}/{id}")).json(&json!({"role": role}))).await
    }

    /// Stops all credentials of a member in this organization.
    pub async fn deactivate(self, id: UserId) -> Result<Member> {
        self.0.send(Request::new(Method::POST, format!("{PATH}/{id}/deactivate"))).await
    }

    /// Lets a deactivated member's tokens work again.
    pub async fn activate(self, id: UserId) -> Result<Member> {
        self.0.send(Request::new(Method::POST, format!("{PATH}/{id}/activate"))).await
    }

    /// Creates a link with which the member chooses a new password.
    pub async fn create_password_reset(self, id: UserId) -> Result<PasswordResetLink> {
        self.0.send(Request::new(Method::POST, format!("{PATH}/{id}/password-reset"))).await
    }

    /// Hands a member's tokens and service accounts over to another user or service account.
    pub async fn hand_over(self, id: UserId, to: Uuid) -> Result<HandOver> {
        self.0.send(Request::new(Method::POST, format!("{PATH}/{id}/hand-over")).json(&json!({"to_id": to}))).await
    }

    /// One page of pending invitations.
    pub async fn invitations(self, page: &Page) -> Result<ListPage<Invitation>> {
        self.0.list(INVITATIONS, &(), page).await
    }

    /// All pending invitations.
    pub fn all_invitations(self) -> impl Stream<Item = Result<Invitation>> + 'a {
        self.0.stream(INVITATIONS.to_owned(), ())
    }

    /// Invites a person. The answer has the link, which is shown only once.
    pub async fn invite(self, email: &str, role: Role) -> Result<IssuedInvitation> {
        self.0.send(Request::new(Method::POST, INVITATIONS).json(&json!({"email": email, "role": role}))).await
    }

    /// Withdraws an invitation.
    pub async fn withdraw_invitation(self, id: OneTimeCodeId) -> Result<()> {
        self.0.send_for_nothing(Request::new(Method::DELETE, format!("{INVITATIONS}/{id}"))).await
    }
}
