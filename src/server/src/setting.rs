//! Reads one setting. A flag takes precedence over a variable, and a variable over the settings file.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use crate::Failure;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) flag: &'static str,
    pub(crate) variable: &'static str,
}

impl Setting {
    pub(crate) const fn new(flag: &'static str, variable: &'static str) -> Self {
        Self { flag, variable }
    }

    /// The value of the flag or variable, otherwise the file's value; `None` if it is missing or empty.
    pub(crate) fn text(self, given: Option<String>, file: Option<String>) -> Result<Option<String>, Failure> {
        match clean(self, given)? {
            None => clean(self, file),
            given => Ok(given),
        }
    }

    /// Like [`Self::text`], parsed as `T`.
    pub(crate) fn parsed<T: FromStr>(
        self,
        given: Option<String>,
        file: Option<String>,
        expected: &str,
    ) -> Result<Option<T>, Failure> {
        let text = self.text(given, file)?;
        text.map(|text| text.trim().parse().map_err(|_| self.expected(expected))).transpose()
    }

    /// The error for a value of the wrong form.
    pub(crate) fn expected(self, form: &str) -> Failure {
        Failure::Usage(format!("{self}: expected {form}"))
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.flag, self.variable)
    }
}

/// The value of a variable without a flag, such as a secret; `None` if it is missing or empty.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, Failure> {
    let text = std::env::var_os(name).map(std::ffi::OsString::into_string).transpose();
    clean(name, text.map_err(|_| Failure::Usage(format!("{name}: expected UTF-8")))?)
}

/// A secret: its variable, otherwise the file that its `_FILE` variable names, otherwise the systemd credential of that
/// name (such as `LoadCredential=`). Other programs of the same user can read the environment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecretSetting {
    pub(crate) variable: &'static str,
    pub(crate) file_variable: &'static str,
    pub(crate) credential: &'static str,
}

impl SecretSetting {
    /// The value; `None` if it is missing or empty everywhere.
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

    /// Refuses to have both variables set, rather than silently ignoring one.
    pub(crate) fn refuse_both(self) -> Result<(), Failure> {
        if variable(self.variable)?.is_some() && variable(self.file_variable)?.is_some() {
            return Err(Failure::Usage(format!(
                "{} and {} are both set; remove one",
                self.variable, self.file_variable
            )));
        }
        Ok(())
    }

    /// The path of the systemd credential, if it exists.
    pub(crate) fn credential_file(self) -> Result<Option<PathBuf>, Failure> {
        let folder = variable(CREDENTIALS)?.map(PathBuf::from);
        Ok(folder.map(|folder| folder.join(self.credential)).filter(|path| path.exists()))
    }
}

/// The variable with the directory of a service's systemd credentials.
pub(crate) const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Reads the value from a file.
fn read(name: &'static str, path: &Path) -> Result<String, Failure> {
    let named = format!("{name} ({})", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{named}: {error}")))?;
    clean(&named, Some(text))?.ok_or_else(|| Failure::Usage(format!("{named}: the file is empty")))
}

/// Strips trailing line breaks, which files and command substitutions add. Refuses control characters, and quotes
/// around the value, which only a shell removes: both would silently become part of a password or path.
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
