//! `mintkey member`: people and invitations.

use clap::Subcommand;
use mintkey_client::{
    OneTimeCodeId, Role, Search,
    wire::{Invitation, Member},
};

use super::{
    connection::Connection,
    global::{Format, GlobalOptions},
    paging::Paging,
    print::{self, Listing, end, time},
    terminal::note,
    values,
};
use crate::{Failure, output};

#[derive(Subcommand, Debug)]
pub(crate) enum MemberCommand {
    /// List members
    List {
        /// Words of the address; or the ID
        #[arg(value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a member
    Get {
        /// Their address or ID
        member: String,
    },
    /// Change a member's role
    Role {
        /// Their address or ID
        member: String,
        /// The role
        #[arg(value_parser = values::one_of::<Role>(Role::NAMES.iter().copied()))]
        role: Role,
    },
    /// Stop all credentials of a member in this organization
    Deactivate {
        /// Their address or ID
        member: String,
    },
    /// Let a deactivated member's tokens work again
    Activate {
        /// Their address or ID
        member: String,
    },
    /// Print a link that sets a new password, once, within 24 hours
    ResetLink {
        /// Their address or ID
        member: String,
    },
    /// Hand a member's tokens and service accounts over. The tokens' secrets stop working.
    HandOver {
        /// Their address or ID
        member: String,
        /// The new owner: a service account's name, a member's address, or an ID
        to: String,
    },
    /// Invite a person; prints the link, which works once, within 7 days
    Invite {
        /// Their e-mail address
        email: String,
        /// Their role
        #[arg(long, value_name = "ROLE", default_value = "member", value_parser = values::one_of::<Role>(Role::NAMES.iter().copied()))]
        role: Role,
    },
    /// List pending invitations
    Invitations {
        #[command(flatten)]
        paging: Paging,
    },
    /// Withdraw an invitation
    WithdrawInvitation {
        /// The invitation's ID
        #[arg(value_parser = values::id::<OneTimeCodeId>)]
        id: OneTimeCodeId,
    },
}

const MEMBERS: Listing<Member> = Listing {
    plural: "members",
    columns: &[
        ("EMAIL", |member| member.email.clone()),
        ("ROLE", |member| member.role.to_string()),
        ("STATUS", |member| member.status.to_string()),
        ("JOINED", |member| time(Some(member.created_at))),
        ("ID", |member| member.id.to_string()),
    ],
    name: |member| member.email.clone(),
};

const INVITATIONS: Listing<Invitation> = Listing {
    plural: "invitations",
    columns: &[
        ("EMAIL", |invitation| invitation.email.clone()),
        ("ROLE", |invitation| invitation.role.to_string()),
        ("EXPIRES", |invitation| end(Some(invitation.expires_at))),
        ("ID", |invitation| invitation.id.to_string()),
    ],
    name: |invitation| invitation.id.to_string(),
};

pub(crate) async fn run(command: MemberCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let client = &connection.client;
    let members = client.members();
    match command {
        MemberCommand::List { search, paging } => {
            let search = Search { q: search };
            let list = async |page| members.list(&search, &page).await;
            let page = paging.fetch(|| members.all(search.clone()), list).await?;
            print::list(options.format, &page, &MEMBERS)
        }
        MemberCommand::Get { member } => show(options, &values::member(client, &member).await?),
        MemberCommand::Role { member, role } => {
            let id = values::member(client, &member).await?.id;
            show(options, &members.set_role(id, role).await?)
        }
        MemberCommand::Deactivate { member } => {
            let id = values::member(client, &member).await?.id;
            show(options, &members.deactivate(id).await?)
        }
        MemberCommand::Activate { member } => {
            let id = values::member(client, &member).await?.id;
            show(options, &members.activate(id).await?)
        }
        MemberCommand::ResetLink { member } => {
            let id = values::member(client, &member).await?.id;
            let link = members.create_password_reset(id).await?;
            match options.format {
                Format::Json | Format::Yaml => output::text(&print::text(options.format, &link)?),
                Format::Table | Format::Name => output::line(format_args!("{}", link.url.expose())),
            }
        }
        MemberCommand::HandOver { member, to } => {
            let member = values::member(client, &member).await?;
            let to = values::owner_id(client, &to).await?;
            let handed_over = members.hand_over(member.id, to).await?;
            print::object(options.format, &handed_over, &member.email, || {
                vec![
                    ("Tokens", handed_over.tokens.to_string()),
                    ("Service accounts", handed_over.service_accounts.to_string()),
                ]
            })
        }
        MemberCommand::Invite { email, role } => {
            let invitation = members.invite(&email, role).await?;
            match options.format {
                Format::Json | Format::Yaml => output::text(&print::text(options.format, &invitation)?),
                Format::Table | Format::Name => {
                    note(format_args!("Give {email} this link; it works once, within 7 days:"));
                    output::line(format_args!("{}", invitation.url.expose()))
                }
            }
        }
        MemberCommand::Invitations { paging } => {
            let list = async |page| members.invitations(&page).await;
            let page = paging.fetch(|| members.all_invitations(), list).await?;
            print::list(options.format, &page, &INVITATIONS)
        }
        MemberCommand::WithdrawInvitation { id } => {
            members.withdraw_invitation(id).await?;
            note(format_args!("The invitation was withdrawn."));
            Ok(())
        }
    }
}

fn show(options: &GlobalOptions, member: &Member) -> Result<(), Failure> {
    print::object(options.format, member, &member.email, || {
        vec![
            ("Email", member.email.clone()),
            ("Role", member.role.to_string()),
            ("Status", member.status.to_string()),
            ("Joined", time(Some(member.created_at))),
            ("ID", member.id.to_string()),
        ]
    })
}
