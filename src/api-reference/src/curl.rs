//! Writes an operation's example as a curl command for a shell.

use serde_json::Value;

use crate::model::Operation;

/// The ID in the example paths.
pub(crate) const ID: &str = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The command. Secrets are shell variables: `$MINTKEY_API_KEY`, or `$CLIENT_ID` and `$CLIENT_SECRET` for OAuth.
pub(crate) fn command(operation: &Operation<'_>, public_url: &str) -> String {
    let body = operation.described["requestBody"]["content"].as_object().and_then(|content| content.iter().next());
    // With `-d`, curl defaults to POST.
    let is_default = operation.method == "get" || (operation.method == "post" && body.is_some());
    let method = if is_default { String::new() } else { format!(" -X {}", operation.method.to_uppercase()) };
    let mut parts = vec![format!("curl{method} {public_url}{}", operation.path.replace("{id}", ID))];
    if operation.authenticated() {
        parts.push("-H \"Authorization: Bearer $MINTKEY_API_KEY\"".to_owned());
    }
    match body {
        Some((media_type, content)) if media_type == FORM => {
            parts.push("-u \"$CLIENT_ID:$CLIENT_SECRET\"".to_owned());
            let fields = content["example"].as_object().into_iter().flatten();
            parts.extend(fields.map(|(name, value)| parameter(name, value.as_str().unwrap_or_default())));
        }
        Some((media_type, content)) => {
            parts.push(format!("-H 'Content-Type: {media_type}'"));
            parts.push(format!("-d '{}'", pretty(&content["example"])));
        }
        None => {}
    }
    parts.join(" \\\n  ")
}

pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A form parameter. An abbreviated value is a placeholder for a secret, so it becomes a shell variable.
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
    use serde_json::json;

    use super::*;
    use crate::model::operations;

    #[test]
    fn oauth_takes_forms_from_a_client() {
        let example = json!({"grant_type": "client_credentials", "token": "eyJ.…"});
        let document = json!({"paths": {"/oauth/token": {"post": {
            "requestBody": {"content": {FORM: {"example": example}}}, "security": [{}],
        }}}});
        let command = command(&operations(&document)[0], "http://mintkey.test");
        let expected = "curl http://mintkey.test/oauth/token \\\n  -u \"$CLIENT_ID:$CLIENT_SECRET\" \\\n  \
                        -d grant_type=client_credentials \\\n  -d \"token=$TOKEN\"";
        assert_eq!(command, expected);
    }

    #[test]
    fn a_value_that_a_form_would_change_is_encoded() {
        assert_eq!(parameter("scope", "a.read b.write"), "--data-urlencode 'scope=a.read b.write'");
    }

    #[test]
    fn everything_else_takes_json() {
        let document = json!({"paths": {"/api/v1/tokens/{id}": {
            "delete": {"security": [{"bearer": []}]},
            "patch": {
                "requestBody": {"content": {"application/json": {"example": {"label": "a"}}}},
                "security": [{"bearer": []}],
            },
        }}});
        let commands: Vec<_> =
            operations(&document).iter().map(|operation| command(operation, "http://mintkey.test")).collect();
        let path =
            format!("http://mintkey.test/api/v1/tokens/{ID} \\\n  -H \"Authorization: Bearer $MINTKEY_API_KEY\"");
        assert_eq!(commands[1], format!("curl -X DELETE {path}"));
        let body = "-H 'Content-Type: application/json' \\\n  -d '{\n  \"label\": \"a\"\n}'";
        assert_eq!(commands[0], format!("curl -X PATCH {path} \\\n  {body}"));
    }
}
