//! Effects of browsers, mail clients and proxies: foreign cookies, dropped cookies, plain http, rewritten hosts.

use reqwest::{RequestBuilder, header};

use super::{
    reply::Reply,
    server::{EMAIL, PASSWORD, Server, send},
};

pub(super) const HTTPS: &str = "https://mintkey.example.com";

/// A server with an https public URL that is reached directly over http.
pub(super) async fn behind_https() -> Server {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let mut server = Server::start_with(&[("MINTKEY_LISTEN", &*listen), ("MINTKEY_PUBLIC_URL", HTTPS)]).await;
    server.url = format!("http://{listen}");
    server
}

fn cookies(reply: &Reply) -> Vec<String> {
    reply.headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap().to_owned()).collect()
}

fn page_form(server: &Server) -> RequestBuilder {
    let form = [("email", EMAIL), ("password", PASSWORD), ("page", "1")];
    server.post("/login").header(header::ORIGIN, &server.url).form(&form)
}

fn log(server: &Server) -> String {
    String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned()
}

#[tokio::test]
async fn a_session_is_read_among_cookies_of_others_and_theirs_are_left_alone() {
    let server = Server::start().await;
    let own = server.cookie().await;
    let port = server.url.rsplit(':').next().unwrap();
    assert!(own.starts_with(&format!("mintkey_session_{port}=")), "{own}");
    for line in [
        format!("name=Jürgen; {own}"),
        format!("{own}; a=\"x=y\"; =; b"),
        format!("flash=theirs; mintkey_session=AAAAAAAAAAAAAAAAAAAAAA; {own}"),
    ] {
        for path in ["/settings/profile", "/api/v1/me"] {
            let line = header::HeaderValue::from_bytes(line.as_bytes()).unwrap();
            let reply = send(server.get(path).header(header::COOKIE, line)).await;
            let mut set = cookies(&reply);
            set.retain(|line| !line.starts_with("mintkey_person_"));
            assert_eq!((reply.status, set), (200, Vec::new()), "{path}");
            assert!(!reply.text.contains("theirs"));
        }
    }
    let unknown = own.split_once('=').unwrap().0;
    for line in ["=AAAAAAAAAAAAAAAAAAAAAA", "=no session of ours", "_1=AAAAAAAAAAAAAAAAAAAAAA"] {
        let request = server.get("/settings/profile").header(header::COOKIE, format!("{unknown}{line}; flash=theirs"));
        let reply = send(request).await;
        assert_eq!((reply.status, cookies(&reply)), (303, Vec::new()), "{line}: what isn't known is left alone");
    }
    let left = server.post("/logout").form(&[("", "")]).header(header::ORIGIN, &server.url);
    let left = send(left.header(header::COOKIE, &own)).await;
    assert!(cookies(&left).iter().any(|line| line.starts_with(&format!("{unknown}=;"))), "{:?}", cookies(&left));
}

#[tokio::test]
async fn a_browser_that_refuses_cookies_is_told_so_after_its_form() {
    let server = Server::start().await;
    let page = send(server.get("/login")).await;
    let visitor = cookies(&page).iter().find_map(|line| line.split(';').next().map(str::to_owned)).unwrap();
    assert!(page.text.contains("name=\"page\""), "{}", page.text);
    let refused = send(page_form(&server)).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("Allow cookies for 127.0.0.1:"), "{}", refused.text);
    assert!(refused.session_cookie().is_none());
    let taken = send(page_form(&server).header(header::COOKIE, &visitor)).await;
    assert_eq!(taken.status, 303);
    assert!(taken.session_cookie().is_some());
    for path in ["/setup", "/invite", "/reset"] {
        let reply = send(server.get(path)).await;
        assert_eq!(reply.status, 404);
        assert!(reply.text.contains("Open your link again") && reply.text.contains("refuses cookies"), "{path}");
        let wrong = send(server.get(&format!("{path}?code=0aZ9"))).await;
        let code = cookies(&wrong)[0].split(';').next().unwrap().to_owned();
        let reply = send(server.get(path).header(header::COOKIE, code)).await;
        assert!(reply.text.contains("is not valid"), "{path}");
    }
}

#[tokio::test]
async fn a_page_that_was_opened_over_plain_http_says_where_to_go() {
    let server = behind_https().await;
    for path in ["/login", "/setup", "/invite", "/reset", "/login?next=/settings/audit"] {
        let reply = send(server.get(path)).await;
        assert!(reply.text.contains("You opened this page over http"), "{path}");
        assert!(reply.text.contains(&format!("href=\"{HTTPS}{path}\"")), "{path}: {}", reply.text);
        for (name, value) in [("x-forwarded-proto", "https"), ("sec-fetch-site", "none"), ("forwarded", "proto=https")]
        {
            let reply = send(server.get(path).header(name, value)).await;
            assert!(!reply.text.contains("over http"), "{path} {name}");
        }
    }
    let refused = send(page_form(&server)).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains(&format!("Open {HTTPS} instead")), "{}", refused.text);
    // A client that manages its cookies itself can sign in.
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let reply = send(server.post("/login").header(header::ORIGIN, HTTPS).form(&form)).await;
    assert_eq!(reply.status, 303);
    assert!(cookies(&reply).iter().any(|line| line.starts_with("__Host-mintkey=") && line.contains("Secure")));
}

#[tokio::test]
async fn a_form_that_is_refused_as_another_sites_says_what_was_seen_and_expected() {
    let server = Server::start_with(&[("RUST_LOG", "warn")]).await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    for origin in ["https://evil.example", "null", "https://<b>.example"] {
        let reply = send(server.post("/login").header(header::ORIGIN, origin).form(&form)).await;
        assert_eq!(reply.status, 403);
        let escaped = origin.replace('<', "&lt;").replace('>', "&gt;");
        assert!(reply.text.contains(&format!("Origin: {escaped} to Host: {}", server.address())), "{}", reply.text);
        assert!(reply.text.contains(&format!("expected was Origin: {}", server.url)), "{}", reply.text);
    }
    let log = log(&server);
    let lines: Vec<_> = log.lines().filter(|line| line.contains("cross-origin form")).collect();
    assert_eq!(lines.len(), 1, "one line a minute: {log}");
    assert!(lines[0].contains("evil.example") && lines[0].contains(&server.url), "{log}");
}

#[tokio::test]
async fn a_link_works_with_what_a_mail_has_put_behind_it() {
    let server = Server::start().await;
    for path in ["/setup", "/invite", "/reset"] {
        for end in ["", ".", ")", "%3E", ",", ").", "%22"] {
            let reply = send(server.get(&format!("{path}?code=0aZ9{end}"))).await;
            assert_eq!((reply.status, reply.header("location")), (303, path));
            let kept = cookies(&reply);
            assert!(kept[0].contains("=0aZ9;"), "{path} {end}: {kept:?}");
        }
    }
}

#[tokio::test]
async fn the_headers_of_an_unknown_proxy_are_warned_about_once() {
    let server = Server::start().await;
    for name in ["x-forwarded-for", "forwarded", "x-forwarded-proto"] {
        send(server.get("/healthz").header(name, "for=203.0.113.7")).await;
        send(server.get("/login").header(name, "203.0.113.7")).await;
    }
    let log = log(&server);
    let lines: Vec<_> = log.lines().filter(|line| line.contains("--trusted-proxies")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains("127.0.0.1") && lines[0].contains("MINTKEY_TRUSTED_PROXIES"), "{}", lines[0]);
}

#[tokio::test]
async fn an_export_is_a_table_for_spreadsheets_and_an_event() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let reply = send(server.get("/settings/audit.csv").header(header::COOKIE, &cookie)).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text.contains("\"sequence\",\"occurred_at\",\"actor_type\""), "{}", reply.text);
    assert!(reply.text.contains("\"session.create\""));
    let page = send(server.get("/settings/audit?action=audit.export").header(header::COOKIE, &cookie)).await;
    assert!(page.text.contains("Audit log exported"), "{}", page.text);
    let linked = server.get("/settings/audit.csv?outcome=done").header("sec-fetch-site", "cross-site");
    let linked = send(linked.header(header::COOKIE, &cookie)).await;
    assert_eq!((linked.status, linked.header("location")), (303, "/settings/audit?outcome=done"), "a link elsewhere");
    let count = async || {
        let page = send(server.get("/settings/audit?action=audit.export").header(header::COOKIE, &cookie)).await;
        page.text.matches("Audit log exported").count()
    };
    let before = count().await;
    let head = server.client.head(format!("{}/settings/audit.csv", server.url)).header(header::COOKIE, &cookie);
    assert_eq!((send(head).await.status, count().await), (200, before), "HEAD exports nothing");
    server.admin().await;
    let wrong = send(server.get("/settings/audit.csv?since=yesterday").header(header::COOKIE, &cookie)).await;
    assert_eq!(wrong.status, 400);
    for path in ["/settings/audit?since=yesterday", "/settings/tokens?owner=me"] {
        let page = send(server.get(path).header(header::COOKIE, &cookie)).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("was ignored"), "{path}");
    }
}

#[tokio::test]
async fn signing_out_without_a_session_leads_to_sign_in_and_back_to_a_page() {
    let server = Server::start().await;
    for path in ["/logout", "/switch"] {
        let reply = send(server.post(path).header(header::ORIGIN, &server.url).form(&[("organization", "")])).await;
        assert_eq!((reply.status, reply.header("location")), (303, "/login?next=/settings/tokens"), "{path}");
    }
    let sign_in = server.post("/login?next=/logout").header(header::ORIGIN, &server.url);
    let reply = send(sign_in.form(&[("email", EMAIL), ("password", PASSWORD)])).await;
    assert_eq!(reply.header("location"), "/settings/tokens");
}

#[tokio::test]
async fn a_form_that_outlived_its_session_is_kept_until_its_person_is_back() {
    let server = Server::start().await;
    server.add_person("eva@example.com", "admin").await;
    let ended = server.cookie().await;
    let page = send(server.get("/settings/tokens").header(header::COOKIE, &ended)).await;
    let person = cookies(&page).iter().find_map(|line| line.split(';').next().map(str::to_owned)).unwrap();
    assert!(person.starts_with("mintkey_person_"), "{person}");
    let ended = format!("{ended}; {person}");
    send(server.post("/logout").form(&[("", "")]).header(header::ORIGIN, &server.url).header(header::COOKIE, &ended))
        .await;
    // An API key's form has an empty password, too.
    let form = [
        ("label", "Plant 3 <gateway>"),
        ("patterns", "mintkey:tokens.read"),
        ("expires", "30d"),
        ("kind", "api_key"),
        ("password", ""),
    ];
    let sent = server.post("/settings/tokens/new").header(header::ORIGIN, &server.url).form(&form);
    let reply = send(sent.header(header::COOKIE, &ended)).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/login?next=/settings/tokens/new"));
    let kept = cookies(&reply).iter().find_map(|line| line.split(';').next().map(str::to_owned)).unwrap();
    assert!(kept.starts_with("mintkey_form_"), "{kept}");
    // Forms with secrets aren't kept, nor forms of unknown users.
    for (path, field, value, cookie) in [
        ("/settings/profile/password", "current_password", "hush", &ended),
        ("/settings/tokens/new", "password", "hush", &ended),
        ("/settings/organization/certificates", "private_key", "hush", &ended),
        ("/settings/tokens/x/client-keys", "keys", "{\"d\":\"hush\"}", &ended),
        ("/settings/scopes/new", "name", "a.b", &String::new()),
    ] {
        let sent = server.post(path).header(header::ORIGIN, &server.url).header(header::COOKIE, cookie);
        let reply = send(sent.form(&[(field, value), ("label", "x")])).await;
        assert_eq!((reply.status, reply.header("location")), (303, &*format!("/login?next={path}&form_lost=1")));
        assert!(!cookies(&reply).iter().any(|line| line.contains("form")), "{path}");
    }
    let long =
        server.post("/settings/tokens/new").header(header::ORIGIN, &server.url).form(&[("label", "x".repeat(4000))]);
    let reply = send(long.header(header::COOKIE, &ended)).await;
    assert!(!cookies(&reply).iter().any(|line| line.contains("form")));
    let page = send(server.get(reply.header("location"))).await;
    assert!(page.text.contains("couldn\u{2019}t be kept"), "{}", page.text);

    let page =
        send(server.get("/login?next=/settings/tokens/new").header(header::COOKIE, format!("{ended}; {kept}"))).await;
    assert!(page.text.contains("<title>Sign in · Mintkey</title>"), "{}", page.text);
    assert!(
        page.text.contains("Your session has ended, so the form") && page.text.contains("is kept"),
        "{}",
        page.text
    );
    let page = send(server.get("/login").header(header::COOKIE, &ended)).await;
    assert!(page.text.contains("Your session has ended. Sign in again."), "{}", page.text);
    assert!(!send(server.get("/login")).await.text.contains("has ended"));

    let sign_in = server.post("/login?next=/settings/tokens/new").header(header::ORIGIN, &server.url);
    let sign_in = sign_in.form(&[("email", EMAIL), ("password", PASSWORD)]).header(header::COOKIE, &kept);
    let reply = send(sign_in).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/login/form"));
    let session = reply.session_cookie().unwrap();
    let other = server.cookie_of("eva@example.com", PASSWORD).await;
    let offer = send(server.get("/login/form").header(header::COOKIE, format!("{other}; {kept}"))).await;
    assert_eq!((offer.status, offer.header("location")), (303, "/settings/tokens/new"), "it is another person's");
    let offer = send(server.get("/login/form").header(header::COOKIE, format!("{session}; {kept}"))).await;
    assert_eq!(offer.status, 200);
    assert!(offer.text.contains("Plant 3 &lt;gateway&gt;") && offer.text.contains("action=\"/settings/tokens/new\""));
    assert!(cookies(&offer).iter().any(|line| line.starts_with("mintkey_form_") && line.contains("Max-Age=0")));
    let again = send(server.get("/login/form").header(header::COOKIE, &session)).await;
    assert_eq!((again.status, again.header("location")), (303, "/settings/tokens"));
    // A form from another site is rejected before any of it is kept.
    let foreign = server.post("/settings/tokens/new").header(header::ORIGIN, "https://evil.example").form(&form);
    let reply = send(foreign.header(header::COOKIE, &ended)).await;
    assert_eq!((reply.status, cookies(&reply)), (403, Vec::new()));
}
