//! Bundles the style sheets: `@import url(x) layer(y);` becomes `@layer y{…}`. Browsers would need one request for each
//! file.

use std::path::Path;

use crate::run::{Outcome, read};

/// Bundles `main.css` and its imports into one minified style sheet.
pub(crate) fn bundle(folder: &Path) -> Outcome<Vec<u8>> {
    let mut css = String::new();
    for line in text(folder, "main.css")?.lines() {
        if let Some((file, layer)) = import(line) {
            css.extend(["@layer ", layer, "{", &text(folder, file)?, "}"]);
        } else {
            css.push_str(line);
            css.push('\n');
        }
    }
    Ok(minify(&css).into_bytes())
}

fn text(folder: &Path, file: &str) -> Outcome<String> {
    let path = folder.join(file);
    String::from_utf8(read(&path)?).map_err(|_| format!("{} isn't UTF-8", path.display()))
}

/// The file and layer of an import line.
fn import(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim().strip_prefix("@import url(")?;
    let (file, rest) = rest.split_once(") layer(")?;
    Some((file.trim_matches('"'), rest.strip_suffix(");")?))
}

/// Removes comments and unnecessary whitespace, except in strings.
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    let mut blank = false;
    while let Some(c) = chars.next() {
        if c == '/' && chars.peek() == Some(&'*') {
            chars.next();
            let mut last = ' ';
            while let Some(c) = chars.next().filter(|c| !(last == '*' && *c == '/')) {
                last = c;
            }
            blank = true;
        } else if c.is_whitespace() {
            blank = true;
        } else {
            if blank && !"{};,".contains(c) && !out.ends_with(['{', '}', ';', ',']) && !out.is_empty() {
                out.push(' ');
            }
            blank = false;
            if c == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(c);
            if c == '"' || c == '\'' {
                push_string(&mut out, c, &mut chars);
            }
        }
    }
    out
}

fn push_string(out: &mut String, quote: char, chars: &mut impl Iterator<Item = char>) {
    let mut escaped = false;
    for c in chars {
        out.push(c);
        if c == quote && !escaped {
            return;
        }
        escaped = c == '\\' && !escaped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_needless_blanks_go() {
        let css = "/* a */ a :hover ,\n b > c {\n  color: red; /* b; } */\n  margin: 0 1px;\n}\n";
        assert_eq!(minify(css), "a :hover,b > c{color: red;margin: 0 1px}");
    }

    #[test]
    fn strings_stay_as_they_are() {
        let css = r#"a::after { content: "x  /* y */ \" ;  z"; }"#;
        assert_eq!(minify(css), r#"a::after{content: "x  /* y */ \" ;  z"}"#);
    }

    #[test]
    fn imports_become_layers_in_order() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.css"), "@layer b, a;\n@import url(x.css) layer(a);\n").unwrap();
        std::fs::write(folder.path().join("x.css"), "p { top: 0 }").unwrap();
        assert_eq!(bundle(folder.path()).unwrap(), b"@layer b,a;@layer a{p{top: 0}}");
    }
}
