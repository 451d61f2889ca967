//! Changes to the file of profiles. Everything else in it stays as it is: other keys, comments, order, indentation.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    str::FromStr as _,
};

use tempfile::NamedTempFile;
use yaml_edit::Document;

use super::{Profile, Profiles, ProfilesFile, parse};
use crate::Failure;

const DEFAULT_PROFILE: &str = "default-profile";
const PROFILES: &str = "profiles";
const NEW_FILE: &str =
    "# The profiles of the command line `mintkey`. Anyone who can read this file can use its tokens.\n";

impl ProfilesFile {
    /// Adds a profile, or changes the values that are given. The first profile becomes the default.
    pub(crate) fn set(&mut self, name: &str, profile: &Profile) -> Result<(), Failure> {
        self.change(|document, profiles| {
            if profiles.default_profile.is_none() {
                document.set(DEFAULT_PROFILE, name);
            }
            let profiles = section(document)?;
            if profiles.get_mapping(name).is_none() {
                profiles.set(name, Document::new_mapping().as_mapping()?);
            }
            let entry = profiles.get_mapping(name)?;
            if let Some(url) = &profile.url {
                entry.set("url", url.as_str());
            }
            if let Some(id) = &profile.organization_id {
                entry.set("organization-id", id.to_string().as_str());
            }
            if let Some(token) = &profile.api_token {
                entry.set("api-token", token.expose());
            }
            Some(())
        })
    }

    /// Makes a profile the default.
    pub(crate) fn set_default(&mut self, name: &str) -> Result<(), Failure> {
        self.change(|document, _| document.set(DEFAULT_PROFILE, name).then_some(()))
    }

    /// Removes a profile. If it is the default, there is none afterwards.
    pub(crate) fn remove(&mut self, name: &str) -> Result<(), Failure> {
        self.change(|document, profiles| {
            if profiles.default_profile.as_deref() == Some(name) {
                document.remove(DEFAULT_PROFILE);
            }
            section(document)?.remove(name).map(drop)
        })
    }

    /// Changes the file's text, reads it again, and replaces the file in one step.
    fn change(&mut self, change: impl FnOnce(&Document, &Profiles) -> Option<()>) -> Result<(), Failure> {
        // Another command may have changed the file since it was read.
        let _lock = lock(&self.path)?;
        *self = Self::read(self.path.clone())?;
        let path = self.path.display().to_string();
        let unwritable = |error: std::io::Error| Failure::Refused(format!("{path} can't be written: {error}"));
        let unchangeable = || Failure::Refused(format!("{path} can't be changed: edit it by hand"));

        let text = self.text.clone().filter(|text| !text.trim().is_empty()).unwrap_or_else(|| NEW_FILE.to_owned());
        // A file of comments alone has no document yet.
        let has_content = text.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        let (comments, text) = if has_content { (String::new(), text) } else { (text, "{}".to_owned()) };
        let document =
            if has_content { Document::from_str(&text).map_err(|_| unchangeable())? } else { Document::new_mapping() };
        change(&document, &self.profiles).ok_or_else(unchangeable)?;
        let mut text = comments + &document.to_string();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let profiles = parse(&text).map_err(|_| unchangeable())?;
        replace(&self.path, &text).map_err(unwritable)?;
        self.profiles = profiles;
        self.text = Some(text);
        Ok(())
    }
}

/// The mapping of profiles, created if it is missing.
fn section(document: &Document) -> Option<yaml_edit::Mapping> {
    if document.get_mapping(PROFILES).is_none() {
        document.set(PROFILES, Document::new_mapping().as_mapping()?);
    }
    document.get_mapping(PROFILES)
}

/// Waits until no other command changes the file.
fn lock(path: &Path) -> Result<File, Failure> {
    let lock = path.with_extension("yaml.lock");
    let failed = |error: std::io::Error| Failure::Refused(format!("{} can't be written: {error}", lock.display()));
    if let Some(folder) = lock.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let file = File::create(&lock).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

/// Replaces a file in one step, readable by its owner only. A symbolic link stays one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use mintkey_client::SecretText;

    use super::*;

    const FILE: &str = "\
# Mine.
default-profile: work # the usual one

profiles:
    work:
        # The plant.
        url: https://mintkey.example.com
        organization-id: 01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01
        api-token: mk_old
        colour: green
    home: {url: 'http://127.0.0.1:8080', api-token: mk_home}
";

    fn file(text: &str) -> (tempfile::TempDir, ProfilesFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("mintkey.yaml");
        if !text.is_empty() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
        (folder, ProfilesFile::read(path).unwrap())
    }

    fn token(text: &str) -> Profile {
        Profile { api_token: Some(SecretText::new(text.to_owned())), ..Profile::default() }
    }

    #[test]
    fn a_change_keeps_comments_order_and_other_keys() {
        let (_folder, mut file) = file(FILE);
        file.set("work", &token("mk_new")).unwrap();
        assert_eq!(fs::read_to_string(&file.path).unwrap(), FILE.replace("mk_old", "mk_new"));
        file.set_default("home").unwrap();
        let expected = FILE.replace("mk_old", "mk_new").replace("default-profile: work #", "default-profile: home #");
        assert_eq!(fs::read_to_string(&file.path).unwrap(), expected);
    }

    #[test]
    fn a_profile_can_be_added_and_removed() {
        for text in ["", "# Only a comment.\n", FILE, "profiles: {}\n", "default-profile: work\n"] {
            let (_folder, mut file) = file(text);
            let url = Some("https://other.example.com".to_owned());
            file.set("other", &Profile { url: url.clone(), ..token("mk_other") }).unwrap();
            let read = ProfilesFile::read(file.path.clone()).unwrap();
            let other = &read.profiles.profiles["other"];
            assert_eq!((other.url.clone(), other.api_token.as_ref().unwrap().expose()), (url, "mk_other"), "{text}");
            assert!(read.profiles.default_profile.is_some(), "{text}");
            file.remove("other").unwrap();
            let read = ProfilesFile::read(file.path.clone()).unwrap();
            assert!(!read.profiles.profiles.contains_key("other"), "{text}");
            if text == FILE {
                assert_eq!(fs::read_to_string(&file.path).unwrap(), FILE);
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_only_and_a_link_stays_a_link() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let (folder, mut file) = file(FILE);
        fs::set_permissions(&file.path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(file.is_readable_by_others());
        file.set_default("home").unwrap();
        assert!(!file.is_readable_by_others());

        let link = folder.path().join("link.yaml");
        symlink(&file.path, &link).unwrap();
        ProfilesFile::read(link.clone()).unwrap().set_default("work").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let read = ProfilesFile::read(file.path).unwrap();
        assert_eq!(read.profiles.default_profile.as_deref(), Some("work"));
    }

    #[test]
    fn an_error_never_shows_the_text() {
        for text in [
            "profiles:\n  work: {api-token: mk_secret, url: [",
            "profiles: mk_secret",
            "mk_secret",
            "profiles:\n  work: mk_secret\n",
            "profiles:\n  work:\n    organization-id: mk_secret\n",
            "profiles:\n  work:\n    api-token: [mk_secret]\n",
            "profiles:\n\twork: mk_secret\n",
            "default-profile: *mk_secret\n",
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains("expected") && !error.contains("mk_secret"), "{text}: {error}");
        }
    }

    #[test]
    fn a_profile_that_cant_be_changed_leaves_the_file_as_it_is() {
        let text = "profiles: &all\n  work: {url: 'http://a'}\nother: *all\ndefault-profile: work\n";
        let (_folder, mut file) = file(text);
        let before: Profiles = parse(text).unwrap();
        let _ = file.set("work", &token("mk_new"));
        let after = ProfilesFile::read(file.path).unwrap().profiles;
        assert_eq!(before.profiles.len(), after.profiles.len());
    }
}
