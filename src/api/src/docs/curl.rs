//! An endpoint's example as a curl command, ready to be pasted into a shell.

use serde_json::{Map, Value};

use crate::endpoint::{Endpoint, Needs, Verb};

/// The id in the examples' paths.
const ID: &str = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";

/// The command. Secrets are shell variables: `$MINTKEY_API_KEY`, or `$CLIENT_ID` and `$CLIENT_SECRET` for OAuth.
pub(super) fn command(endpoint: &Endpoint, public_url: &str) -> String {
    let has_body = !endpoint.body.is_empty();
    // With `-d`, curl sends POST by itself.
    let is_default = endpoint.method == Verb::Get || (endpoint.method == Verb::Post && has_body);
    let method = if is_default { String::new() } else { format!(" -X {}", endpoint.method.as_str()) };
    let mut parts = vec![format!("curl{method} {public_url}{}", endpoint.path.replace("{id}", ID))];
    if endpoint.oauth && has_body {
        parts.push("-u \"$CLIENT_ID:$CLIENT_SECRET\"".to_owned());
        let form: Map<String, Value> = serde_json::from_str(endpoint.example).unwrap_or_default();
        parts.extend(form.iter().map(|(name, value)| parameter(name, value.as_str().unwrap_or_default())));
        return parts.join(" \\\n  ");
    }
    if endpoint.needs != Needs::Nothing {
        parts.push("-H \"Authorization: Bearer $MINTKEY_API_KEY\"".to_owned());
    }
    if has_body {
        parts.push("-H 'Content-Type: application/json'".to_owned());
        parts.push(format!("-d '{}'", endpoint.example));
    }
    parts.join(" \\\n  ")
}

/// A parameter of a form. An abbreviated value is a secret of the reader's, so it becomes a variable.
fn parameter(name: &str, value: &str) -> String {
    if value.contains('…') {
        return format!("-d \"{name}=${}\"", name.to_uppercase());
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if value.bytes().all(is_plain) {
        format!("-d {name}={value}")
    } else {
        format!("--data-urlencode '{name}={value}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes;

    fn command_of(name: &str) -> String {
        let all = routes::all();
        command(all.endpoints().iter().find(|endpoint| endpoint.name == name).unwrap(), "http://mintkey.test")
    }

    #[test]
    fn oauth_takes_forms_from_a_client() {
        assert_eq!(
            command_of("requestAccessToken"),
            "curl http://mintkey.test/oauth/token \\\n  -u \"$CLIENT_ID:$CLIENT_SECRET\" \\\n  \
             -d grant_type=client_credentials \\\n  -d scope=plants.read"
        );
        for name in ["introspect", "revokeAccessToken"] {
            let command = command_of(name);
            assert!(command.ends_with("-u \"$CLIENT_ID:$CLIENT_SECRET\" \\\n  -d \"token=$TOKEN\""), "{command}");
        }
    }

    #[test]
    fn a_value_that_a_form_would_change_is_encoded() {
        assert_eq!(parameter("scope", "a.read b.write"), "--data-urlencode 'scope=a.read b.write'");
    }

    #[test]
    fn everything_else_takes_json() {
        assert_eq!(
            command_of("deleteToken"),
            "curl -X DELETE http://mintkey.test/api/v1/tokens/01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01 \\\n  \
             -H \"Authorization: Bearer $MINTKEY_API_KEY\""
        );
        for endpoint in routes::all().endpoints().iter().filter(|endpoint| !endpoint.oauth) {
            let sends_json = command(endpoint, "").contains("application/json");
            assert_eq!(sends_json, !endpoint.body.is_empty(), "{}", endpoint.name);
        }
    }
}
