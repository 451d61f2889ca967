//! One setting as it comes in: a flag beats a variable beats the settings file.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use crate::Failure;

/// A setting's names on the command line and in the environment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) flag: &'static str,
    pub(crate) variable: &'static str,
}

impl Setting {
    pub(crate) const fn new(flag: &'static str, variable: &'static str) -> Self {
        Self { flag, variable }
    }

    /// The value of the flag or the variable, or else that of the file; `None` where it is missing or empty.
    pub(crate) fn text(self, given: Option<String>, file: Option<String>) -> Result<Option<String>, Failure> {
        match clean(self, given)? {
            None => clean(self, file),
            given => Ok(given),
        }
    }

    /// The same, read as `T`.
    pub(crate) fn parsed<T: FromStr>(
        self,
        given: Option<String>,
        file: Option<String>,
        expected: &str,
    ) -> Result<Option<T>, Failure> {
        let text = self.text(given, file)?;
        text.map(|text| text.trim().parse().map_err(|_| self.expected(expected))).transpose()
    }

    /// The failure that says which form is expected.
    pub(crate) fn expected(self, form: &str) -> Failure {
        Failure::Usage(format!("{self}: expected {form}"))
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.flag, self.variable)
    }
}

/// The value of a variable that has no flag, because it is a secret or belongs to one; `None` where it is missing or
/// empty.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, Failure> {
    let text = std::env::var_os(name).map(std::ffi::OsString::into_string).transpose();
    clean(name, text.map_err(|_| Failure::Usage(format!("{name}: expected UTF-8")))?)
}

/// A secret: its variable, or else the file that the variable with `_FILE` at its end names, or else a credential of
/// systemd's by that name (`LoadCredential=` and the like). In the environment, other programs of the same user can read it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecretSetting {
    pub(crate) variable: &'static str,
    pub(crate) file_variable: &'static str,
    pub(crate) credential: &'static str,
}

impl SecretSetting {
    /// The value; `None` where it is missing or empty everywhere.
    pub(crate) fn value(self) -> Result<Option<String>, Failure> {
        self.refuse_both()?;
        if let Some(value) = variable(self.variable)? {
            return Ok(Some(value));
        }
        if let Some(path) = variable(self.file_variable)? {
            return read(self.file_variable, Path::new(&path)).map(Some);
        }
        self.credential_file()?.map(|path| read(CREDENTIALS, &path)).transpose()
    }

    /// Refuses both variables at once: neither takes the other's place in silence.
    pub(crate) fn refuse_both(self) -> Result<(), Failure> {
        if variable(self.variable)?.is_some() && variable(self.file_variable)?.is_some() {
            return Err(Failure::Usage(format!(
                "{} and {} are both set; remove one",
                self.variable, self.file_variable
            )));
        }
        Ok(())
    }

    /// The file of systemd's credential, if there is one.
    pub(crate) fn credential_file(self) -> Result<Option<PathBuf>, Failure> {
        let folder = variable(CREDENTIALS)?.map(PathBuf::from);
        Ok(folder.map(|folder| folder.join(self.credential)).filter(|path| path.exists()))
    }
}

/// Where systemd puts a service's credentials.
pub(crate) const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// The value that a file holds.
fn read(name: &'static str, path: &Path) -> Result<String, Failure> {
    let named = format!("{name} ({})", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{named}: {error}")))?;
    clean(&named, Some(text))?.ok_or_else(|| Failure::Usage(format!("{named}: the file is empty")))
}

/// Drops line breaks at the end, which files and command substitutions leave behind. Refuses control characters, and
/// quotes around the value, which only a shell would take away: either would silently be part of a password or a path.
fn clean(name: impl fmt::Display, text: Option<String>) -> Result<Option<String>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.chars().any(char::is_control) {
        return Err(Failure::Usage(format!("{name}: the value contains a control character, such as a line break")));
    }
    let quoted = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    if ['"', '\''].into_iter().any(quoted) {
        return Err(Failure::Usage(format!("{name}: the value is enclosed in quotes; remove them")));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTEN: Setting = Setting::new("--listen", "MINTKEY_LISTEN");

    fn text(given: Option<&str>, file: Option<&str>) -> Result<Option<String>, String> {
        LISTEN.text(given.map(str::to_owned), file.map(str::to_owned)).map_err(|failure| match failure {
            Failure::Usage(line) => line,
            failure => panic!("{failure:?}"),
        })
    }

    #[test]
    fn what_is_empty_is_not_set_and_a_line_break_at_the_end_is_dropped() {
        for (given, file, value) in [
            (Some("a\n"), Some("b"), Some("a")),
            (Some("a\r\n"), None, Some("a")),
            (Some(""), Some("b"), Some("b")),
            (Some("\n"), None, None),
            (None, None, None),
        ] {
            assert_eq!(text(given, file).unwrap().as_deref(), value, "{given:?} {file:?}");
        }
    }

    #[test]
    fn control_characters_and_quotes_are_refused_by_name() {
        for value in ["a\nb", "a\tb", "\u{7f}", "\"a\"", "'a'"] {
            let line = text(Some(value), None).unwrap_err();
            assert!(line.starts_with("--listen (MINTKEY_LISTEN): the value "), "{line}");
        }
        assert_eq!(text(Some("it's \"so\" "), None).unwrap().as_deref(), Some("it's \"so\" "));
    }
}
