//! The scenarios, in the order of execution.

mod tls;

use std::{env, path::Path, process::Command, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    Outcome, baseline,
    child::{Running, free_address},
    insert::Inserts,
    load::{self, Bodies, Connections, Load, Measured, Target},
    pseudorandom::pseudorandom,
    report::{Sample, Series, median, print_head},
    sign,
};

const ME: &str = "/api/v1/me";
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "only for a database that is thrown away";
/// Number of connections that create tokens.
const WRITERS: usize = 64;
/// Number of connections that read.
const READERS: usize = 32;
/// Number of tokens to exchange for access tokens.
const ACCESS_TOKENS: usize = 1_000;

/// The extent of the measurement.
pub(crate) struct Config {
    tokens: usize,
    rounds: usize,
    time: Duration,
}

impl Config {
    /// The full measurement, or a quick one.
    pub(crate) fn new(quick: bool) -> Self {
        if quick {
            Self { tokens: 6_000, rounds: 3, time: Duration::from_secs(1) }
        } else {
            Self { tokens: 100_000, rounds: 5, time: Duration::from_secs(4) }
        }
    }

    /// A load with this number of clients for one run. The count is only an upper bound.
    fn load(&self, clients: usize) -> Load {
        Load { clients, connections: Connections::Kept, time: self.time, count: 10_000_000 }
    }
}

type Request = Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>;

/// Starts both servers, prepares the tokens, measures and prints.
pub(crate) async fn run(server: &Path, config: &Config) -> Outcome {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let address = free_address()?;
    let mintkey = Running::start(
        Command::new(server)
            .args(["serve", "--listen", &address.to_string(), "--database-url", "sqlite:mintkey.db"])
            .envs([("MINTKEY_ADMIN_EMAIL", EMAIL), ("MINTKEY_ADMIN_PASSWORD", PASSWORD)])
            .current_dir(folder.path()),
        address,
    )?;
    let address = free_address()?;
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let baseline = Running::start(Command::new(this).args(["baseline", &address.to_string()]), address)?;

    let tokens = create(&mintkey, folder.path(), config).await?;
    let access = exchange(&mintkey.target, &tokens).await?;
    check(&mintkey, &baseline, config, &tokens, &access).await?;
    oauth(&mintkey, &baseline, config, &tokens, &access).await?;
    // Only one server at a time has the database.
    drop((mintkey, baseline));
    tls::run(server, folder.path(), config, &tokens).await
}

/// Creates the tokens, in rounds that alternate with plain inserts.
async fn create(mintkey: &Running, folder: &Path, config: &Config) -> Outcome<Vec<Value>> {
    let login = json!({"username": EMAIL, "password": PASSWORD});
    let admin = post_all(&mintkey.target, 1, 1, Arc::new(move |_| post("/api/v1/login", "", &login))).await?;
    let bearer = admin.first().and_then(|answer| text(answer, "access_token")).ok_or("no access token")?;
    let authorization = format!("Authorization: Bearer {bearer}\r\n");
    let request: Request = Arc::new(move |n| {
        let body = json!({"label": format!("Device {n}"), "scopes": ["mintkey:tokens.read"]});
        post("/api/v1/tokens", &authorization, &body)
    });

    let mut inserts = Inserts::open(folder).await?;
    let (mut rates, mut tokens, mut series) = (Vec::new(), Vec::new(), Series::new("create, 64 connections"));
    for _ in 0..config.rounds {
        rates.push(inserts.rate(config.time).await?);
        let count = config.tokens.div_ceil(config.rounds);
        let load = Load { clients: WRITERS, connections: Connections::Kept, time: Duration::from_mins(5), count };
        let (measured, sample) = measure(mintkey, &load, Bodies::Keep, &request).await?;
        series.samples.push(sample);
        tokens.extend(parse(&measured.bodies)?);
    }
    println!("{} tokens created, from {WRITERS} connections:", tokens.len());
    print_head();
    series.print(&series);
    let ratios = series.samples.iter().zip(&rates).map(|(sample, rate)| sample.rate / rate);
    println!(
        "{:28} {:>26.0}\nratio of create to insert    {:>26.2}\n",
        "grouped one-row insert",
        median(rates.iter().copied()),
        median(ratios)
    );
    Ok(tokens)
}

/// Exchanges some of the tokens for access tokens.
async fn exchange(target: &Target, tokens: &[Value]) -> Outcome<Vec<String>> {
    let logins: Vec<_> = tokens
        .iter()
        .step_by((tokens.len() / ACCESS_TOKENS).max(1))
        .map(|token| json!({"client_id": token["client_id"], "client_secret": token["client_secret"]}))
        .collect();
    let count = logins.len();
    let answers = post_all(target, READERS, count, Arc::new(move |n| post("/api/v1/login", "", &logins[n]))).await?;
    answers.iter().map(|answer| text(answer, "access_token").ok_or_else(|| "no access token".into())).collect()
}

/// Measures reads, in the same order in each round.
async fn check(mintkey: &Running, baseline: &Running, config: &Config, tokens: &[Value], access: &[String]) -> Outcome {
    let keys: Vec<_> = tokens.iter().filter_map(|token| text(token, "api_key")).collect();
    let (small, same) = (get(baseline::SMALL, &keys), get(baseline::SAME, &keys));
    let (by_key, by_access) = (get(ME, &keys), get(ME, access));
    let mut runs = [
        (baseline, &small, Series::new("bare axum")),
        (baseline, &same, Series::new("bare axum, the same answer")),
        (mintkey, &by_key, Series::new("GET /me by API key")),
        (mintkey, &by_access, Series::new("GET /me by access token")),
    ];
    let load = config.load(READERS);
    // The first round warms up and isn't counted.
    for round in 0..=config.rounds {
        for (server, request, series) in &mut runs {
            let (_, sample) = measure(server, &load, Bodies::Drop, request).await?;
            if round > 0 {
                series.samples.push(sample);
            }
        }
    }
    println!("{READERS} connections, {} tokens at random, median of {} runs:", keys.len(), config.rounds);
    print_head();
    for (_, _, series) in &runs {
        series.print(&runs[0].2);
    }
    println!("\nagainst the bare answer of the same size:");
    for (_, _, series) in &runs[2..] {
        series.print(&runs[1].2);
    }
    Ok(())
}

/// Issues and introspects access tokens; each round also measures bare axum and the signature.
async fn oauth(mintkey: &Running, baseline: &Running, config: &Config, tokens: &[Value], access: &[String]) -> Outcome {
    let keys: Vec<_> = tokens.iter().filter_map(|token| text(token, "api_key")).take(ACCESS_TOKENS).collect();
    let grants = tokens.iter().take(ACCESS_TOKENS).filter_map(|token| {
        let pair = format!("{}:{}", text(token, "client_id")?, text(token, "client_secret")?);
        Some(form("/oauth/token", &format!("Basic {}", STANDARD.encode(pair)), "grant_type=client_credentials"))
    });
    // Introspecting tokens of the same owner needs no scope.
    let asks = access
        .iter()
        .zip(&keys)
        .map(|(token, key)| form("/oauth/introspect", &format!("Bearer {key}"), &format!("token={token}")));
    let (grants, asks) = (one_of(grants.collect()), one_of(asks.collect()));
    let get = get(baseline::SMALL, &keys);
    let mut runs = [
        (baseline, &get, Series::new("bare axum")),
        (mintkey, &grants, Series::new("POST /oauth/token")),
        (mintkey, &asks, Series::new("POST /oauth/introspect")),
    ];
    let load = config.load(READERS);
    let mut signatures = Vec::new();
    for round in 0..=config.rounds {
        for (server, request, series) in &mut runs {
            let (_, sample) = measure(server, &load, Bodies::Drop, request).await?;
            if round > 0 {
                series.samples.push(sample);
            }
        }
        let rate = sign::rate(config.time / 2)?;
        if round > 0 {
            signatures.push(rate);
        }
    }
    println!("\n{READERS} connections, {} tokens at random, median of {} runs:", keys.len(), config.rounds);
    print_head();
    for (_, _, series) in &runs {
        series.print(&runs[0].2);
    }
    println!("{:28} {:>26.0}", "signature alone, all cores", median(signatures.iter().copied()));
    for (_, _, series) in &runs[1..] {
        let bases = runs[0].2.samples.iter().zip(&signatures);
        let ratios =
            series.samples.iter().zip(bases).map(|(own, (baseline, sign))| own.rate / baseline.rate.min(*sign));
        println!("{:28} {:>26.2} of the slower of the two", series.name, median(ratios));
    }
    // Both costs share one machine, so the baseline of issuing is the sum of both CPU times.
    let least = runs[0].2.samples.iter().zip(&signatures).map(|(baseline, sign)| baseline.cpu + sign::cpu(*sign));
    let ratios = runs[1].2.samples.iter().zip(least).map(|(own, least)| own.cpu / least);
    println!("{:28} {:>26.2} times the CPU of bare axum and the signature", runs[1].2.name, median(ratios));
    Ok(())
}

async fn measure(server: &Running, load: &Load, bodies: Bodies, request: &Request) -> Outcome<(Measured, Sample)> {
    measure_as(server, &server.target, load, bodies, request).await
}

/// Measures by way of another target of the server, such as one with a client certificate.
async fn measure_as(
    server: &Running,
    target: &Target,
    load: &Load,
    bodies: Bodies,
    request: &Request,
) -> Outcome<(Measured, Sample)> {
    let before = server.cpu()?;
    let measured = load::run(target, load, bodies, Arc::clone(request)).await?;
    let sample = Sample::new(&measured, server.cpu()?.saturating_sub(before));
    Ok((measured, sample))
}

async fn post_all(target: &Target, clients: usize, count: usize, request: Request) -> Outcome<Vec<Value>> {
    let load = Load { clients, connections: Connections::Kept, time: Duration::from_mins(1), count };
    parse(&load::run(target, &load, Bodies::Keep, request).await?.bodies)
}

/// Requests with one of these credentials each, chosen at random.
fn get(path: &str, credentials: &[String]) -> Request {
    let requests: Vec<_> = credentials
        .iter()
        .map(|credential| {
            let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n");
            format!("{head}Authorization: Bearer {credential}\r\n\r\n").into_bytes()
        })
        .collect();
    one_of(requests)
}

/// Chooses one of these requests at random.
fn one_of(requests: Vec<Vec<u8>>) -> Request {
    Arc::new(move |n| {
        let random = usize::try_from(pseudorandom(n as u64) >> 1).unwrap_or(n);
        requests[random % requests.len()].clone()
    })
}

fn form(path: &str, authorization: &str, body: &str) -> Vec<u8> {
    let head = format!("Host: localhost\r\nAuthorization: {authorization}\r\nContent-Length: {}\r\n", body.len());
    format!("POST {path} HTTP/1.1\r\n{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}").into_bytes()
}

fn post(path: &str, headers: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let head = "Host: localhost\r\nContent-Type: application/json\r\n";
    format!("POST {path} HTTP/1.1\r\n{head}{headers}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn parse(bodies: &[String]) -> Outcome<Vec<Value>> {
    let parsed: Result<_, _> = bodies.iter().map(|body| serde_json::from_str(body)).collect();
    parsed.map_err(|error| format!("an answer isn't JSON: {error}"))
}

fn text(value: &Value, field: &str) -> Option<String> {
    value[field].as_str().map(str::to_owned)
}
