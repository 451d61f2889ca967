//! `mintkey curl`: any request, with the credential.

use std::io::{Write as _, stdout};

use clap::Args;
use mintkey_client::RawRequest;

use super::{connection::Connection, global::GlobalOptions, input, terminal::note};
use crate::{Failure, output};

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  mintkey curl /api/v1/me\n  \
                        mintkey curl /api/v1/scopes -d '{\"name\": \"plants.read\"}'")]
pub(crate) struct Curl {
    /// The path, with its query: `/api/v1/me`
    path: String,
    /// The method [default: POST with a body, else GET]
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    method: Option<String>,
    /// The body, as JSON; `@FILE` reads it from a file, `@-` from standard input
    #[arg(short, long, value_name = "DATA")]
    data: Option<String>,
    /// A header; may be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// Print the status and the headers too
    #[arg(short, long)]
    include: bool,
}

impl Curl {
    /// Sends the request and prints the body. A status of 400 or above is a failure.
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options).await?;
        let path = self.path.strip_prefix(connection.client.origin()).unwrap_or(&self.path);
        if !path.starts_with('/') || path.starts_with("//") {
            return Err(Failure::Usage(format!(
                "expected a path such as /api/v1/me: the credential is sent to {} only",
                connection.client.origin()
            )));
        }
        let body = match self.data.as_deref().map(|data| data.strip_prefix('@').ok_or(data)) {
            None => None,
            Some(Ok(file)) => Some(input::read(file.as_ref())?),
            Some(Err(data)) => Some(data.to_owned()),
        };
        let method = self.method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
        let mut request = RawRequest::new(&method, path);
        if let Some(body) = body {
            request = request.body(body);
        }
        for header in &self.headers {
            let (name, value) =
                header.split_once(':').ok_or_else(|| Failure::Usage("--header: expected NAME: VALUE".to_owned()))?;
            request = request.header(name.trim(), value.trim());
        }
        let answer = connection.client.send_raw(request).await?;
        let mut out = Vec::new();
        if self.include {
            out.extend_from_slice(format!("HTTP {}\n", answer.status).as_bytes());
            for (name, value) in &answer.headers {
                out.extend_from_slice(format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())).as_bytes());
            }
            out.push(b'\n');
        }
        out.extend_from_slice(&answer.body);
        if !out.is_empty() && !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        let mut stdout = stdout().lock();
        output::ignore_broken_pipe(output::written(stdout.write_all(&out).and_then(|()| stdout.flush())))?;
        if answer.status >= 400 {
            return Err(Failure::Refused(format!("the server answered {}", answer.status)));
        }
        if answer.status >= 300 {
            note(format_args!("The server answered {}.", answer.status));
        }
        Ok(())
    }
}
