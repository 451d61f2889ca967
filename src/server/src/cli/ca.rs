//! `mintkey ca`: the authorities that issue the organization's client certificates.

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand};
use mintkey_client::{NewCertificateAuthority, Pki, SecretText, wire::CertificateAuthority};

use super::{
    connection::Connection,
    global::GlobalOptions,
    input,
    paging::Paging,
    print::{self, Listing, time},
    terminal::note,
};
use crate::{Failure, output};

#[derive(Subcommand, Debug)]
pub(crate) enum CaCommand {
    /// List the certificate authorities, the newest first: that one issues
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// Bring an authority of your own hierarchy, which issues from then on
    Import {
        /// Its certificate in PEM, and after it those above it
        #[arg(long, value_name = "FILE")]
        certificates: PathBuf,
        /// Its private key in PEM, not encrypted; `-` is standard input
        #[arg(long, value_name = "FILE")]
        private_key: PathBuf,
    },
    /// Print the certificates of all authorities, for whoever checks client certificates
    Certificates(Download),
    /// Print the revocation lists of all authorities
    Crl {
        /// The list of the authority that issues, in DER
        #[arg(long, requires = "output")]
        der: bool,
        #[command(flatten)]
        download: Download,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Download {
    /// Write it to this file, which is replaced, instead of to standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const LISTING: Listing<CertificateAuthority> = Listing {
    plural: "certificate authorities",
    columns: &[
        ("SUBJECT", |authority| authority.subject.clone()),
        ("BROUGHT", |authority| if authority.brought { "yes".to_owned() } else { String::new() }),
        ("EXPIRES", |authority| time(Some(authority.expires_at))),
        ("SHA-256", |authority| authority.fingerprint_sha256.clone()),
        ("ID", |authority| authority.id.to_string()),
    ],
    name: |authority| authority.id.to_string(),
};

pub(crate) async fn run(command: CaCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let authorities = connection.client.certificate_authorities();
    match command {
        CaCommand::List { paging } => {
            let list = async |page| authorities.list(&page).await;
            let page = paging.fetch(|| authorities.all(), list).await?;
            print::list(options.format, &page, &LISTING)
        }
        CaCommand::Import { certificates, private_key } => {
            let new = NewCertificateAuthority {
                certificates: input::read(&certificates)?,
                private_key: SecretText::new(input::read(&private_key)?),
            };
            show(options, &authorities.create(&new).await?)
        }
        CaCommand::Certificates(download) => save(&connection, Pki::Certificates, &download).await,
        CaCommand::Crl { der: true, download } => save(&connection, Pki::RevocationList, &download).await,
        CaCommand::Crl { der: false, download } => save(&connection, Pki::RevocationLists, &download).await,
    }
}

fn show(options: &GlobalOptions, authority: &CertificateAuthority) -> Result<(), Failure> {
    print::object(options.format, authority, &authority.id.to_string(), || {
        vec![
            ("ID", authority.id.to_string()),
            ("Subject", authority.subject.clone()),
            ("SHA-256", authority.fingerprint_sha256.clone()),
            ("Brought", if authority.brought { "yes" } else { "no" }.to_owned()),
            ("Expires", time(Some(authority.expires_at))),
            ("Created", time(Some(authority.created_at))),
        ]
    })
}

async fn save(connection: &Connection, what: Pki, download: &Download) -> Result<(), Failure> {
    let organization = connection.client.me().await?.organization_id;
    let published = connection.client.certificate_authorities().published(organization, what).await?;
    match &download.output {
        Some(path) => {
            fs::write(path, published).map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))?;
            note(format_args!("Written to {}.", path.display()));
            Ok(())
        }
        None => output::text(&String::from_utf8_lossy(&published)),
    }
}
