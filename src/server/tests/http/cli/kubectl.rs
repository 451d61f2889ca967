//! `kubectl` with the kubeconfigs that the command line makes, at an API server that authenticates as Kubernetes does.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use super::{Cli, MINTKEY, Output, Server};
use crate::http::certificates::tools::{Workbench, certificate};

/// A cluster that is registered, and its API server, which trusts the organization's authority.
struct Cluster {
    server: Server,
    cli: Cli,
    bench: Workbench,
    id: String,
    api_server: Child,
}

impl Cluster {
    async fn start() -> Self {
        let server = Server::start().await;
        let admin = server.admin().await;
        server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
        let cli = Cli::signed_in(&server).await;
        // Where a kubeconfig finds the command line.
        let programs = Path::new(MINTKEY).parent().unwrap().to_str().unwrap();
        let cli = cli.with("PATH", &format!("{programs}:{}", std::env::var("PATH").unwrap()));
        let bench = Workbench::new();
        bench
            .run(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=kubernetes \
                -addext subjectAltName=IP:127.0.0.1 -keyout tls.key -out tls.pem",
            )
            .await;
        let first = certificate(&server, &admin.key, json!({})).await;
        bench.download(&server, &first, "ca.pem").await;
        let ca = bench.path("tls.pem");
        let create = ["cluster", "create", "plant-3", "--server", "https://127.0.0.1", "--ca", ca.to_str().unwrap()];
        let groups = ["--group", "operators=plants.write", "--group", "watchers=plants.read"];
        let made = cli.json(&[&create[..], &groups].concat()).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let (api_server, port) = api_server(&bench, &format!("{}/k8s/{id}/tokenreview", server.url), &admin.key);
        cli.run(&["cluster", "edit", "plant-3", "--server", &format!("https://127.0.0.1:{port}")]).await.done();
        Self { server, cli, bench, id, api_server }
    }

    /// The file with the certificate of the API server.
    fn ca(&self) -> String {
        self.bench.path("tls.pem").to_str().unwrap().to_owned()
    }

    /// Makes a kubeconfig; returns the path of its file, and the token.
    async fn kubeconfig(&self, name: &str, options: &[&str]) -> (String, Value) {
        let file = self.bench.path(name).to_str().unwrap().to_owned();
        let create = ["token", "create", "--kind", "kubeconfig", "--cluster", "plant-3", "--kubeconfig", &file];
        let token = self.cli.json(&[&create[..], options].concat()).await;
        assert_eq!(token.get("data"), None, "it is in the file");
        (file, token)
    }

    /// Asks the API server who it takes the user of this kubeconfig for.
    async fn kubectl(&self, file: &str) -> Output {
        self.cli.run_program("kubectl", &["--kubeconfig", file, "get", "--raw", "/who"], "").await
    }

    async fn user(&self, file: &str) -> Value {
        let review: Value = serde_json::from_str(&self.kubectl(file).await.done()).unwrap();
        review["status"]["userInfo"].clone()
    }

    async fn is_refused(&self, file: &str) {
        let output = self.kubectl(file).await;
        assert!(output.code == 1 && output.err.contains("You must be logged in"), "{output:?}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.api_server.kill();
    }
}

/// Starts an API server; returns it with its port.
fn api_server(bench: &Workbench, webhook: &str, bearer: &str) -> (Child, u16) {
    use std::io::BufRead as _;

    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/cli/api_server.py");
    let mut child = Command::new("python3")
        .args([script, "tls.pem", "tls.key", "ca.pem", webhook, bearer])
        .current_dir(bench.folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut port = String::new();
    std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
    (child, port.trim().parse().unwrap())
}

#[tokio::test]
async fn a_kubeconfig_with_a_key_ends_with_its_token_and_one_with_a_certificate_outlives_it() {
    let cluster = Cluster::start().await;
    let me = cluster.cli.json(&["whoami"]).await;
    let name = |of: &Value| of.as_str().unwrap().to_owned();
    let user = format!("mintkey:{}:{}", name(&me["organization_id"]), name(&me["principal"]["id"]));

    let (file, token) = cluster.kubeconfig("token.yaml", &["plants.read", "--method", "token"]).await;
    let found = cluster.user(&file).await;
    assert_eq!((&found["username"], &found["groups"]), (&json!(user), &json!(["watchers"])));
    cluster.cli.run(&["token", "invalidate", &name(&token["id"])]).await.done();
    cluster.is_refused(&file).await;

    let options = ["plants.read", "plants.write", "--method", "certificate", "--namespace", "on"];
    let (file, token) = cluster.kubeconfig("certificate.yaml", &options).await;
    let found = cluster.user(&file).await;
    assert_eq!(found, json!({"username": user, "groups": ["operators", "watchers"]}));
    let view = ["--kubeconfig", &file, "config", "view", "--minify", "-o", "jsonpath={.contexts[0].context.namespace}"];
    assert_eq!(cluster.cli.run_program("kubectl", &view, "").await.done(), "on");
    cluster.cli.run(&["token", "invalidate", &name(&token["id"])]).await.done();
    assert_eq!(cluster.user(&file).await, found, "a cluster can't revoke a certificate");
}

#[tokio::test]
async fn kubectl_gets_access_tokens_for_the_cluster_alone_by_the_key_of_a_profile() {
    let cluster = Cluster::start().await;
    let (file, token) = cluster.kubeconfig("exec.yaml", &["*", "--label", "laptop"]).await;
    assert_eq!(cluster.user(&file).await["groups"], json!(["operators", "watchers"]), "by the profile's own token");

    let key = token["api_key"].as_str().unwrap();
    let cli = Cli::new().with("MINTKEY_URL", &cluster.server.url).with("MINTKEY_TOKEN", key);
    let credential = cli.run(&["credential", "kube", "--cluster", &cluster.id]).await.done();
    let credential: Value = serde_json::from_str(&credential).unwrap();
    let me = cluster.server.me(credential["status"]["token"].as_str().unwrap()).await.expect(200);
    assert_eq!(me["scopes"], json!(["plants.read", "plants.write"]), "the cluster gets nothing else to misuse");
    let unknown = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
    cli.run(&["credential", "kube", "--cluster", unknown]).await.failed(1, "there is no cluster");

    let own = cluster.cli.json(&["whoami"]).await["token_id"].as_str().unwrap().to_owned();
    cluster.cli.run(&["token", "invalidate", &own, "--force"]).await.done();
    let output = cluster.kubectl(&file).await;
    assert!(output.code == 1 && output.err.contains("mintkey"), "the plugin gets no access token: {output:?}");
}

#[tokio::test]
async fn a_cluster_never_gets_an_access_token_that_could_act_in_mintkey() {
    let cluster = Cluster::start().await;
    cluster.cli.run(&["cluster", "create", "plant-4", "--server", "https://a", "--ca", &cluster.ca()]).await.done();
    let without_groups = cluster.cli.json(&["cluster", "get", "plant-4"]).await["id"].as_str().unwrap().to_owned();
    let scopes = async |held: &[&str], id: &str| {
        let create = [&["token", "create", "--never-expires"], held].concat();
        let token = cluster.cli.json(&create).await;
        let key = token["api_key"].as_str().unwrap();
        let cli = Cli::new().with("MINTKEY_URL", &cluster.server.url).with("MINTKEY_TOKEN", key);
        let output = cli.run(&["credential", "kube", "--cluster", id]).await;
        if output.code == 1 {
            output.failed(1, "mintkey:clusters.read");
            return Value::Null;
        }
        let credential: Value = serde_json::from_str(&output.done()).unwrap();
        let access = credential["status"]["token"].as_str().unwrap().to_owned();
        cluster.server.me(&access).await.expect(200)["scopes"].clone()
    };
    assert_eq!(scopes(&["*"], &without_groups).await, json!(["mintkey:clusters.read"]), "no group");
    let mixed = ["plants.read", "mintkey:tokens.write"];
    assert_eq!(scopes(&mixed, &cluster.id).await, json!(["plants.read"]), "a key that can't read the cluster");
    assert_eq!(scopes(&["mintkey:tokens.write"], &cluster.id).await, Value::Null);
}

#[tokio::test]
async fn files_for_clusters_of_the_same_name_can_be_merged() {
    let cluster = Cluster::start().await;
    let (mine, token) = cluster.kubeconfig("mine.yaml", &["plants.read", "--method", "token", "--label", "mine"]).await;
    cluster.cli.run(&["cluster", "edit", "plant-3", "--name", "old"]).await.done();
    let other = ["cluster", "create", "plant-3", "--server", "https://elsewhere.example.com", "--ca", &cluster.ca()];
    cluster.cli.run(&other).await.done();
    let (theirs, _) =
        cluster.kubeconfig("theirs.yaml", &["plants.read", "--method", "token", "--label", "theirs"]).await;
    let kubectl = Cli::new().with("KUBECONFIG", &format!("{theirs}:{mine}"));
    let view = ["config", "view", "--raw", "--minify", "--context", "mine@plant-3", "-o", "json"];
    let view: Value = serde_json::from_str(&kubectl.run_program("kubectl", &view, "").await.done()).unwrap();
    assert_eq!(view["users"][0]["user"]["token"], token["api_key"]);
    assert!(view["clusters"][0]["cluster"]["server"].as_str().unwrap().starts_with("https://127.0.0.1:"), "{view}");
}

#[tokio::test]
async fn the_options_of_a_kubeconfig_need_its_kind_and_a_file() {
    let cluster = Cluster::start().await;
    let cli = &cluster.cli;
    cli.run(&["token", "create", "*", "--cluster", "plant-3"]).await.failed(2, "--kind kubeconfig");
    let create = ["token", "create", "*", "--kind", "kubeconfig"];
    cli.run(&create).await.failed(2, "--cluster CLUSTER");
    cli.run(&[&create[..], &["--cluster", "plant-9"]].concat()).await.failed(1, "there is no cluster plant-9");
    cli.run(&[&create[..], &["--cluster", "plant-3"]].concat()).await.failed(2, "--kubeconfig FILE");
    let (_, token) = cluster.kubeconfig("a.yaml", &["*"]).await;
    let id = token["id"].as_str().unwrap();
    assert!(cli.run(&["token", "get", id]).await.done().contains("namespace default, by exec"));
    cli.run(&["token", "rotate", id]).await.failed(2, "--kubeconfig FILE");
    let file = cluster.bench.path("b.yaml");
    cli.run(&["token", "rotate", id, "--kubeconfig", file.to_str().unwrap()]).await.done();
    assert_eq!(cluster.bench.read("a.yaml"), cluster.bench.read("b.yaml"), "an exec kubeconfig has no secret");
    cli.run(&["cluster", "delete", "plant-3", "--yes"]).await.failed(1, "kubeconfigs for this cluster: *");
}
