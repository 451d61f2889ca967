//! Queries of members.

use mintkey_domain::{EmailLookup, FieldErrors, SearchText, UserId, scopes, wire};
use mintkey_store::Member;

use crate::{Actor, Error, Result, Service};

impl Service {
    /// All members by address, including deactivated ones.
    pub async fn members(&self, actor: &Actor) -> Result<Vec<wire::Member>> {
        actor.require(scopes::MEMBERS_READ)?;
        Ok(self.store.members(actor.organization).await?.into_iter().map(view).collect())
    }

    /// The members whose address contains the words of a search, or with that ID, and the total number of members.
    pub async fn search_members(&self, actor: &Actor, q: Option<&str>) -> Result<(Vec<wire::Member>, usize)> {
        let mut errors = FieldErrors::new();
        let search = SearchText::parse_query(q, &mut errors);
        errors.into_result()?;
        let mut members = self.members(actor).await?;
        let total = members.len();
        if let Some(search) = search {
            let typed = EmailLookup::new(q.unwrap_or_default());
            members.retain(|member| {
                let address = EmailLookup::new(&member.email);
                search.is_in(&[&member.email, address.normalized()])
                    || address.normalized() == typed.normalized()
                    || search.id() == Some(member.id.uuid())
            });
        }
        Ok((members, total))
    }

    /// The member with this ID.
    pub async fn member(&self, actor: &Actor, id: UserId) -> Result<wire::Member> {
        actor.require(scopes::MEMBERS_READ)?;
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
