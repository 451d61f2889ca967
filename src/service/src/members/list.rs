//! Members as callers see them.

use mintkey_domain::{UserId, own, wire};
use mintkey_store::Member;

use crate::{Actor, Error, Result, Service};

impl Service {
    /// All members, deactivated ones too, by address.
    pub async fn members(&self, actor: &Actor) -> Result<Vec<wire::Member>> {
        actor.require(own::MEMBERS_READ)?;
        Ok(self.store.members(actor.organization).await?.into_iter().map(view).collect())
    }

    /// One member.
    pub async fn member(&self, actor: &Actor, id: UserId) -> Result<wire::Member> {
        actor.require(own::MEMBERS_READ)?;
        self.store.member(actor.organization, id).await?.map(view).ok_or_else(Error::not_found)
    }
}

pub(super) fn view(member: Member) -> wire::Member {
    let Member { membership, email } = member;
    wire::Member {
        id: membership.user_id,
        email: email.to_string(),
        role: membership.role,
        status: membership.status,
        created_at: membership.created_at,
        updated_at: membership.updated_at,
    }
}
